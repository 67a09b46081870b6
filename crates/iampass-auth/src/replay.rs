//! Remembers which nonces were used, in bounded memory.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, BuildHasherDefault, Hash, Hasher};
use std::ops::RangeInclusive;

/// How many nonces a verifier remembers unless told otherwise.
///
/// It takes about 15 MB when full. With a window of 300 s each way that is some 400 requests per
/// second for as long as anyone likes.
pub const DEFAULT_REPLAY_CAPACITY: usize = 262_144;

/// Why a nonce was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotNew {
    /// It was used before.
    Replayed,
    /// What was used at that second is no longer known.
    Forgotten,
}

/// A nonce, and a keyed hash of application and nonce. That two applications share the hash for
/// the same nonce is far less likely than a failure of the machine, and would only make one good
/// request be refused.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    hash: u64,
    nonce: u64,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// Takes the hash that a [`Key`] holds as it is: it is keyed and well mixed.
#[derive(Clone, Copy, Default)]
struct HashOfKey(u64);

impl Hasher for HashOfKey {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The nonces used within the clock window, by the second they were signed at.
///
/// It never accepts a nonce that it could have forgotten. A second whose nonces are dropped is
/// refused from then on, for whatever reason they were dropped:
/// * it left the window: the `floor` rises to it. Only what was dropped raises the floor, never the
///   clock alone, so a clock that jumps ahead and comes back shuts nobody out for longer than the
///   signers' clocks differ.
/// * the memory is full: first go the seconds that lie beyond the window in the future, which only
///   a clock that was set back leaves behind, and `lost_future` covers them; then the oldest.
pub(crate) struct ReplayMemory {
    capacity: usize,
    hasher: RandomState,
    used: HashSet<Key, BuildHasherDefault<HashOfKey>>,
    by_second: BTreeMap<u64, Vec<Key>>,
    /// Timestamps at or below it are refused.
    floor: Option<u64>,
    /// Timestamps inside are refused.
    lost_future: Option<RangeInclusive<u64>>,
}

impl ReplayMemory {
    /// A memory for so many nonces, at least one.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            hasher: RandomState::new(),
            used: HashSet::default(),
            by_second: BTreeMap::new(),
            floor: None,
            lost_future: None,
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Notes that a nonce was used by a request signed at `timestamp`, which lies in the window
    /// around `now`.
    pub(crate) fn note(
        &mut self,
        application_id: &str,
        nonce: u64,
        timestamp: u64,
        now: u64,
        window: u64,
    ) -> Result<(), NotNew> {
        self.drop_expired(now.saturating_sub(window));
        let key = Key { hash: self.hasher.hash_one((application_id, nonce)), nonce };
        if self.used.contains(&key) {
            return Err(NotNew::Replayed);
        }
        if self.is_forgotten(timestamp) {
            return Err(NotNew::Forgotten);
        }
        if self.used.len() >= self.capacity {
            self.drop_future(now.saturating_add(window));
        }
        if self.used.len() >= self.capacity {
            let oldest = self.by_second.first_key_value().map(|(second, _)| *second);
            // Making room for something that is itself the oldest would forget newer seconds for it.
            if oldest.is_some_and(|oldest| timestamp <= oldest) {
                return Err(NotNew::Forgotten);
            }
            self.drop_oldest();
        }
        self.used.insert(key);
        self.by_second.entry(timestamp).or_default().push(key);
        Ok(())
    }

    fn is_forgotten(&self, timestamp: u64) -> bool {
        self.floor.is_some_and(|floor| timestamp <= floor)
            || self.lost_future.as_ref().is_some_and(|lost| lost.contains(&timestamp))
    }

    /// Drops the seconds before the earliest that is still in the window.
    fn drop_expired(&mut self, earliest: u64) {
        while self.by_second.first_key_value().is_some_and(|(second, _)| *second < earliest) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((second, keys)) = self.by_second.pop_first() {
            self.forget(&keys);
            self.floor = self.floor.max(Some(second));
        }
    }

    /// Drops the seconds after the latest that is still in the window.
    fn drop_future(&mut self, latest: u64) {
        while let Some(entry) = self.by_second.last_entry() {
            let second = *entry.key();
            if second <= latest {
                return;
            }
            let keys = entry.remove();
            self.forget(&keys);
            self.lost_future = Some(match self.lost_future.take() {
                Some(lost) => second.min(*lost.start())..=second.max(*lost.end()),
                None => second..=second,
            });
        }
    }

    fn forget(&mut self, keys: &[Key]) {
        for key in keys {
            self.used.remove(key);
        }
    }
}
