//! The retry budget: what keeps an outage from being multiplied by every caller's retries.

use std::sync::atomic::{AtomicU64, Ordering};

/// Repeats that a client may have in hand, unless told otherwise.
const REPEATS: u32 = 20;
/// Calls that go well for one more repeat, unless told otherwise.
const ANSWERED_CALLS: u32 = 10;

/// A bucket of repeats, shared by all calls of a client and its clones.
///
/// It is full to begin with. Each repeat takes one, and a number of calls that the service answers in
/// earnest give one back: when nothing works, all calls together send as many requests more than there are
/// calls as the bucket holds, and when some works, a fraction more.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    /// A repeat costs `cost` parts; a call that goes well gives one part back.
    parts: AtomicU64,
    capacity: u64,
    cost: u64,
}

impl RetryBudget {
    pub(crate) fn new(repeats: u32, answered_calls: u32) -> Self {
        let cost = u64::from(answered_calls.max(1));
        let capacity = u64::from(repeats) * cost;
        Self { parts: AtomicU64::new(capacity), capacity, cost }
    }

    /// Takes one repeat; `false` if there is none left.
    pub(crate) fn take(&self) -> bool {
        let less = |parts: u64| parts.checked_sub(self.cost);
        self.parts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    pub(crate) fn give_back(&self) {
        let more = |parts: u64| (parts < self.capacity).then(|| parts + 1);
        // An error here says that the bucket is full.
        let _ = self.parts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(REPEATS, ANSWERED_CALLS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many repeats there are, up to `most`.
    fn left(budget: &RetryBudget, most: usize) -> usize {
        (0..most).take_while(|_| budget.take()).count()
    }

    #[test]
    fn it_runs_out_and_fills_up_again() {
        for (budget, repeats, answered_calls) in
            [(RetryBudget::default(), 20, 10), (RetryBudget::new(3, 2), 3, 2), (RetryBudget::new(2, 0), 2, 1)]
        {
            assert_eq!(left(&budget, 30), repeats);
            for _ in 1..answered_calls {
                budget.give_back();
            }
            assert!(!budget.take());
            budget.give_back();
            assert!(budget.take());
            for _ in 0..1000 {
                budget.give_back();
            }
            assert_eq!(left(&budget, 30), repeats);
        }
    }

    #[test]
    fn it_may_be_empty_for_good_or_larger_than_can_be_used() {
        let none = RetryBudget::new(0, 10);
        none.give_back();
        assert!(!none.take());
        let endless = RetryBudget::new(u32::MAX, u32::MAX);
        endless.give_back();
        assert_eq!(left(&endless, 1000), 1000);
    }
}
