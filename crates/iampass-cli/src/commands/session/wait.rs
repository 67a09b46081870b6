//! Waits for what a user does on the phone.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use iampass_authentication::{
    AuthenticationClient, CallPolicy, Error, ErrorKind, SessionStatus, StoredSession, UserId,
};

use crate::call_error::CallError;
use crate::error::{CommandError, Failure};
use crate::exit::Exit;
use crate::output::{self, printable};
use crate::service::Service;
use crate::session::Pending;
use crate::signals::{Signal, Signals};

/// The deadline of one call, retries included. The last call may take longer than the wait.
const CALL_DEADLINE: Duration = Duration::from_secs(10);

/// Why the outcome of a sign-in is not known.
#[derive(Debug, thiserror::Error)]
pub(in crate::commands) enum WaitError {
    #[error("the sign-in came to no end within {}: its state is `{status}`", humantime::format_duration(*waited))]
    NoOutcome { waited: Duration, status: SessionStatus, pending: Pending },
    #[error("the sign-in has started, but what came of it is not known: {source}")]
    NotSeen { source: CallError, pending: Pending },
    #[error("stopped by {signal}")]
    Stopped { signal: Signal, pending: Pending },
}

impl CommandError for WaitError {
    fn exit(&self) -> Exit {
        match self {
            Self::NoOutcome { .. } => Exit::Failed,
            Self::NotSeen { source, .. } => source.exit(),
            Self::Stopped { signal, .. } => signal.exit(),
        }
    }

    fn hint(&self) -> Option<String> {
        let (Self::NoOutcome { pending, .. } | Self::NotSeen { pending, .. } | Self::Stopped { pending, .. }) =
            self;
        Some(pending.hint())
    }

    fn server_message(&self) -> Option<&str> {
        if let Self::NotSeen { source, .. } = self { source.server_message() } else { None }
    }
}

/// Whether the session is lost, so that waiting cannot be continued.
fn is_lost(error: &Error) -> bool {
    error.is_unauthorized() || error.is_not_found() || matches!(error.kind(), ErrorKind::ForeignUrl)
}

/// What is waited for, and how long.
pub(in crate::commands) struct Wait<'a> {
    pub(in crate::commands) timeout: Duration,
    pub(in crate::commands) user: Option<&'a UserId>,
    pub(in crate::commands) pending: Pending,
}

impl Wait<'_> {
    /// Waits until the user has responded or the time is up, and returns the state.
    pub(in crate::commands) async fn outcome(
        &self,
        service: &Service,
        session: StoredSession,
        signals: &mut Signals,
    ) -> Result<SessionStatus, Failure> {
        if io::stderr().is_terminal() {
            let whose = self.user.map(|id| format!(" of {}", printable(id.as_str()))).unwrap_or_default();
            let time = humantime::format_duration(self.timeout);
            output::message(&format!("waiting for the phone{whose}, {time} at most"));
        }
        let client: AuthenticationClient = service.client();
        let policy = CallPolicy::default().with_deadline(CALL_DEADLINE);
        let client = AuthenticationClient::from(client.connection().with_policy(policy));
        let session = client.session(session);
        let waited = signals.unless_stopped(session.wait(self.timeout)).await;
        let pending = || self.pending.clone();
        let outcome = waited.map_err(|signal| WaitError::Stopped { signal, pending: pending() })?;
        outcome.map_err(|error| {
            if is_lost(&error) {
                return service.failure(error);
            }
            WaitError::NotSeen { source: service.call_error(error), pending: pending() }.into()
        })
    }

    /// Whether the user is signed in; the state is printed.
    pub(in crate::commands) fn conclude(self, status: SessionStatus) -> Result<(), Failure> {
        match status {
            SessionStatus::Active => Ok(()),
            SessionStatus::Pending | SessionStatus::Identifying | SessionStatus::Unknown(_) => {
                Err(WaitError::NoOutcome { waited: self.timeout, status, pending: self.pending }.into())
            }
            _ => Err(Failure::Reported(Exit::Refused)),
        }
    }
}
