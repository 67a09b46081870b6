//! Waiting for a change without a runtime.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};

/// Waits for a change on the calling thread, inside a runtime or not.
pub(crate) fn block_on<T>(change: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut context = Context::from_waker(&waker);
    let mut change = pin!(change);
    loop {
        match change.as_mut().poll(&mut context) {
            Poll::Ready(made) => return made,
            Poll::Pending => thread::park(),
        }
    }
}
