//! Which ids have been met before.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

/// Keeping parts apart: one that grows is copied, and the copy is small.
const PARTS: usize = 64;

/// A fingerprint of 128 bits for each id, keyed at random: 20 to 40 bytes of memory, however long the id.
/// That any two of a billion ids share one is less likely than 10⁻²⁰.
#[derive(Default)]
pub(super) struct Seen {
    key: RandomState,
    parts: Vec<HashSet<u128>>,
}

impl Seen {
    /// Whether this id is new.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        let [high, low] = [0u8, 1].map(|half| self.key.hash_one((half, id)));
        self.parts.resize_with(PARTS, HashSet::new);
        let part = usize::try_from(high % PARTS as u64).unwrap_or_default();
        self.parts[part].insert(u128::from(high) << 64 | u128::from(low))
    }
}
