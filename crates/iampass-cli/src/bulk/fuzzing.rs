//! An import without a service.

use std::path::PathBuf;

use iampass_management::{ChunkReport, ChunkResult, UserId};

use super::checkpoint::Run;
use super::error::BulkError;
use super::files::Files;
use super::input::Layout;
use super::operation::Operation;
use super::outcome::Outcome;
use super::prepare::{ChunkOptions, PrepareError, Prepared, ReceiverClosed, prepare};
use super::run::open_files;
use super::run_state::{Answer, RunState};
use crate::args::InputFormat;
use crate::output::explained;

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct Import {
    /// A file of ids, one a line.
    pub input: PathBuf,
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
    /// The ids of each chunk that was sent.
    pub sent: Vec<Vec<String>>,
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
        let options =
            ChunkOptions { layout, chunk_size: self.chunk_size, keep_duplicates: self.keep_duplicates };
        let run = Run {
            operation: Operation::Import,
            server: "https://main.iam-api.com".to_owned(),
            application_id: "fuzz".to_owned(),
            keep_duplicates: self.keep_duplicates,
            report: None,
        };
        let input = std::fs::read(&self.input)
            .map_err(|source| refused(BulkError::Open { path: self.input.clone(), source }))?;
        let files = Files::new(self.input.clone(), Some(self.checkpoint.clone()), None);
        let (checkpoint, mark, report) = open_files(&files, run).map_err(refused)?;
        let mut state = RunState::new(files, checkpoint, mark.clone(), report);
        let mut imported = Imported::default();
        let mut give = |prepared: Prepared| {
            // As in the loop that sends, nothing is begun once the run is stopping.
            if state.stopping {
                return Err(ReceiverClosed);
            }
            if let Some(chunk) = state.begin(prepared) {
                imported.sent.push(chunk.ids.iter().map(ToString::to_string).collect());
                if imported.sent.len() <= self.answered {
                    state.finish(ChunkReport::new(chunk, ChunkResult::Done(AllCreated)));
                }
            }
            Ok(())
        };
        match prepare(&*input, &options, &mark, &mut give) {
            Ok(()) => state.all_read = true,
            Err(PrepareError::Input(source)) => state.bad_input(source),
            Err(PrepareError::Checkpoint(problem)) => state.other_input(problem),
            Err(PrepareError::ReceiverClosed(_)) => {}
        }
        state.close();
        Ok(Imported { fault: state.fault.take().map(|error| explained(&error)), ..imported })
    }
}
