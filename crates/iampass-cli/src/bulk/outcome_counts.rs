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

    /// Whether these can be the outcomes of so many ids at the most, none of which is to be sent again.
    pub(super) fn are_of_done_ids(&self, at_most: u64) -> bool {
        let total = self.0.values().try_fold(0_u64, |total, ids| total.checked_add(*ids));
        total.is_some_and(|total| total <= at_most) && self.0.keys().all(|outcome| outcome.is_done())
    }

    /// Those of ids that need not be sent again.
    pub(super) fn of_done_ids(&self) -> Self {
        let done = self.0.iter().filter(|(outcome, _)| outcome.is_done());
        Self(done.map(|(outcome, ids)| (*outcome, *ids)).collect())
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
