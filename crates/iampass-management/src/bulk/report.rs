//! What a bulk says of each chunk.

use std::ops::Range;

use crate::error::Error;
use crate::ids::{InvalidUserId, UserId};

/// What became of one chunk of a [`Bulk`](crate::Bulk).
///
/// Taken together, the reports account for every id that was read: it is in `ids` of one report, or in
/// `invalid` of one, or counted among the `duplicates` of one.
#[derive(Debug)]
#[non_exhaustive]
pub struct ChunkReport<T> {
    /// The chunk's number, from 0, in the order of the input. It is the same in every run over the same
    /// input with the same chunk size and the same choice about duplicates.
    pub number: u64,
    /// The positions in the input, from 0, that were read for this chunk: those of its ids, its invalid
    /// ids and its duplicates. The ranges of all chunks follow on each other.
    pub input: Range<u64>,
    /// The valid ids, in the order of the input.
    pub ids: Vec<UserId>,
    /// The ids that cannot be sent.
    pub invalid: Vec<InvalidInput>,
    /// How many ids had been met before, in this chunk or an earlier one.
    pub duplicates: u64,
    /// What became of `ids`.
    pub result: ChunkResult<T>,
}

/// What became of a chunk's ids.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChunkResult<T> {
    /// The call succeeded.
    Done(T),
    /// The call failed. It may have taken effect for some of the ids all the same; giving them again does
    /// no harm.
    Failed(Error),
    /// Nothing was sent: there was no valid id, or the bulk had stopped after a failure.
    NotSent,
    /// Nothing was sent: this chunk was to be [skipped](crate::Bulk::skip_chunks).
    Skipped,
}

impl<T> ChunkReport<T> {
    /// Why the call failed, if it did.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match &self.result {
            ChunkResult::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// The ids that are still to be done, to be given again: those of a chunk that failed or was not
    /// sent.
    #[must_use]
    pub fn into_unfinished(self) -> Vec<UserId> {
        match self.result {
            ChunkResult::Failed(_) | ChunkResult::NotSent => self.ids,
            ChunkResult::Done(_) | ChunkResult::Skipped => Vec::new(),
        }
    }
}

/// An id that cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidInput {
    /// Where it stands in the input, from 0.
    pub position: u64,
    /// Why it cannot be sent.
    pub reason: InvalidUserId,
}
