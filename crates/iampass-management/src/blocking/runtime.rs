//! The runtime below the blocking client, and how to wait for it.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::Handle;
use tokio::task::coop;

use crate::error::Error;

/// A runtime with one thread, for connections and timers.
#[derive(Debug)]
pub(super) struct Runtime {
    handle: Handle,
    /// Taken when it is dropped.
    runtime: Option<tokio::runtime::Runtime>,
}

impl Runtime {
    pub(super) fn new() -> Result<Self, Error> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let builder = builder.worker_threads(1).thread_name("iampass-blocking").enable_all();
        let runtime = builder.build().map_err(|source| Error::Runtime { source })?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// Polls a future on this thread until it is done.
    ///
    /// tokio's own way to wait panics inside of another wait, such as an iterator's that makes calls
    /// while a bulk reads it. This one can be nested, and never panics.
    pub(super) fn wait<F: Future>(&self, future: F) -> F::Output {
        let _entered = self.handle.enter();
        let parked = Arc::new(Parked { thread: thread::current(), woken: AtomicBool::new(false) });
        let waker = Waker::from(Arc::clone(&parked));
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            // Threads are unparked for other reasons too, and the future may have parked this one itself.
            while !parked.woken.swap(false, Ordering::Acquire) {
                thread::park();
            }
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // Dropping it would wait for its thread, and panic where waiting is not allowed.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A thread that waits to be woken.
struct Parked {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Whether a tokio runtime is polling a task on this thread, so that waiting would stop others.
///
/// A runtime's handle is there in `spawn_blocking` as well, where waiting is fine. What tells the two apart
/// is the budget that tokio gives whatever it polls, and takes away where waiting is allowed: where
/// it runs out, there is one.
pub(super) fn polled_by_a_runtime() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut context = Context::from_waker(Waker::noop());
    // More than a budget has units: it counts them in a byte.
    let mut units = Vec::with_capacity(256);
    let ran_out = (0..256).any(|_| match coop::poll_proceed(&mut context) {
        Poll::Ready(unit) => {
            units.push(unit);
            false
        }
        Poll::Pending => true,
    });
    // Each gives back what there was before it, so the first must go last.
    while units.pop().is_some() {}
    ran_out
}
