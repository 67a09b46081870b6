//! What blocking clients stand on.

use std::panic::resume_unwind;
use std::sync::mpsc::sync_channel;

use tokio::runtime::{Builder, Handle};
use tokio::task::JoinSet;
use tracing::Instrument as _;
use tracing::instrument::WithSubscriber as _;

use crate::error::{Error, ErrorKind};

/// A tokio runtime with one thread, which runs calls while others wait for them.
///
/// Waiting blocks the calling thread and nothing else. It works on plain threads, in `spawn_blocking` and in
/// `block_in_place`, and panics nowhere. In an async task it keeps that task's worker thread from running
/// other tasks: use the async client there. Functions of the caller that calls run (a clock, a source of nonces, the
/// function of a dry run) must not wait for calls of the same client: they run on its only thread.
#[derive(Debug)]
pub struct Runtime {
    handle: Handle,
    /// Taken when it is dropped.
    runtime: Option<tokio::runtime::Runtime>,
}

impl Runtime {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`ErrorKind::Thread`] when the system has no thread or no memory for it.
    pub fn new() -> Result<Self, Error> {
        let mut builder = Builder::new_multi_thread();
        let builder = builder.worker_threads(1).thread_name("iampass-blocking").enable_all();
        let runtime = builder.build().map_err(ErrorKind::Thread)?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// Begins a future on the thread, within the caller's span; its output can be waited for through the set.
    pub fn spawn<F>(&self, tasks: &mut JoinSet<F::Output>, future: F)
    where
        F: Future<Output: Send> + Send + 'static,
    {
        tasks.spawn_on(future.in_current_span().with_current_subscriber(), &self.handle);
    }

    /// Runs a future on the thread, within the caller's span, and waits for its output.
    ///
    /// # Panics
    /// If the future panics.
    #[expect(clippy::expect_used, reason = "the thread ends when `self` is dropped, and not before")]
    pub fn wait<F>(&self, future: F) -> F::Output
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let (sender, receiver) = sync_channel(1);
        let task = self.handle.spawn(future.in_current_span().with_current_subscriber());
        self.handle.spawn(async move { sender.send(task.await) });
        let output = receiver.recv().expect("the thread sends what came of the task");
        output.unwrap_or_else(|error| resume_unwind(error.into_panic()))
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // Dropping the runtime would wait for its thread, and panic where waiting is not allowed.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn dropping_waits_for_no_lookup_of_a_name() {
        let runtime = Runtime::new().unwrap();
        let (_open, never) = channel::<()>();
        let (started, begun) = channel();
        // On a thread of its own, where tokio looks names up.
        runtime.wait(async move {
            drop(tokio::task::spawn_blocking(move || {
                started.send(()).unwrap();
                never.recv()
            }));
        });
        begun.recv().unwrap();
        drop(runtime);
    }
}
