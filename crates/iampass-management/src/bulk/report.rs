//! What became of a chunk.

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
    /// The call succeeded.
    Done(T),
    /// The call failed. It may have taken effect for some of the ids all the same; giving them again does
    /// no harm.
    Failed(Error),
    /// There was no id to send.
    NotSent,
}

impl<T> ChunkReport<T> {
    /// A report, for tests of code that reads reports. A [`Chunker`](crate::Chunker) makes the chunk.
    #[must_use]
    pub fn new(chunk: Chunk, result: ChunkResult<T>) -> Self {
        Self { chunk, result }
    }

    /// Why the call failed, if it did.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match &self.result {
            ChunkResult::Failed(error) => Some(error),
            _ => None,
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

    /// The ids to give again: those of a chunk whose call failed.
    #[must_use]
    pub fn into_unfinished(self) -> Vec<UserId> {
        match self.result {
            ChunkResult::Failed(_) => self.chunk.ids,
            ChunkResult::Done(_) | ChunkResult::NotSent => Vec::new(),
        }
    }
}
