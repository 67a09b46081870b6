//! `iampass sign-in`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use iampass_authentication::{AuthenticationMethod, SignInOptions, UserId};

use super::output::CallOutput;
use super::service::ServiceArguments;

pub(super) const SIGN_IN_EXAMPLES: &str = "\
Prints `signed in`, or `not signed in: ` and why: the session's state, or the
service's reason not to ask the phone. Exit code 0 says that the user is signed
in, 3 that the phone was not asked, the user refused or did not react, or the
session has ended, and 1 that the time is up while the phone still asks. With
--no-wait, 0 says that the phone is asked.

With --session-file, a sign-in that is not waited for, or not to its end, can be
continued: see `iampass session --help`.

Examples:
  iampass sign-in alice@example.com
  iampass sign-in --methods device,facial --duration 8h alice
  iampass sign-in --output json alice | jq -r .session_status
  iampass sign-in --no-wait --session-file alice.session alice";

#[derive(Args)]
pub(crate) struct SignInArguments {
    /// How the user may answer, separated by commas [default: IAMPASS chooses]
    #[arg(long, value_name = "METHOD", value_enum, value_delimiter = ',')]
    methods: Vec<Method>,
    /// The longest that the session lasts, as in 90s, 15m or 8h, in whole seconds [default: IAMPASS chooses]
    #[arg(long, value_name = "TIME", value_parser = session_duration)]
    duration: Option<Duration>,
    /// How long to wait for the phone, as in 90s, 5m or 1h
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Duration,
    /// Do not wait for the phone; needs --session-file
    #[arg(long, conflicts_with_all = ["timeout", "curl"])]
    pub(crate) no_wait: bool,
    /// Keep the session in this file, its secret included, which only its owner can read
    ///
    /// A file with another session is replaced, any other is refused.
    #[arg(long, value_name = "FILE", conflicts_with = "curl")]
    pub(crate) session_file: Option<PathBuf>,
    /// The user's id; put `--` in front if it begins with a dash
    #[arg(value_name = "USER")]
    pub(crate) user: UserId,
    #[command(flatten)]
    pub(crate) output: CallOutput,
    #[command(flatten)]
    pub(crate) service: ServiceArguments,
}

impl SignInArguments {
    /// What is asked of the user, and for how long.
    pub(crate) fn options(&self) -> SignInOptions {
        let options =
            SignInOptions::default().with_methods(self.methods.iter().map(|method| (*method).into()));
        match self.duration {
            Some(duration) => options.with_duration(duration),
            None => options,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Method {
    /// By confirming on the phone
    Acceptance,
    /// By unlocking the phone
    Device,
    /// By showing the face
    Facial,
}

impl From<Method> for AuthenticationMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::Acceptance => Self::Acceptance,
            Method::Device => Self::Device,
            Method::Facial => Self::Facial,
        }
    }
}

fn session_duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) if duration.is_zero() => Err("a session lasts at least a second".to_owned()),
        parsed => parsed.map_err(|error| error.to_string()),
    }
}
