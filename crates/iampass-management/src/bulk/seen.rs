//! Which ids have been met before.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};

/// Keeping parts apart: one that grows is copied, and the copy is small.
const PARTS: usize = 64;

/// Which ids have been met before. A [`Bulk`](crate::Bulk) has one of its own; this is for those who have
/// to know of each single id, or who send nothing.
///
/// It keeps a fingerprint of 128 bits for each id, keyed at random: 20 to 40 bytes of memory, however long
/// the id. That any two of a billion ids share one is less likely than 10⁻²⁰.
///
/// ```
/// let mut seen = iampass_management::SeenIds::default();
/// assert!(seen.insert("alice"));
/// assert!(!seen.insert("alice"));
/// ```
#[derive(Default)]
pub struct SeenIds {
    key: RandomState,
    parts: Vec<HashSet<u128>>,
}

impl SeenIds {
    /// Whether this id is new. Ids are compared as they are.
    pub fn insert(&mut self, id: &str) -> bool {
        let [high, low] = [0u8, 1].map(|half| self.key.hash_one((half, id)));
        self.parts.resize_with(PARTS, HashSet::new);
        let part = usize::try_from(high % PARTS as u64).unwrap_or_default();
        self.parts[part].insert(u128::from(high) << 64 | u128::from(low))
    }
}

impl fmt::Debug for SeenIds {
    /// Neither the key nor a fingerprint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: usize = self.parts.iter().map(HashSet::len).sum();
        f.debug_struct("SeenIds").field("ids", &ids).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::SeenIds;

    #[test]
    fn an_id_is_new_once_and_debug_only_counts() {
        let mut seen = SeenIds::default();
        let ids = ["alice", "Alice", "alice ", "é", ""];
        assert!(ids.iter().all(|id| seen.insert(id)));
        assert!(!ids.iter().any(|id| seen.insert(id)));
        assert_eq!(format!("{seen:?}"), "SeenIds { ids: 5, .. }");
    }
}
