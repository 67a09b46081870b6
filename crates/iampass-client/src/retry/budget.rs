//! The retry budget: in an outage, it keeps callers from multiplying the load by their retries.

use std::sync::atomic::{AtomicU64, Ordering};

/// The retries that the bucket holds, unless set otherwise.
const RETRIES: u32 = 20;
/// The completed calls that give one retry back, unless set otherwise.
const CALLS_PER_RETRY: u32 = 10;

/// A token bucket of retries, shared by all calls of a client and its clones.
///
/// It starts full. Each retry takes a token, and a number of completed calls (responses that are not retried) give
/// one back. When nothing works, all calls together send at most as many extra requests as the bucket holds; when
/// some calls work, a fraction more.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    /// A retry costs `cost` parts; a completed call gives one part back.
    parts: AtomicU64,
    capacity: u64,
    cost: u64,
}

impl RetryBudget {
    pub(crate) fn new(retries: u32, calls_per_retry: u32) -> Self {
        let cost = u64::from(calls_per_retry.max(1));
        let capacity = u64::from(retries) * cost;
        Self { parts: AtomicU64::new(capacity), capacity, cost }
    }

    /// Takes one retry; `false` if there is none left.
    pub(crate) fn take(&self) -> bool {
        let less = |parts: u64| parts.checked_sub(self.cost);
        self.parts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    /// Counts one completed call.
    pub(crate) fn give_back(&self) {
        let more = |parts: u64| (parts < self.capacity).then(|| parts + 1);
        // An error means that the bucket is full.
        let _ = self.parts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(RETRIES, CALLS_PER_RETRY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many retries are left, up to `most`.
    fn left(budget: &RetryBudget, most: usize) -> usize {
        (0..most).take_while(|_| budget.take()).count()
    }

    #[test]
    fn it_runs_out_and_fills_up_again() {
        for (budget, retries, calls_per_retry) in
            [(RetryBudget::default(), 20, 10), (RetryBudget::new(3, 2), 3, 2), (RetryBudget::new(2, 0), 2, 1)]
        {
            assert_eq!(left(&budget, 30), retries);
            for _ in 1..calls_per_retry {
                budget.give_back();
            }
            assert!(!budget.take());
            budget.give_back();
            assert!(budget.take());
            for _ in 0..1000 {
                budget.give_back();
            }
            assert_eq!(left(&budget, 30), retries);
        }
    }

    #[test]
    fn it_may_be_empty_forever_or_larger_than_can_be_used() {
        let none = RetryBudget::new(0, 10);
        none.give_back();
        assert!(!none.take());
        let endless = RetryBudget::new(u32::MAX, u32::MAX);
        endless.give_back();
        assert_eq!(left(&endless, 1000), 1000);
    }
}
