//! Remembers which nonces were used, in bounded memory.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher};
use std::ops::RangeInclusive;

/// How many nonces a verifier remembers unless told otherwise.
///
/// It takes about 8 MB when full. With a window of 300 s each way that is some 400 requests per
/// second for as long as anyone likes.
pub const DEFAULT_REPLAY_CAPACITY: usize = 262_144;

/// How many nonces are noted before they come among the others.
const RECENT: usize = 256;

/// Why a nonce was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NonceRejection {
    /// It was used before.
    Replayed,
    /// What was used at that second is no longer known.
    Forgotten,
}

/// Stands for an application and a nonce: a keyed hash of both. That one request shares it with another of a full
/// memory happens once in 10¹³ requests, and would only make a good one be refused.
type Key = u64;

/// Takes a [`Key`] for its hash as it is: it is keyed and well mixed.
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

type Keys = HashSet<Key, BuildHasherDefault<HashOfKey>>;

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
    /// All that were used, but for the last few.
    used: Keys,
    /// Those: writing to a small set does not wait for memory, and looking for what is not in a large one seldom does.
    recent: Keys,
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
            used: Keys::default(),
            recent: Keys::default(),
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
    pub(crate) fn record(
        &mut self,
        application_id: &str,
        nonce: u64,
        timestamp: u64,
        now: u64,
        window: u64,
    ) -> Result<(), NonceRejection> {
        self.drop_expired(now.saturating_sub(window));
        let key = self.key(application_id, nonce);
        // Seldom: usually one look at the memory both finds and notes.
        if self.is_forgotten(timestamp) || self.is_full() {
            if self.used.contains(&key) || self.recent.contains(&key) {
                return Err(NonceRejection::Replayed);
            }
            if self.is_forgotten(timestamp) {
                return Err(NonceRejection::Forgotten);
            }
            self.make_room(timestamp, now.saturating_add(window))?;
        }
        if self.used.contains(&key) || !self.recent.insert(key) {
            return Err(NonceRejection::Replayed);
        }
        if self.recent.len() >= RECENT {
            self.used.extend(self.recent.drain());
        }
        match self.by_second.last_entry() {
            // As most come: signed just now.
            Some(mut latest) if *latest.key() == timestamp => latest.get_mut().push(key),
            _ => self.by_second.entry(timestamp).or_default().push(key),
        }
        Ok(())
    }

    fn key(&self, application_id: &str, nonce: u64) -> Key {
        let mut hasher = self.hasher.build_hasher();
        // The nonce is of one length, so nothing needs to tell where the id ends.
        hasher.write(application_id.as_bytes());
        hasher.write_u64(nonce);
        hasher.finish()
    }

    fn is_full(&self) -> bool {
        self.used.len() + self.recent.len() >= self.capacity
    }

    /// For one more nonce of that second. `latest` is the last second in the window.
    fn make_room(&mut self, timestamp: u64, latest: u64) -> Result<(), NonceRejection> {
        self.drop_future(latest);
        if self.is_full() {
            let oldest = self.by_second.first_key_value().map(|(second, _)| *second);
            // Making room for something that is itself the oldest would forget newer seconds for it.
            if oldest.is_some_and(|oldest| timestamp <= oldest) {
                return Err(NonceRejection::Forgotten);
            }
            self.drop_oldest();
        }
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
            if !self.used.remove(key) {
                self.recent.remove(key);
            }
        }
    }
}
