//! The offset of a clock in seconds, shared by calls that may change it at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Clones share the seconds. [`replace`](Offset::replace) is the only way to change them, so nobody overwrites a
/// change that they have not seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offset(Arc<AtomicI64>);

impl Offset {
    pub(crate) fn seconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Replaces `from` by `to`, atomically.
    ///
    /// # Errors
    /// The present offset, when that is not `from`. Nothing has changed then.
    pub(crate) fn replace(&self, from: i64, to: i64) -> Result<(), i64> {
        self.0.compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    #[test]
    fn only_what_was_seen_is_replaced() {
        let offset = Offset::default();
        assert_eq!(offset.replace(0, 7), Ok(()));
        assert_eq!(offset.clone().replace(0, 9), Err(7));
        assert_eq!(offset.seconds(), 7);
    }

    /// If it were two steps, threads would be stopped or overtaken between them, and changes lost.
    #[test]
    fn of_threads_that_replace_the_same_one_succeeds() {
        const THREADS: usize = 4;
        const EACH: i64 = 1_000_000;
        let (offset, start) = (Offset::default(), Barrier::new(THREADS));
        let replaced: i64 = thread::scope(|scope| {
            let count = || {
                start.wait();
                (0..EACH)
                    .map(|_| offset.seconds())
                    .filter(|&now| offset.replace(now, now + 1).is_ok())
                    .count()
            };
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(count)).collect();
            threads.into_iter().map(|thread| i64::try_from(thread.join().unwrap()).unwrap()).sum()
        });
        assert!(replaced >= EACH, "one of them always gets through: {replaced}");
        assert_eq!(offset.seconds(), replaced);
    }
}
