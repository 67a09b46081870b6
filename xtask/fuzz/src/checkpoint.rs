//! The checkpoint of an import: which ids a run leaves out because of it, and what it leaves of the file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use iampass_cli::fuzzing::{Import, Imported};
use serde::Deserialize;
use serde_json::Value;

use crate::scratch::{assert_readable, scratch, write};

/// Six lines with ids, one of them twice, and one that cannot be sent.
const INPUT: &str = "alice\nbob\n\ncarol\nbob\n..\ndave\nerin\n";

/// The bytes are the checkpoint.
///
/// An id is left out only if the checkpoint says that it is done; all others are sent, each once. What is refused stays
/// as it was. A run that goes through is not repeated.
pub fn checkpoint(data: &[u8]) {
    let folder = scratch();
    let import = begun_with(folder.path(), data);
    write(&import.checkpoint, data);
    let first = match import.run() {
        Ok(Imported { fault: None, sent }) => sent,
        Ok(Imported { fault: Some(told), sent }) => {
            assert_eq!(sent.len(), 0, "{told}");
            return assert_refused(&import, data, &told);
        }
        Err(told) => return assert_refused(&import, data, &told),
    };
    let mark = if data.is_empty() { Mark::default() } else { Mark::of(data) };
    assert_eq!(mark.input.bytes, mark.bytes(), "it is the checkpoint of another input");
    assert_eq!(first.concat(), mark.missing(import.keep_duplicates));
    // Without an answer, all is sent again; with one, nothing is.
    let all = Import { answered: usize::MAX, ..import.clone() };
    let second = all.run().expect("what was written is read");
    assert_eq!((second.sent.concat(), second.fault), (first.concat(), None));
    let finished = fs::read(&import.checkpoint).unwrap();
    assert_eq!(all.run(), Ok(Imported::default()));
    assert_eq!(fs::read(&import.checkpoint).unwrap(), finished, "nothing was to do");
}

/// A run that may go on with it, if it can be read at all.
fn begun_with(folder: &Path, data: &[u8]) -> Import {
    let content: Value = serde_json::from_slice(data).unwrap_or_default();
    let input = folder.join("users.txt");
    fs::write(&input, INPUT).unwrap();
    Import {
        input,
        chunk_size: 1 + data.len() % 4,
        keep_duplicates: content["run"]["keep_duplicates"] == true,
        checkpoint: folder.join("checkpoint"),
        answered: 0,
    }
}

fn assert_refused(import: &Import, data: &[u8], told: &str) {
    assert_readable(told);
    let begins = format!("error: the checkpoint `{}` cannot be used: ", import.checkpoint.display());
    assert!(told.starts_with(&begins) && told.contains("\n  hint: "), "{told}");
    assert_eq!(fs::read(&import.checkpoint).unwrap(), data, "what is refused was changed: {told}");
}

/// As a plain reading of the documentation has it.
#[derive(Default, Deserialize)]
struct Mark {
    begun: u64,
    open: Vec<(u64, u64)>,
    failed: Vec<(u64, u64)>,
    input: Beginning,
}

#[derive(Default, Deserialize)]
struct Beginning {
    bytes: u64,
}

impl Mark {
    fn of(data: &[u8]) -> Self {
        let mut content: Value = serde_json::from_slice(data).unwrap();
        serde_json::from_value(content["mark"].take()).unwrap()
    }

    fn ids() -> impl Iterator<Item = (u64, &'static str)> {
        (1..).zip(INPUT.lines().filter(|id| !id.is_empty()))
    }

    /// How much was hashed: each id behind its length.
    fn bytes(&self) -> u64 {
        Self::ids().filter(|(number, _)| *number <= self.begun).map(|(_, id)| id.len() as u64 + 8).sum()
    }

    fn is_done(&self, id: u64) -> bool {
        let mut unfinished = self.open.iter().chain(&self.failed);
        id <= self.begun && !unfinished.any(|(first, last)| (first..=last).contains(&&id))
    }

    /// What is to be sent, in the order of the input.
    fn missing(&self, keep_duplicates: bool) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let ids = Self::ids().filter(|(_, id)| *id != ".." && (seen.insert(*id) || keep_duplicates));
        ids.filter(|(number, _)| !self.is_done(*number)).map(|(_, id)| id.to_owned()).collect()
    }
}
