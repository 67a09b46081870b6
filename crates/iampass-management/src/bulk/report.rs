//! What became of a chunk.

use std::ops::Range;

use iampass_client::{Error, UserId};

use super::chunk::{Chunk, SkipReason, SkippedId};

/// What became of one chunk of a [`Bulk`](crate::Bulk).
#[derive(Debug)]
#[non_exhaustive]
pub struct ChunkReport<T> {
    /// The chunk. Taken together, the chunks of all reports account for every id that was read.
    pub chunk: Chunk,
    /// What became of the chunk's ids.
    pub result: ChunkResult<T>,
}

/// What became of a chunk's ids.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChunkResult<T> {
    /// The call succeeded; if the chunk was too large for one call, all of its calls did.
    Done(T),
    /// The chunk was too large for one call, and some of its calls did not succeed.
    Partial {
        /// What became of the others.
        done: T,
        /// The ids that are not done, in the order in which they were sent.
        unfinished: Vec<UnfinishedIds>,
    },
    /// The call failed. It may have taken effect for some of the ids all the same; giving them again does
    /// no harm.
    Failed(Error),
    /// There was no id to send, or the bulk had [stopped](crate::BulkEvent::Stopped).
    NotSent,
}

/// Ids of a chunk that are not done.
#[derive(Debug)]
#[non_exhaustive]
pub struct UnfinishedIds {
    /// Where they are in the chunk's `ids`.
    pub ids: Range<usize>,
    /// Why; `None` if they were not sent, because the bulk had stopped.
    pub error: Option<Error>,
}

impl UnfinishedIds {
    /// Such ids, for tests of code that reads reports.
    #[must_use]
    pub fn new(ids: Range<usize>, error: Option<Error>) -> Self {
        Self { ids, error }
    }
}

impl<T> ChunkReport<T> {
    /// A report, for tests of code that reads reports. A [`Chunker`](crate::Chunker) makes the chunk.
    #[must_use]
    pub fn new(chunk: Chunk, result: ChunkResult<T>) -> Self {
        Self { chunk, result }
    }

    /// Why a call failed, if one did; of several, the last, which is the one that has stopped the bulk if one has.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match &self.result {
            ChunkResult::Failed(error) => Some(error),
            ChunkResult::Partial { unfinished, .. } => {
                unfinished.iter().rev().find_map(|ids| ids.error.as_ref())
            }
            ChunkResult::Done(_) | ChunkResult::NotSent => None,
        }
    }

    /// The ids that cannot be sent.
    pub fn invalid(&self) -> impl Iterator<Item = &SkippedId> {
        self.chunk.skipped.iter().filter(|id| matches!(id.reason, SkipReason::Invalid(_)))
    }

    /// The ids that occurred before, in this chunk or an earlier one.
    pub fn duplicates(&self) -> impl Iterator<Item = &SkippedId> {
        self.chunk.skipped.iter().filter(|id| id.reason == SkipReason::Duplicate)
    }

    /// The ids to give again: those whose call failed, and those that were not sent because the bulk had stopped.
    #[must_use]
    pub fn into_unfinished(self) -> Vec<UserId> {
        let mut ids = self.chunk.ids;
        match self.result {
            ChunkResult::Failed(_) | ChunkResult::NotSent => ids,
            ChunkResult::Done(_) => Vec::new(),
            ChunkResult::Partial { unfinished, .. } => {
                let mut place = 0..;
                ids.retain(|_| {
                    place.next().is_some_and(|at| unfinished.iter().any(|part| part.ids.contains(&at)))
                });
                ids
            }
        }
    }
}
