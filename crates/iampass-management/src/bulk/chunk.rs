//! Makes chunks of ids.

use iampass_client::{InvalidUserId, UserId};

use super::seen::SeenIds;

/// The ids of one call, and ids that are not sent.
///
/// Every id of the input is in `ids` or in `skipped` of exactly one chunk.
#[derive(Debug)]
#[non_exhaustive]
pub struct Chunk {
    /// The chunk's number, from 0, in the order in which chunks are made. It is the same in every run over the same
    /// input with the same chunk size and the same choice about duplicates.
    pub number: u64,
    /// The ids to send, in the order of the input.
    pub ids: Vec<UserId>,
    /// The position of each of `ids` in the input.
    pub positions: Vec<u64>,
    /// The ids that will not be sent.
    pub skipped: Vec<SkippedId>,
}

/// An id that is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedId {
    /// Its position in the input.
    pub position: u64,
    /// The id.
    pub id: String,
    /// Why it is not sent.
    pub reason: SkipReason,
}

/// Why an id is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkipReason {
    /// No URL can carry it.
    Invalid(InvalidUserId),
    /// It occurred earlier in the input.
    Duplicate,
}

impl Chunk {
    fn numbered(number: u64) -> Self {
        Self { number, ids: Vec::new(), positions: Vec::new(), skipped: Vec::new() }
    }

    fn skip(&mut self, position: u64, id: String, reason: SkipReason) {
        self.skipped.push(SkippedId { position, id, reason });
    }
}

/// Makes chunks of ids. What goes into which chunk depends on the ids, the chunk size and whether duplicates are
/// looked for, and on nothing else.
///
/// A chunk has all ids of a part of the input, the skipped ones too, and the next chunk has those that follow. It ends
/// when it has as many ids to send, or as many skipped ones, as the chunk size says: an input of nothing but skipped ids
/// does not end up in memory.
///
/// ```
/// use iampass_management::Chunker;
///
/// let mut chunker = Chunker::new(2, true);
/// assert!(chunker.push(0, "alice".to_owned()).is_none());
/// assert!(chunker.push(1, "alice".to_owned()).is_none());
/// let chunk = chunker.push(2, "bob".to_owned()).unwrap();
/// assert_eq!((chunk.ids.len(), chunk.skipped.len()), (2, 1));
/// assert!(chunker.finish().is_none());
/// ```
#[derive(Debug)]
pub struct Chunker {
    chunk_size: usize,
    seen: Option<SeenIds>,
    chunk: Chunk,
}

impl Chunker {
    /// Chunks of at most so many ids (0 counts as 1). With `deduplicate`, ids that occurred before are skipped; ids
    /// are compared as they are.
    #[must_use]
    pub fn new(chunk_size: usize, deduplicate: bool) -> Self {
        let seen = deduplicate.then(SeenIds::default);
        Self { chunk_size: chunk_size.max(1), seen, chunk: Chunk::numbered(0) }
    }

    /// Takes the next id, and where it stands in the input (the number of its line, for example). Gives a chunk when
    /// that fills one.
    pub fn push(&mut self, position: u64, id: String) -> Option<Chunk> {
        let chunk = &mut self.chunk;
        match UserId::new(id.as_str()) {
            Err(reason) => chunk.skip(position, id, SkipReason::Invalid(reason)),
            Ok(_) if self.seen.as_mut().is_some_and(|seen| !seen.insert(&id)) => {
                chunk.skip(position, id, SkipReason::Duplicate);
            }
            Ok(valid) => {
                chunk.ids.push(valid);
                chunk.positions.push(position);
            }
        }
        let is_full = chunk.ids.len().max(chunk.skipped.len()) >= self.chunk_size;
        is_full.then(|| self.take())
    }

    /// Passes over an id that an earlier run has dealt with: where it occurs again, it is a duplicate.
    pub fn remember(&mut self, id: &str) {
        if let Some(seen) = &mut self.seen {
            seen.insert(id);
        }
    }

    /// Ends the chunk that is not full, at the end of the input or before a gap in it; `None` if nothing is left.
    pub fn finish(&mut self) -> Option<Chunk> {
        let Chunk { ids, skipped, .. } = &self.chunk;
        (!ids.is_empty() || !skipped.is_empty()).then(|| self.take())
    }

    fn take(&mut self) -> Chunk {
        let next = Chunk::numbered(self.chunk.number + 1);
        std::mem::replace(&mut self.chunk, next)
    }
}
