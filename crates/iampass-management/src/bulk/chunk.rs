//! How chunks are made of ids.

use std::ops::Range;

use crate::bulk::report::{ChunkReport, ChunkResult, InvalidInput};
use crate::bulk::seen::SeenIds;
use crate::ids::UserId;

/// The room that is made for a chunk's ids before they are there.
const FIRST_ROOM: usize = 1000;

/// What will be one call.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) number: u64,
    input: Range<u64>,
    pub(super) ids: Vec<UserId>,
    invalid: Vec<InvalidInput>,
    duplicates: u64,
}

impl Chunk {
    fn starting(number: u64, position: u64) -> Self {
        Self { number, input: position..position, ids: Vec::new(), invalid: Vec::new(), duplicates: 0 }
    }

    pub(super) fn report<T>(self, result: ChunkResult<T>) -> ChunkReport<T> {
        let Self { number, input, ids, invalid, duplicates } = self;
        ChunkReport { number, input, ids, invalid, duplicates, result }
    }
}

/// The chunk that is being filled. Which ids come into which chunk depends on the input, the chunk size
/// and whether duplicates are removed, and on nothing else: that is what checkpoints build on.
pub(super) struct Filling {
    chunk: Chunk,
    seen: Option<SeenIds>,
}

impl Filling {
    pub(super) fn new() -> Self {
        Self { chunk: Chunk::starting(0, 0), seen: Some(SeenIds::default()) }
    }

    pub(super) fn deduplicate(&mut self, yes: bool) {
        self.seen = yes.then(SeenIds::default);
    }

    pub(super) fn push(&mut self, id: String, chunk_size: usize) {
        let position = self.chunk.input.end;
        self.chunk.input.end += 1;
        match UserId::new(id) {
            Err(reason) => self.chunk.invalid.push(InvalidInput { position, reason }),
            Ok(id) if self.seen.as_mut().is_none_or(|seen| seen.insert(id.as_str())) => {
                if self.chunk.ids.is_empty() {
                    self.chunk.ids.reserve(chunk_size.min(FIRST_ROOM));
                }
                self.chunk.ids.push(id);
            }
            Ok(_) => self.chunk.duplicates += 1,
        }
    }

    /// Invalid ids can fill a chunk too, else an input of nothing but those would end up in memory.
    pub(super) fn is_full(&self, chunk_size: usize) -> bool {
        self.chunk.ids.len().max(self.chunk.invalid.len()) >= chunk_size
    }

    /// The chunk as far as it is filled; `None` when nothing was read since the last one.
    pub(super) fn take(&mut self) -> Option<Chunk> {
        let Chunk { number, input, .. } = &self.chunk;
        let next = Chunk::starting(number + 1, input.end);
        (!input.is_empty()).then(|| std::mem::replace(&mut self.chunk, next))
    }
}
