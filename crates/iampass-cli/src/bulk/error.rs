//! Why an import or a removal did not go through, wholly or in part.

use std::io;
use std::path::{Path, PathBuf};

use iampass_management::{Error, StopReason};

use super::checkpoint::CheckpointProblem;
use super::input::{InputError, LayoutError, Place, Problem};
use super::next::Next;
use super::report::ReportProblem;
use crate::call_error::exit_for;
use crate::call_reason::CallReason;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::signals::Signal;

#[derive(Debug, thiserror::Error)]
pub(crate) enum BulkError {
    #[error("`{}` cannot be opened", .path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error("{input}: {source}")]
    Input {
        input: String,
        source: InputError,
        /// Whether ids that stand before it have been sent.
        sent: bool,
    },
    #[error(transparent)]
    Layout(#[from] LayoutError),
    #[error("the input has changed while it was being read")]
    ChangedMeanwhile,
    #[error("the thread that reads the input has ended before the input")]
    ReaderGone,
    #[error("the checkpoint `{}` cannot be used: {problem}", .path.display())]
    Checkpoint {
        path: PathBuf,
        #[source]
        problem: CheckpointProblem,
    },
    #[error("the report `{}` cannot be used: {problem}", .path.display())]
    Report {
        path: PathBuf,
        #[source]
        problem: ReportProblem,
    },
    #[error("`{}` is given for two of the input, the checkpoint and the report", .path.display())]
    SameFile { path: PathBuf },
    #[error("standard input cannot be both the ids and the secret")]
    StandardInputTwice,
    #[error("nothing was done: what comes through a pipe cannot be counted before it is deleted")]
    NotCounted,
    #[error("{} in {} failed; the first failure: {source}", counted(*.ids, "id"), counted(*.chunks, "chunk"))]
    Failures { ids: u64, chunks: u64, source: CallReason, next: Next },
    #[error("stopped, because {}: {source}", why_stopped(*.reason, .source))]
    Stopped {
        reason: StopReason,
        source: CallReason,
        /// What to do about the failure.
        advice: Option<String>,
        next: Next,
    },
    #[error("stopped by {signal}")]
    Interrupted { signal: Signal, unanswered: usize, next: Next },
    #[error("{} cannot be a user's", counted(*.ids, "id"))]
    Invalid { ids: u64, listed: bool },
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn why_stopped(reason: StopReason, error: &Error) -> &'static str {
    match reason {
        StopReason::FailsForAll => "all other requests would fail in the same way",
        StopReason::Outage if error.is_rate_limited() => "the service has asked to slow down for too long",
        StopReason::Outage => "the service has been away for too long (see --give-up-after)",
        _ => "the service answers no request as it should",
    }
}

impl BulkError {
    pub(super) fn input(path: &Path, source: InputError, sent: bool) -> Self {
        let input = if path.as_os_str() == "-" { "standard input".into() } else { path.to_string_lossy() };
        Self::Input { input: input.into_owned(), source, sent }
    }

    /// An input without any id.
    pub(super) fn empty(path: &Path) -> Self {
        Self::input(path, InputError::at(Place::Whole, Problem::Empty), false)
    }

    /// The failed call behind it.
    fn call(&self) -> Option<&Error> {
        match self {
            Self::Failures { source, .. } | Self::Stopped { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl CommandError for BulkError {
    fn exit(&self) -> Exit {
        match self {
            Self::Failures { source, .. } | Self::Stopped { source, .. } => exit_for(source),
            Self::Open { .. }
            | Self::Layout(_)
            | Self::Input { sent: false, .. }
            | Self::SameFile { .. }
            | Self::StandardInputTwice
            | Self::NotCounted => Exit::Usage,
            Self::Interrupted { signal, .. } => signal.exit(),
            Self::Checkpoint { problem, .. } => problem.exit(),
            Self::Report { problem, .. } => problem.exit(),
            _ => Exit::Failed,
        }
    }

    fn server_message(&self) -> Option<&str> {
        self.call()?.server_message()
    }

    fn command(&self) -> Option<&str> {
        match self {
            Self::Failures { next, .. } | Self::Stopped { next, .. } | Self::Interrupted { next, .. } => {
                next.command()
            }
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Open { .. } => "`-` reads the ids from standard input".to_owned(),
            Self::Layout(problem) => problem.hint().to_owned(),
            Self::Input { source, sent, .. } => return input_hint(source, *sent),
            Self::ChangedMeanwhile => {
                "run it again when nobody writes to the file; what was sent does no harm".to_owned()
            }
            Self::ReaderGone => "this is a fault of the program: please report it".to_owned(),
            Self::Checkpoint { problem, .. } => problem.hint().to_owned(),
            Self::Report { problem, .. } => problem.hint().to_owned(),
            Self::SameFile { .. } => "give each a name of its own".to_owned(),
            Self::NotCounted => "write it into a file, or let --yes do it without asking".to_owned(),
            Self::StandardInputTwice => "give the ids or the secret in a file".to_owned(),
            Self::Stopped { source, advice: Some(advice), next, .. } => {
                format!("{advice}; then {}", next.hint_after(source))
            }
            Self::Failures { source, next, .. } | Self::Stopped { source, next, .. } => {
                next.hint_after(source)
            }
            Self::Interrupted { unanswered: 0, next, .. } => next.hint(),
            Self::Interrupted { unanswered, next, .. } => {
                let requests = counted(*unanswered as u64, "unfinished request");
                format!("{requests} may have taken effect; {}", next.hint())
            }
            Self::Invalid { listed: true, .. } => "a user's id must not be empty, `.` or `..`".to_owned(),
            Self::Invalid { listed: false, .. } => {
                "a user's id must not be empty, `.` or `..`; `--report FILE` would list them".to_owned()
            }
        };
        Some(hint)
    }
}

fn input_hint(source: &InputError, sent: bool) -> Option<String> {
    let consequence = match source.problem {
        _ if sent => Some(
            "the ids of whole chunks before that place have been sent; when it is mended, the same command \
             resumes",
        ),
        Problem::Empty => None,
        _ => Some("nothing was sent"),
    };
    let consequence = consequence.map(str::to_owned);
    let hints: Vec<_> = source.hint().into_iter().chain(consequence).collect();
    (!hints.is_empty()).then(|| hints.join("; "))
}
