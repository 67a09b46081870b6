//! Remembers which nonces were used, in bounded memory.

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

use crate::credentials::ApplicationId;

/// How many nonces a verifier remembers unless [`Verifier::with_replay_capacity`] says otherwise.
///
/// With a window of 300 s each way this is enough for 400 requests per second without end. A full
/// memory takes about 40 MB.
///
/// [`Verifier::with_replay_capacity`]: crate::Verifier::with_replay_capacity
pub const DEFAULT_REPLAY_CAPACITY: usize = 262_144;

/// Why a nonce was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NonceRejection {
    /// It was used before.
    Replayed,
    /// The nonces of its second were dropped, so it is unknown whether it was used before.
    Forgotten,
}

/// The application that used a nonce, and the nonce.
type UsedNonce = (ApplicationId, u64);

/// The nonces that were used within the clock window, by the second of their timestamp.
///
/// A nonce that may have been dropped is never accepted: once the nonces of a second are dropped, every
/// further request with a timestamp of that second is rejected. There are two reasons to drop a second:
/// * It left the window. `floor` rises to it. The clock alone does not raise the floor, so that a clock
///   that jumps ahead and comes back rejects nothing but timestamps that were really used.
/// * The memory is full. First the seconds beyond the window in the future are dropped, which are there
///   only if the clock was set back, and `lost_future` covers them; then the oldest second.
pub(super) struct ReplayMemory {
    capacity: usize,
    used: HashSet<UsedNonce>,
    by_second: BTreeMap<u64, Vec<UsedNonce>>,
    /// Timestamps up to this one are rejected.
    floor: Option<u64>,
    /// Timestamps in this range are rejected.
    lost_future: Option<RangeInclusive<u64>>,
}

impl ReplayMemory {
    /// Creates a memory for this many nonces, at least one.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            used: HashSet::new(),
            by_second: BTreeMap::new(),
            floor: None,
            lost_future: None,
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Records the nonce of a request whose timestamp is in the window, the range of acceptable seconds.
    pub(super) fn record(
        &mut self,
        application_id: &ApplicationId,
        nonce: u64,
        timestamp: u64,
        window: &RangeInclusive<u64>,
    ) -> Result<(), NonceRejection> {
        self.drop_before(*window.start());
        let used = (application_id.clone(), nonce);
        if self.used.contains(&used) {
            return Err(NonceRejection::Replayed);
        }
        if self.is_forgotten(timestamp) {
            return Err(NonceRejection::Forgotten);
        }
        self.make_room(timestamp, *window.end())?;
        self.used.insert(used.clone());
        self.by_second.entry(timestamp).or_default().push(used);
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.used.len() >= self.capacity
    }

    fn is_forgotten(&self, timestamp: u64) -> bool {
        self.floor.is_some_and(|floor| timestamp <= floor)
            || self.lost_future.as_ref().is_some_and(|lost| lost.contains(&timestamp))
    }

    /// Makes room for one more nonce with this timestamp.
    fn make_room(&mut self, timestamp: u64, end_of_window: u64) -> Result<(), NonceRejection> {
        if self.is_full() {
            self.drop_after(end_of_window);
        }
        if self.is_full() {
            let oldest = self.by_second.first_key_value().map(|(second, _)| *second);
            // Do not drop newer nonces for the sake of the oldest one.
            if oldest.is_some_and(|oldest| timestamp <= oldest) {
                return Err(NonceRejection::Forgotten);
            }
            self.drop_oldest();
        }
        Ok(())
    }

    fn drop_before(&mut self, start: u64) {
        while self.by_second.first_key_value().is_some_and(|(second, _)| *second < start) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((second, nonces)) = self.by_second.pop_first() {
            self.forget(&nonces);
            self.floor = self.floor.max(Some(second));
        }
    }

    fn drop_after(&mut self, end: u64) {
        while let Some((&second, _)) = self.by_second.last_key_value()
            && second > end
        {
            if let Some(nonces) = self.by_second.remove(&second) {
                self.forget(&nonces);
            }
            let (first, last) = self.lost_future.take().map_or((second, second), RangeInclusive::into_inner);
            self.lost_future = Some(first.min(second)..=last.max(second));
        }
    }

    fn forget(&mut self, nonces: &[UsedNonce]) {
        for nonce in nonces {
            self.used.remove(nonce);
        }
    }
}
