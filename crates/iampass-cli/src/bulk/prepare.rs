//! Makes chunks of an input with the library's [`Chunker`], less what a checkpoint says is done. A position is the number
//! of an id.

use std::io::Read;

use iampass_management::{Chunk, Chunker, SkipReason};

use super::checkpoint::{CheckpointProblem, Mark, Place};
use super::digest::{Beginning, Digest};
use super::input::{Ids, InputError, Layout, Warning};

/// How ids are put together.
#[derive(Clone, Debug)]
pub(super) struct ChunkOptions {
    pub(super) layout: Layout,
    pub(super) chunk_size: usize,
    pub(super) keep_duplicates: bool,
}

/// A chunk, before it is sent.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) chunk: Chunk,
    pub(super) part: Part,
    /// Of all ids up to its last.
    pub(super) input: Beginning,
    /// What is odd about the ids, and about those that stand before.
    warnings: Vec<Warning>,
}

impl Prepared {
    /// A line for each id that is odd or cannot be sent.
    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        let invalid = self.chunk.skipped.iter().filter_map(|id| match id.reason {
            SkipReason::Invalid(reason) => Some(format!("line {}: {reason}", self.part.line(id.position))),
            _ => None,
        });
        self.warnings.iter().map(ToString::to_string).chain(invalid)
    }

    /// How many of the warnings are about odd ids and records.
    pub(super) fn odd(&self) -> u64 {
        self.warnings.iter().filter(|warning| warning.is_odd()).count() as u64
    }
}

/// The part of an input that a chunk is made of.
#[derive(Debug)]
pub(super) struct Part {
    /// The number of its first id.
    pub(super) first: u64,
    /// The line of each id.
    lines: Vec<u64>,
    /// What earlier runs have made of it.
    pub(super) before: Place,
}

impl Part {
    fn new(first: u64, before: Place) -> Self {
        Self { first, lines: Vec::new(), before }
    }

    pub(super) fn last(&self) -> u64 {
        self.first + self.lines.len() as u64 - 1
    }

    /// The line of an id.
    pub(super) fn line(&self, number: u64) -> u64 {
        let at = usize::try_from(number - self.first).unwrap_or_default();
        self.lines.get(at).copied().unwrap_or_default()
    }
}

/// The receiver of the chunks is gone.
#[derive(Debug, thiserror::Error)]
#[error("the receiver of the chunks is gone")]
pub(super) struct ReceiverClosed;

#[derive(Debug, thiserror::Error)]
pub(super) enum PrepareError {
    #[error(transparent)]
    Input(#[from] InputError),
    /// No chunk was given.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointProblem),
    #[error(transparent)]
    ReceiverClosed(#[from] ReceiverClosed),
}

/// Reads to the end, or to the first error; an unfinished chunk is not given then.
///
/// No chunk is given before it is known that the input is the one that the mark is of.
pub(super) fn prepare<R: Read>(
    input: R,
    options: &ChunkOptions,
    mark: &Mark,
    give: &mut impl FnMut(Prepared) -> Result<(), ReceiverClosed>,
) -> Result<(), PrepareError> {
    let mut ids = Ids::new(input, &options.layout)?;
    let mut chunks = Chunks::new(options);
    let mut held = Vec::new();
    let mut number = 0;
    while let Some((line, id)) = ids.next()? {
        number += 1;
        let place = mark.place(number);
        held.extend(chunks.push(number, place, line, id, ids.warnings()));
        if number == mark.begun {
            held.extend(chunks.end());
            if chunks.digest.beginning() != mark.input {
                return Err(CheckpointProblem::Changed { ids: number }.into());
            }
        }
        if number >= mark.begun {
            held.drain(..).try_for_each(&mut *give)?;
        }
    }
    if number < mark.begun {
        return Err(CheckpointProblem::Shorter { before: mark.begun, now: number }.into());
    }
    chunks.end().map_or(Ok(()), give)?;
    Ok(())
}

/// Chunks of ids that earlier runs have made the same of.
struct Chunks {
    chunker: Chunker,
    /// Of all ids so far.
    digest: Digest,
    part: Part,
    warnings: Vec<Warning>,
}

impl Chunks {
    fn new(options: &ChunkOptions) -> Self {
        let chunker = Chunker::new(options.chunk_size, !options.keep_duplicates);
        Self { chunker, digest: Digest::default(), part: Part::new(1, Place::New), warnings: Vec::new() }
    }

    /// Takes the next id. Gives the chunk before it, if it cannot be of that, and its own, if that is full.
    fn push(
        &mut self,
        number: u64,
        place: Place,
        line: u64,
        id: String,
        mut warnings: Vec<Warning>,
    ) -> impl Iterator<Item = Prepared> + use<> {
        let before = if place == self.part.before { None } else { self.end() };
        // The length in front: no two lists of ids are the same bytes.
        self.digest.update(&(id.len() as u64).to_be_bytes());
        self.digest.update(id.as_bytes());
        let mut full = None;
        if place == Place::Done {
            self.chunker.remember(&id);
        } else {
            if self.part.lines.is_empty() {
                self.part = Part::new(number, place);
            }
            self.part.lines.push(line);
            self.warnings.append(&mut warnings);
            let chunk = self.chunker.push(number, id);
            full = chunk.map(|chunk| self.prepared(chunk));
        }
        before.into_iter().chain(full)
    }

    /// The chunk that is not full.
    fn end(&mut self) -> Option<Prepared> {
        let chunk = self.chunker.finish();
        chunk.map(|chunk| self.prepared(chunk))
    }

    fn prepared(&mut self, mut chunk: Chunk) -> Prepared {
        let next = Part::new(self.part.last() + 1, self.part.before);
        let part = std::mem::replace(&mut self.part, next);
        let mut warnings = std::mem::take(&mut self.warnings);
        if part.before == Place::Failed {
            // They were printed and counted when it failed.
            chunk.skipped.clear();
            warnings.clear();
        }
        Prepared { chunk, part, input: self.digest.beginning(), warnings }
    }
}
