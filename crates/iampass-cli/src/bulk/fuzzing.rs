//! An import without a service.

use std::io::Cursor;
use std::path::PathBuf;

use iampass_management::UserId;

use super::checkpoint::Header;
use super::error::BulkError;
use super::files::Files;
use super::input::Layout;
use super::operation::Operation;
use super::outcome::Outcome;
use super::preflight::{Input, Preflight};
use super::prepare::{ChunkOptions, Prepared, ReceiverClosed, prepare};
use super::run::open_files;
use super::run_state::{Answer, RunState};
use crate::args::InputFormat;
use crate::output::explained;

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct Import {
    /// A file of ids, one a line.
    pub input: PathBuf,
    /// As if the file came through a pipe.
    pub once: bool,
    /// How many ids a request has.
    pub chunk_size: usize,
    /// Whether an id is sent as often as it stands there.
    pub keep_duplicates: bool,
    /// The checkpoint; it need not be there.
    pub checkpoint: PathBuf,
    /// So many requests are answered, and all their users were created; the rest stays without an answer.
    pub answered: usize,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The number of each chunk that was sent, and its ids.
    pub sent: Vec<(u64, Vec<String>)>,
    /// The number of each chunk that the checkpoint has as done, and its ids.
    pub skipped: Vec<(u64, Vec<String>)>,
    /// Why it did not go to the end.
    pub fault: Option<String>,
}

struct AllCreated;

impl Answer for AllCreated {
    fn outcomes(self, ids: &[UserId], _again: bool) -> Vec<Outcome> {
        vec![Outcome::Created; ids.len()]
    }
}

impl Import {
    /// Does what `iampass users import` does, but for the requests.
    ///
    /// # Errors
    /// What the program would say, when nothing was sent.
    pub fn run(&self) -> Result<Imported, String> {
        let refused = |error: BulkError| explained(&error);
        let layout = Layout::plain(InputFormat::Lines);
        let (reader, preflight): (Box<dyn std::io::Read>, _) = if self.once {
            let bytes = std::fs::read(&self.input).map_err(|source| refused(self.unopened(source)))?;
            (Box::new(Cursor::new(bytes)), None)
        } else {
            let mut input = Input::open(&self.input).map_err(|source| refused(self.unopened(source)))?;
            let preflight = input.preflight(&layout);
            let preflight =
                preflight.map_err(|source| refused(BulkError::input(&self.input, source, false)))?;
            (input.into_reader().0, preflight)
        };
        let options = ChunkOptions {
            layout,
            chunk_size: self.chunk_size,
            keep_duplicates: self.keep_duplicates,
            digests: preflight.is_none(),
        };
        let content = preflight.map(|Preflight { content, .. }| content);
        let (server, application_id) = ("https://main.iam-api.com".to_owned(), "fuzz".to_owned());
        let header = Header::new(Operation::Import, server, application_id).of_run(&options, false, content);
        let files = Files::new(self.input.clone(), Some(self.checkpoint.clone()), None);
        let (journal, earlier, report) = open_files(&files, &header).map_err(refused)?;
        let mut state = RunState::new(files, journal, earlier, report);
        let imported = self.go_through(reader, &options, &mut state);
        state.close();
        Ok(Imported { fault: state.fault.take().map(|error| explained(&error)), ..imported })
    }

    fn go_through(
        &self,
        reader: impl std::io::Read,
        options: &ChunkOptions,
        state: &mut RunState,
    ) -> Imported {
        let mut imported = Imported::default();
        let mut give = |prepared: Prepared| {
            // As in the loop that sends, nothing is begun once the run is stopping.
            if state.stopping {
                return Err(ReceiverClosed);
            }
            let number = prepared.chunk.number;
            let ids: Vec<_> = prepared.chunk.ids.iter().map(ToString::to_string).collect();
            let is_empty = ids.is_empty();
            match state.begin(prepared) {
                Some(chunk) => {
                    imported.sent.push((number, ids));
                    if imported.sent.len() <= self.answered {
                        state.answered(&chunk, AllCreated);
                    }
                }
                None if state.stopping || is_empty => {}
                None => imported.skipped.push((number, ids)),
            }
            Ok(())
        };
        if prepare(reader, options, &mut give).is_ok() && !state.stopping {
            state.input_ended();
        }
        imported
    }

    fn unopened(&self, source: std::io::Error) -> BulkError {
        BulkError::Open { path: self.input.clone(), source }
    }
}
