//! Reads a journal back, whatever a crash has left of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::error::CheckpointProblem;
use super::header::{BEGINNING, Header, is_written_as};
use crate::bulk::outcome_counts::OutcomeCounts;

/// A line but the first.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Record {
    Done {
        done: u64,
        outcomes: OutcomeCounts,
        /// Of an input that comes once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<String>,
    },
    Begun {
        begun: u64,
    },
}

impl Record {
    /// A line that this program writes, and no other: what an import leaves out because of a line must be what
    /// was meant by it.
    fn parse(line: &[u8]) -> Option<Self> {
        let record = serde_json::from_slice(line).ok()?;
        let is_sound = match &record {
            Self::Done { outcomes, .. } => outcomes.is_of_a_done_chunk(),
            Self::Begun { .. } => true,
        };
        (is_sound && is_written_as(&record, line)).then_some(record)
    }
}

/// What earlier runs have done.
#[derive(Debug, Default)]
pub(in crate::bulk) struct Earlier {
    /// The chunks that need not be sent, with what became of their ids, and their digests.
    pub(in crate::bulk) done: BTreeMap<u64, (OutcomeCounts, Option<String>)>,
    /// Those that may have been sent all the same.
    pub(in crate::bulk) begun: BTreeSet<u64>,
}

/// What a journal says.
pub(super) struct ParsedCheckpoint {
    pub(super) header: Header,
    pub(super) earlier: Earlier,
    /// Where its whole lines end.
    pub(super) length: u64,
}

/// `None` when it says nothing: it is new, or the crash came before its first line was whole.
pub(super) fn read(bytes: &[u8]) -> Result<Option<ParsedCheckpoint>, CheckpointProblem> {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let Some(first) = lines.next() else { return Ok(None) };
    if !first.ends_with(b"\n") {
        let torn = first.starts_with(BEGINNING) || BEGINNING.starts_with(first);
        return if torn { Ok(None) } else { Err(CheckpointProblem::Foreign) };
    }
    let header = Header::parse(first)?;
    let mut length = first.len();
    let mut done = BTreeMap::new();
    let mut begun = BTreeSet::new();
    let mut damaged = None;
    for (line, text) in (2..).zip(lines) {
        // Whatever stands behind a line that cannot be read, it was not the last that was written.
        if let Some(line) = damaged {
            return Err(CheckpointProblem::Damaged { line });
        }
        match Record::parse(text) {
            Some(record) => {
                length += text.len();
                match record {
                    Record::Begun { begun: number } => {
                        begun.insert(number);
                    }
                    Record::Done { done: number, outcomes, digest } => {
                        begun.remove(&number);
                        done.insert(number, (outcomes, digest));
                    }
                }
            }
            None => damaged = Some(line),
        }
    }
    begun.retain(|number| !done.contains_key(number));
    Ok(Some(ParsedCheckpoint { header, earlier: Earlier { done, begun }, length: length as u64 }))
}
