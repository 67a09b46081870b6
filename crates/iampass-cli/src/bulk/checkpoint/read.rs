//! Reads a journal back, whatever a crash has left of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::CheckpointProblem;
use super::header::{BEGINNING, Header};
use super::journal::Earlier;
use crate::bulk::tally::Tally;

/// A line but the first.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Record {
    Done {
        done: u64,
        outcomes: Tally,
        /// Of an input that comes once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<String>,
    },
    Begun {
        begun: u64,
    },
}

/// What a journal says.
pub(super) struct Said {
    pub(super) header: Header,
    pub(super) earlier: Earlier,
    /// Where its whole lines end.
    pub(super) length: u64,
}

/// `None` when it says nothing: it is new, or the crash came before its first line was whole.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Said>, CheckpointProblem> {
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
        match serde_json::from_slice(text) {
            Ok(record) if text.ends_with(b"\n") => {
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
            _ => damaged = Some(line),
        }
    }
    begun.retain(|number| !done.contains_key(number));
    Ok(Some(Said { header, earlier: Earlier { done, begun }, length: length as u64 }))
}
