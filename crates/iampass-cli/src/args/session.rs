//! `iampass session`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::output::CallOutput;
use super::service::ServerArguments;

pub(super) const SESSION_EXAMPLES: &str = "\
The session is in the file that `iampass sign-in --session-file FILE` has
written. Its calls are signed by the session's own secret, so neither the
application's id nor its secret is needed. The server is: a session's state is
believed from the server alone that the settings name.

Examples:
  iampass sign-in --no-wait --session-file alice.session alice
  iampass session wait --session-file alice.session
  iampass session end --session-file alice.session";

const SESSION_STATUS_EXAMPLES: &str = "\
Prints `signed in`, or `not signed in: ` and the session's state; the exit code
is 0 for both.

Examples:
  iampass session status --session-file alice.session
  iampass session status --output json --session-file alice.session";

const SESSION_WAIT_EXAMPLES: &str = "\
Prints `signed in`, or `not signed in: ` and the session's state. The exit codes
are those of `iampass sign-in`: 0 if the user is signed in, 3 if the user
refused or did not react, or the session has ended, and 1 if the time is up
while the phone still asks.

Examples:
  iampass session wait --session-file alice.session
  iampass session wait --timeout 10m --session-file alice.session";

const SESSION_END_EXAMPLES: &str = "\
Prints `ended`. The file stays as it is: a session that has ended can be ended
once more, which is no error, and asked for.

Examples:
  iampass session end --session-file alice.session
  iampass session end --session-file alice.session && rm alice.session";

#[derive(Subcommand)]
pub(crate) enum SessionCommand {
    /// Tell whether the session's user is signed in
    #[command(after_help = SESSION_STATUS_EXAMPLES)]
    Status(SessionArguments),
    /// Wait until the session's user has answered on the phone
    #[command(after_help = SESSION_WAIT_EXAMPLES)]
    Wait(SessionWaitArguments),
    /// End the session: the user is signed out
    #[command(after_help = SESSION_END_EXAMPLES)]
    End(SessionArguments),
}

#[derive(Args)]
pub(crate) struct SessionArguments {
    /// The file with the session, as `iampass sign-in` writes it
    #[arg(long, value_name = "FILE")]
    pub(crate) session_file: PathBuf,
    #[command(flatten)]
    pub(crate) output: CallOutput,
    #[command(flatten)]
    pub(crate) at: ServerArguments,
    /// Show each attempt and each wait on standard error
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

#[derive(Args)]
pub(crate) struct SessionWaitArguments {
    /// How long to wait, as in 90s, 5m or 1h
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) session: SessionArguments,
}
