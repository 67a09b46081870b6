//! Why a command did not do what it was asked to.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use iampass_auth::InvalidUrl;
use iampass_authentication::SessionStatus;
use iampass_emulator::StartError;
use iampass_management::{BaseUrl, Error, ErrorKind};
use reqwest::Url;

use crate::bulk::BulkError;
use crate::commands::emulator::HealthProblem;
use crate::commands::verify::CaptureProblem;
use crate::exit::Exit;
use crate::link::ShowProblem;
use crate::probe::Unjudged;
use crate::session::{Pending, SessionFileProblem};
use crate::settings::{SettingsProblem, Source};
use crate::signals::Signal;
use crate::standard_input::IdsProblem;

/// Every failure that is not clap's. [`hint`](crate::hint) says what to try.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Settings(#[from] SettingsProblem),
    #[error("{source}")]
    Call {
        server: BaseUrl,
        source: Box<Error>,
        /// Where the secret came from that the call was signed with.
        secret_from: Option<Box<Source>>,
    },
    #[error("the signature cannot be judged: {why}")]
    Unjudged { server: BaseUrl, why: Unjudged },
    #[error("the profile was not stored: {0}")]
    NotStored(#[source] Box<Self>),
    #[error(transparent)]
    Show(#[from] ShowProblem),
    #[error("nothing was done: there is no terminal to ask on")]
    NobodyToAsk,
    #[error("nothing was done")]
    Declined,
    #[error(transparent)]
    Ids(#[from] IdsProblem),
    #[error("no phone was registered within {}", humantime::format_duration(*waited))]
    NotRegistered { waited: Duration },
    #[error(transparent)]
    SessionFile(#[from] SessionFileProblem),
    #[error("the sign-in came to no end within {}: its state is `{status}`", humantime::format_duration(*waited))]
    NoOutcome { waited: Duration, status: SessionStatus, pending: Pending },
    #[error("the sign-in has started, but what came of it is not known: {source}")]
    NotSeen { source: Box<Self>, pending: Pending },
    #[error("stopped by {signal}")]
    Stopped { signal: Signal, pending: Pending },
    #[error(transparent)]
    Bulk(#[from] BulkError),
    #[error(transparent)]
    Capture(#[from] CaptureProblem),
    #[error("the man page {} cannot be written", path.display())]
    ManPage { path: PathBuf, source: io::Error },
    /// What was found is printed, and all there is to say.
    #[error("the output tells")]
    Reported(Exit),
    #[error("the URL cannot be signed")]
    Url(#[from] InvalidUrl),
    /// The text itself is left out: it holds a secret.
    #[error("`--application` number {position} is not ID:SECRET")]
    Application { position: usize, source: InvalidApplication },
    #[error("the emulator did not start")]
    Start(#[from] StartError),
    #[error("the host of `--listen` cannot be found: {host}")]
    ListenHost { host: String, source: io::Error },
    #[error("there is no healthy emulator at {url}")]
    Unhealthy { url: Url, source: HealthProblem },
    #[error("the file of `{option}` cannot be {action}: {}", path.display())]
    File { option: &'static str, action: &'static str, path: PathBuf, source: io::Error },
    #[error("there is no command to run")]
    NoCommand,
    #[error("there is no command `{program}`")]
    CommandNotFound { program: String, source: io::Error },
    #[error("the command `{program}` cannot be run")]
    CommandNotRun { program: String, source: io::Error },
    #[error("the demo did not go as it should: {0}")]
    Demo(String),
    #[error("the output could not be written")]
    Output(#[source] io::Error),
    #[error("the operating system does not let the program do its work")]
    System(#[source] io::Error),
}

/// Why a text is no local application's id and secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidApplication {
    #[error("there is no `:` between id and secret")]
    NoColon,
    #[error(transparent)]
    Form(#[from] iampass_emulator::InvalidApplication),
}

impl Failure {
    pub(crate) fn call(server: BaseUrl, error: Error) -> Self {
        Self::Call { server, source: Box::new(error), secret_from: None }
    }

    pub(crate) fn with_secret_from(mut self, from: &Source) -> Self {
        if let Self::Call { secret_from, .. } = &mut self {
            *secret_from = Some(Box::new(from.clone()));
        }
        self
    }

    /// What the service wrote about it.
    pub(crate) fn server_message(&self) -> Option<&str> {
        match self {
            Self::Call { source, .. } => source.server_message(),
            Self::Unjudged { why: Unjudged::OtherResponse(error), .. } => error.server_message(),
            Self::Bulk(error) => error.call()?.server_message(),
            Self::NotStored(source) | Self::NotSeen { source, .. } => source.server_message(),
            _ => None,
        }
    }

    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Call { source, .. } => exit_for(source),
            Self::NotStored(source) | Self::NotSeen { source, .. } => source.exit(),
            Self::SessionFile(problem) => problem.exit(),
            Self::Stopped { signal, .. } => signal.exit(),
            Self::Reported(exit) => *exit,
            Self::Show(problem) if problem.is_usage() => Exit::Usage,
            Self::Bulk(error) => error.call().map_or_else(|| error.exit(), exit_for),
            Self::Settings(_)
            | Self::Capture(_)
            | Self::NobodyToAsk
            | Self::Ids(_)
            | Self::Url(_)
            | Self::Application { .. }
            | Self::NoCommand
            | Self::Start(StartError::DuplicateApplication { .. } | StartError::PublicUrl { .. }) => {
                Exit::Usage
            }
            Self::CommandNotRun { .. } => Exit::CommandNotRun,
            Self::CommandNotFound { .. } => Exit::CommandNotFound,
            Self::Show(_)
            | Self::Declined
            | Self::Unjudged { .. }
            | Self::ManPage { .. }
            | Self::NotRegistered { .. }
            | Self::NoOutcome { .. }
            | Self::Start(_)
            | Self::ListenHost { .. }
            | Self::Unhealthy { .. }
            | Self::File { .. }
            | Self::Demo(_)
            | Self::Output(_)
            | Self::System(_) => Exit::Failed,
        }
    }
}

fn exit_for(error: &Error) -> Exit {
    match error.kind() {
        ErrorKind::Settings(_)
        | ErrorKind::BaseUrl(_)
        | ErrorKind::UserId(_)
        | ErrorKind::ApplicationId(_)
        | ErrorKind::ProxySetting(_) => Exit::Usage,
        ErrorKind::Refused(_) => Exit::Refused,
        ErrorKind::NotFound { .. } => Exit::NotFound,
        ErrorKind::Unauthorized(_) => Exit::NotAuthorised,
        ErrorKind::Connect { .. }
        | ErrorKind::ProxyAuthentication { .. }
        | ErrorKind::ProxyRefused { .. }
        | ErrorKind::Timeout(_)
        | ErrorKind::Transport(_) => Exit::Unreachable,
        _ => Exit::Failed,
    }
}
