//! How many ids had which outcome.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::outcome::Outcome;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct OutcomeCounts(BTreeMap<Outcome, u64>);

impl OutcomeCounts {
    pub(super) fn add(&mut self, outcome: Outcome, ids: u64) {
        if ids > 0 {
            *self.0.entry(outcome).or_default() += ids;
        }
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        other.0.iter().for_each(|(outcome, ids)| self.add(*outcome, *ids));
    }

    pub(super) fn get(&self, outcome: Outcome) -> u64 {
        self.0.get(&outcome).copied().unwrap_or_default()
    }

    /// Whether these can be the outcomes of a chunk whose request was answered.
    pub(super) fn is_of_a_done_chunk(&self) -> bool {
        let total = self.0.values().try_fold(0_u64, |total, ids| total.checked_add(*ids));
        total.is_some() && self.0.keys().all(|outcome| outcome.is_an_answer())
    }

    pub(super) fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

impl FromIterator<Outcome> for OutcomeCounts {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Self {
        let mut counts = Self::default();
        outcomes.into_iter().for_each(|outcome| counts.add(outcome, 1));
        counts
    }
}
