//! How far an input is done. Its ids are counted from 1, those too that cannot be sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bulk::digest::Beginning;
use crate::bulk::outcome::Outcome;
use crate::bulk::outcome_counts::OutcomeCounts;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::bulk) struct Mark {
    /// The last id that was begun. Those up to it are done, but for the two lists below.
    pub(in crate::bulk) begun: u64,
    /// Of the ids up to it.
    pub(in crate::bulk) input: Beginning,
    /// Without an answer yet: the first and the last of each chunk.
    pub(in crate::bulk) open: Ranges,
    /// To be sent again, since they failed. What need not be sent of them is done.
    pub(in crate::bulk) failed: Ranges,
    /// What became of those that are done.
    pub(in crate::bulk) outcomes: OutcomeCounts,
    /// The report when this was written.
    pub(in crate::bulk) report: Beginning,
}

/// Where an id is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bulk) enum Place {
    New,
    Done,
    Open,
    Failed,
}

impl Mark {
    pub(in crate::bulk) fn place(&self, id: u64) -> Place {
        match id {
            _ if id > self.begun => Place::New,
            _ if self.failed.contains(id) => Place::Failed,
            _ if self.open.contains(id) => Place::Open,
            _ => Place::Done,
        }
    }

    /// The ids from `first` to `last` are about to be sent.
    pub(in crate::bulk) fn begin(&mut self, first: u64, last: u64, input: Beginning) {
        if last > self.begun {
            self.open.add(first, last);
            (self.begun, self.input) = (last, input);
        }
    }

    /// This became of the ids from `first` to `last`, of which the ranges in `again` are to be sent again.
    pub(in crate::bulk) fn end(
        &mut self,
        first: u64,
        last: u64,
        again: &[(u64, u64)],
        outcomes: &OutcomeCounts,
    ) {
        self.open.remove(first, last);
        self.failed.remove(first, last);
        for (first, last) in again {
            self.failed.add(*first, *last);
        }
        self.outcomes.add_all(&outcomes.of_done_ids());
    }

    /// The report has these outcomes, which were written after this was.
    pub(in crate::bulk) fn take_over(&mut self, known: &BTreeMap<u64, Outcome>) {
        for (id, outcome) in known {
            if matches!(self.place(*id), Place::Open | Place::Failed) {
                self.end(*id, *id, &[], &OutcomeCounts::from_iter([*outcome]));
            }
        }
    }

    /// How many ids were begun and are not done.
    pub(in crate::bulk) fn unfinished(&self) -> u64 {
        self.open.count() + self.failed.count()
    }

    /// Whether a run can have written it.
    pub(super) fn is_sound(&self) -> bool {
        let mut both = Ranges([self.open.0.as_slice(), &self.failed.0].concat());
        both.0.sort_unstable();
        // There is an id behind the last one that was begun.
        self.begun < u64::MAX
            && [&self.open, &self.failed, &both].into_iter().all(|ranges| ranges.is_sound(self.begun))
            && self.outcomes.are_of_done_ids(self.begun)
    }
}

/// The first and the last of each range, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::bulk) struct Ranges(Vec<(u64, u64)>);

impl Ranges {
    fn contains(&self, id: u64) -> bool {
        let before = self.0.partition_point(|(first, _)| *first <= id);
        self.0[..before].last().is_some_and(|(_, last)| id <= *last)
    }

    /// A range that none of the others meets.
    fn add(&mut self, first: u64, last: u64) {
        let before = self.0.partition_point(|(other, _)| *other < first);
        self.0.insert(before, (first, last));
    }

    fn remove(&mut self, first: u64, last: u64) {
        let rest = |(from, to): (u64, u64)| [(from, to.min(first - 1)), (from.max(last + 1), to)];
        let rest = self.0.drain(..).flat_map(rest).filter(|(from, to)| from <= to);
        self.0 = rest.collect();
    }

    fn count(&self) -> u64 {
        self.0.iter().map(|(first, last)| last - first + 1).sum()
    }

    fn is_sound(&self, begun: u64) -> bool {
        let ends = self.0.iter().flat_map(|(first, last)| [*first, last.saturating_add(1)]);
        self.0.iter().all(|(first, last)| 1 <= *first && first <= last && *last <= begun) && ends.is_sorted()
    }
}
