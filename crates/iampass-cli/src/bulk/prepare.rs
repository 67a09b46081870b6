//! Makes chunks of an input with the library's [`Chunker`]. A position is the number of a line. What goes into which
//! chunk depends on the input, the chunk size and whether duplicates are looked for; checkpoints build on that.

use std::io::Read;

use iampass_management::{Chunk, Chunker, UserId};
use sha2::{Digest as _, Sha256};

use super::input::{Ids, InputError, Layout, Warning};

/// How ids are put together.
#[derive(Clone, Debug)]
pub(super) struct ChunkOptions {
    pub(super) layout: Layout,
    pub(super) chunk_size: usize,
    pub(super) keep_duplicates: bool,
    /// Whether chunks get a digest, because the input as a whole cannot be looked at first.
    pub(super) digests: bool,
}

/// A chunk, before it is sent.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) chunk: Chunk,
    /// Of the ids.
    pub(super) digest: Option<String>,
    /// What is odd about the ids, and about those that stand before.
    pub(super) warnings: Vec<Warning>,
}

/// The receiver of the chunks is gone.
#[derive(Debug, thiserror::Error)]
#[error("the receiver of the chunks is gone")]
pub(super) struct ReceiverClosed;

#[derive(Debug, thiserror::Error)]
pub(super) enum PrepareError {
    #[error(transparent)]
    Input(#[from] InputError),
    #[error(transparent)]
    ReceiverClosed(#[from] ReceiverClosed),
}

/// Reads to the end, or to the first error; an unfinished chunk is not given then.
pub(super) fn prepare<R: Read>(
    input: R,
    options: &ChunkOptions,
    give: &mut impl FnMut(Prepared) -> Result<(), ReceiverClosed>,
) -> Result<(), PrepareError> {
    let mut ids = Ids::new(input, &options.layout)?;
    let mut chunker = Chunker::new(options.chunk_size, !options.keep_duplicates);
    let mut give = |chunk: Chunk, warnings: &mut Vec<Warning>| {
        let digest = options.digests.then(|| digest(&chunk.ids));
        give(Prepared { chunk, digest, warnings: std::mem::take(warnings) })
    };
    let mut warnings = Vec::new();
    while let Some((line, id)) = ids.next()? {
        warnings.append(&mut ids.warnings());
        if let Some(chunk) = chunker.push(line, id) {
            give(chunk, &mut warnings)?;
        }
    }
    if let Some(chunk) = chunker.finish() {
        give(chunk, &mut warnings)?;
    }
    Ok(())
}

fn digest(ids: &[UserId]) -> String {
    let mut hash = Sha256::new();
    for id in ids {
        // The length in front: no two lists of ids are the same bytes.
        hash.update((id.as_str().len() as u64).to_be_bytes());
        hash.update(id.as_str());
    }
    hexadecimal(&hash.finalize())
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        text.extend(
            [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or_default()),
        );
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::InputFormat;

    #[test]
    fn a_position_is_a_line_and_the_last_chunk_is_given_too() {
        let layout = Layout::plain(InputFormat::Jsonl);
        let options = ChunkOptions { layout, chunk_size: 2, keep_duplicates: false, digests: true };
        let input = "\"a\"\n\n\"b\"\n\"a\"\n\"c\"\n\"..\"\n";
        let mut given = Vec::new();
        let mut give = |Prepared { chunk, digest, .. }| {
            let skipped: Vec<_> = chunk.skipped.iter().map(|id| id.position).collect();
            given.push((chunk.number, chunk.positions, skipped, digest.is_some()));
            Ok(())
        };
        prepare(input.as_bytes(), &options, &mut give).unwrap();
        let expected =
            [(0, vec![1, 3], vec![], true), (1, vec![], vec![4, 6], true), (2, vec![5], vec![], true)];
        assert_eq!(given, expected);
    }

    #[test]
    fn a_digest_tells_ids_apart_from_their_concatenation() {
        let digest =
            |ids: &[&str]| digest(&ids.iter().map(|id| UserId::new(*id).unwrap()).collect::<Vec<_>>());
        assert_eq!(digest(&["a", "b"]), digest(&["a", "b"]));
        assert_ne!(digest(&["a", "b"]), digest(&["b", "a"]));
        assert_ne!(digest(&["a", "b"]), digest(&["ab"]));
    }
}
