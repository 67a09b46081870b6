//! The nonces that one application has used.

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;

/// Why a nonce was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NonceRejection {
    /// It was used before.
    Replayed,
    /// It is unknown whether it was used before.
    Forgotten,
}

/// The nonces of one application, with the second of their timestamp.
///
/// A nonce that may have been dropped is never accepted: once the nonces of a second are dropped, every
/// further request with a timestamp of that second is rejected.
pub(super) struct UsedNonces {
    nonces: HashSet<u64>,
    /// The same nonces, each after its second.
    by_second: BTreeSet<(u64, u64)>,
    /// Timestamps up to this one are rejected. Only dropped seconds raise it, not the clock: so a clock
    /// that jumps ahead and comes back rejects nothing but timestamps that were really used.
    floor: Option<u64>,
    /// Timestamps in this range are rejected.
    lost_future: Option<RangeInclusive<u64>>,
}

impl UsedNonces {
    /// Rejects timestamps up to the floor from the start.
    pub(super) fn with_floor(floor: Option<u64>) -> Self {
        Self { nonces: HashSet::new(), by_second: BTreeSet::new(), floor, lost_future: None }
    }

    pub(super) fn len(&self) -> usize {
        self.nonces.len()
    }

    pub(super) fn oldest_second(&self) -> Option<u64> {
        self.by_second.first().map(|(second, _)| *second)
    }

    /// Returns the last second of which nonces were dropped, if any were.
    pub(super) fn last_dropped_second(&self) -> Option<u64> {
        self.floor.max(self.lost_future.as_ref().map(|lost| *lost.end()))
    }

    pub(super) fn check(&self, nonce: u64, timestamp: u64) -> Result<(), NonceRejection> {
        let is_lost = self.lost_future.as_ref().is_some_and(|lost| lost.contains(&timestamp));
        if self.nonces.contains(&nonce) {
            Err(NonceRejection::Replayed)
        } else if is_lost || self.floor.is_some_and(|floor| timestamp <= floor) {
            Err(NonceRejection::Forgotten)
        } else {
            Ok(())
        }
    }

    /// Adds a nonce that [`UsedNonces::check`] has accepted.
    pub(super) fn insert(&mut self, nonce: u64, timestamp: u64) {
        self.nonces.insert(nonce);
        self.by_second.insert((timestamp, nonce));
    }

    /// Drops the seconds before the start of the window.
    pub(super) fn drop_before(&mut self, start: u64) {
        while self.oldest_second().is_some_and(|second| second < start) {
            self.drop_oldest();
        }
    }

    pub(super) fn drop_oldest(&mut self) {
        if let Some(second) = self.oldest_second() {
            self.drop_second(second);
            self.floor = self.floor.max(Some(second));
        }
    }

    /// Drops the seconds after the end of the window. Only a clock that was set back leaves such seconds.
    pub(super) fn drop_after(&mut self, end: u64) {
        while let Some(&(second, _)) = self.by_second.last()
            && second > end
        {
            self.drop_second(second);
            let (first, last) = self.lost_future.take().map_or((second, second), RangeInclusive::into_inner);
            self.lost_future = Some(first.min(second)..=last.max(second));
        }
    }

    /// Drops the seconds after the end of the window if there are any, else the oldest second.
    pub(super) fn drop_some(&mut self, end: u64) {
        let len = self.len();
        self.drop_after(end);
        if self.len() == len {
            self.drop_oldest();
        }
    }

    fn drop_second(&mut self, second: u64) {
        let dropped: Vec<_> = self.by_second.range((second, 0)..=(second, u64::MAX)).copied().collect();
        for entry in dropped {
            self.by_second.remove(&entry);
            self.nonces.remove(&entry.1);
        }
        // Otherwise each application would keep the memory of its busiest time.
        self.nonces.shrink_to(2 * self.nonces.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_given_back_with_the_nonces() {
        let mut used = UsedNonces::with_floor(None);
        for nonce in 0..10_000 {
            used.insert(nonce, nonce / 100);
        }
        used.drop_before(99);
        assert_eq!(used.len(), 100);
        assert!(used.nonces.capacity() < 1_000, "{}", used.nonces.capacity());
        used.drop_oldest();
        assert_eq!((used.len(), used.nonces.capacity()), (0, 0));
    }
}
