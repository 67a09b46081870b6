//! Makes chunks of an input: ids that can be sent, each once. What comes into which chunk depends on the
//! input, the chunk size and whether duplicates are looked for; checkpoints build on that.

use std::io::Read;

use iampass_management::{InvalidUserId, SeenIds, UserId};
use sha2::{Digest as _, Sha256};

use super::input::{Ids, InputError, Layout};

/// How ids are put together.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    pub(super) layout: Layout,
    pub(super) chunk_size: usize,
    pub(super) keep_duplicates: bool,
    /// Whether chunks get a digest, because the input as a whole cannot be looked at first.
    pub(super) digests: bool,
}

#[derive(Debug)]
pub(super) enum Prepared {
    Chunk(Chunk),
    /// What stands before, within or behind a chunk and will not be sent.
    SetAside(Vec<SetAside>),
}

/// What will be one request.
#[derive(Debug)]
pub(super) struct Chunk {
    /// From 0, in the order of the input.
    pub(super) number: u64,
    pub(super) ids: Vec<UserId>,
    /// The line of each id.
    pub(super) lines: Vec<u64>,
    pub(super) digest: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct SetAside {
    pub(super) line: u64,
    pub(super) id: String,
    pub(super) why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Invalid(InvalidUserId),
    Duplicate,
}

/// Whoever takes what is prepared has gone.
#[derive(Debug)]
pub(super) struct Gone;

#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    #[error(transparent)]
    Input(#[from] InputError),
    #[error("nobody takes the chunks any more")]
    Gone,
}

impl From<Gone> for Ended {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

/// Reads to the end, or to the first error; the ids of an unfinished chunk are not given then.
pub(super) fn prepare<R: Read>(
    input: R,
    recipe: &Recipe,
    give: &mut impl FnMut(Prepared) -> Result<(), Gone>,
) -> Result<(), Ended> {
    let mut ids = Ids::new(input, &recipe.layout)?;
    let mut seen = (!recipe.keep_duplicates).then(SeenIds::default);
    let mut chunk = Chunk::starting(0);
    let mut set_aside = Vec::new();
    while let Some((line, id)) = ids.next()? {
        if seen.as_mut().is_some_and(|seen| !id.is_empty() && !seen.insert(&id)) {
            set_aside.push(SetAside { line, id, why: Why::Duplicate });
        } else {
            match UserId::new(id.as_str()) {
                Ok(id) => chunk.push(line, id),
                Err(reason) => set_aside.push(SetAside { line, id, why: Why::Invalid(reason) }),
            }
        }
        let full = chunk.ids.len() >= recipe.chunk_size;
        if set_aside.len() >= recipe.chunk_size || full && !set_aside.is_empty() {
            give(Prepared::SetAside(std::mem::take(&mut set_aside)))?;
        }
        if full {
            let next = Chunk::starting(chunk.number + 1);
            give(Prepared::Chunk(std::mem::replace(&mut chunk, next).whole(recipe.digests)))?;
        }
    }
    if !set_aside.is_empty() {
        give(Prepared::SetAside(set_aside))?;
    }
    if !chunk.ids.is_empty() {
        give(Prepared::Chunk(chunk.whole(recipe.digests)))?;
    }
    Ok(())
}

impl Chunk {
    fn starting(number: u64) -> Self {
        Self { number, ids: Vec::new(), lines: Vec::new(), digest: None }
    }

    fn push(&mut self, line: u64, id: UserId) {
        self.ids.push(id);
        self.lines.push(line);
    }

    fn whole(mut self, digest: bool) -> Self {
        self.digest = digest.then(|| {
            let mut hash = Sha256::new();
            for id in &self.ids {
                // The length in front: no two lists of ids are the same bytes.
                hash.update((id.as_str().len() as u64).to_be_bytes());
                hash.update(id.as_str());
            }
            hexadecimal(&hash.finalize())
        });
        self
    }
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

    fn prepared(input: &str, chunk_size: usize, keep_duplicates: bool) -> Vec<String> {
        let layout = Layout { format: InputFormat::Jsonl, column: "id".to_owned() };
        let recipe = Recipe { layout, chunk_size, keep_duplicates, digests: false };
        let mut told = Vec::new();
        let mut give = |prepared| {
            let parts: Vec<_> = match &prepared {
                Prepared::Chunk(chunk) => {
                    let ids = chunk.lines.iter().zip(&chunk.ids);
                    ids.map(|(line, id)| format!("{}: {line}{id}", chunk.number)).collect()
                }
                Prepared::SetAside(ids) => ids.iter().map(|id| format!("{} {:?}", id.line, id.why)).collect(),
            };
            told.push(parts.join(", "));
            Ok(())
        };
        prepare(input.as_bytes(), &recipe, &mut give).unwrap();
        told
    }

    #[test]
    fn chunks_have_their_size_whatever_stands_between() {
        let input = "\"a\"\n\"b\"\n\"a\"\n\n\"..\"\n\"\"\n\"..\"\n\"c\"\n\"d\"\n\"e\"\n\"\"\n";
        assert_eq!(
            prepared(input, 3, false),
            [
                "3 Duplicate, 5 Invalid(DotSegment), 6 Invalid(Empty)",
                "7 Duplicate",
                "0: 1a, 0: 2b, 0: 8c",
                "11 Invalid(Empty)",
                "1: 9d, 1: 10e"
            ]
        );
        assert_eq!(
            prepared(input, 3, true),
            [
                "0: 1a, 0: 2b, 0: 3a",
                "5 Invalid(DotSegment), 6 Invalid(Empty), 7 Invalid(DotSegment)",
                "1: 8c, 1: 9d, 1: 10e",
                "11 Invalid(Empty)"
            ]
        );
        assert_eq!(prepared("", 3, false), [""; 0]);
    }

    #[test]
    fn a_digest_tells_ids_apart_from_their_concatenation() {
        let digest = |ids: &[&str]| {
            let mut chunk = Chunk::starting(0);
            for id in ids {
                chunk.push(1, UserId::new(*id).unwrap());
            }
            chunk.whole(true).digest
        };
        assert_eq!(digest(&["a", "b"]), digest(&["a", "b"]));
        assert_ne!(digest(&["a", "b"]), digest(&["b", "a"]));
        assert_ne!(digest(&["a", "b"]), digest(&["ab"]));
    }
}
