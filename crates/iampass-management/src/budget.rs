//! The retry budget: what keeps an outage from being multiplied by every caller's retries.

use std::sync::atomic::{AtomicU32, Ordering};

/// Repeats that a client may have in hand.
const CAPACITY: u32 = 20;
/// What a repeat costs, in parts; a call that goes well gives one part back.
const COST: u32 = 10;

/// A bucket of repeats, shared by all calls of a client and its clones.
///
/// It starts with 20. Each repeat takes one, and each call that the service answers in earnest gives back
/// a tenth: when nothing works, all calls together send 20 requests more than there are calls, and when
/// some works, a tenth more.
#[derive(Debug)]
pub(crate) struct RetryBudget(AtomicU32);

impl RetryBudget {
    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(CAPACITY * COST))
    }

    /// Takes one repeat; `false` if there is none left.
    pub(crate) fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |parts| parts.checked_sub(COST)).is_ok()
    }

    pub(crate) fn give_back(&self) {
        let full = |parts: u32| (parts < CAPACITY * COST).then(|| parts + 1);
        // An error here says that the bucket is full.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, full);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_out_and_fills_up_again() {
        let budget = RetryBudget::new();
        assert_eq!((0..30).filter(|_| budget.take()).count(), 20);
        for _ in 0..9 {
            budget.give_back();
        }
        assert!(!budget.take());
        budget.give_back();
        assert!(budget.take());
        for _ in 0..1000 {
            budget.give_back();
        }
        assert_eq!((0..30).filter(|_| budget.take()).count(), 20);
    }
}
