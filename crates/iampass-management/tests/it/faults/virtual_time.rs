//! A runtime whose seconds cost nothing, for client and server together.
//!
//! tokio's paused clock jumps to the next timer when all tasks wait and a look at the sockets finds
//! nothing. Bytes that have been sent and have not arrived yet look like nothing, too: a time-out would
//! fire while its response is on its way. Linux delivers over the loopback within the sender's own call,
//! mostly; other systems, and a busy Linux, take a moment. So before each jump this runtime looks several
//! times, a moment of real time apart, and begins anew when the server has got or sent something. Only
//! then does the clock jump, and exactly to the next timer: what `tokio::time::Instant` tells is what it
//! would be in real life on a network without delay.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::Notify;

/// How often it is looked, before a jump, whether something has come in.
const LOOKS: u32 = 3;
/// The real time between two looks. The loopback takes a few microseconds.
const PAUSE: Duration = Duration::from_micros(20);

thread_local! {
    static ACTIVITY: Cell<u64> = const { Cell::new(0) };
}

/// To be called by a server for everything that it sends, gets or sees end.
pub(crate) fn something_happened() {
    ACTIVITY.set(ACTIVITY.get() + 1);
}

/// Runs a test in virtual time, on one thread.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let jumps = Arc::new(Jumps::default());
    let before_park = Arc::clone(&jumps);
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .on_thread_park(move || before_park.hold_back())
        .build()
        .unwrap();
    runtime.block_on(async {
        tokio::spawn(async move {
            loop {
                jumps.look.notified().await;
            }
        });
        test.await
    })
}

#[derive(Default)]
struct Jumps {
    /// Wakes a task that does nothing. As long as a task is awake, the runtime polls its sockets and lets
    /// the clock be.
    look: Notify,
    looks: AtomicU32,
    activity: AtomicU64,
}

impl Jumps {
    /// Called when all tasks wait.
    fn hold_back(&self) {
        let activity = ACTIVITY.get();
        if self.activity.swap(activity, Ordering::Relaxed) != activity {
            self.looks.store(0, Ordering::Relaxed);
        }
        if self.looks.fetch_add(1, Ordering::Relaxed) < LOOKS {
            thread::sleep(PAUSE);
            self.look.notify_one();
        } else {
            self.looks.store(0, Ordering::Relaxed);
        }
    }
}
