//! Waits for what a user does on the phone.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use iampass_authentication::{
    AuthenticationClient, CallPolicy, Error, ErrorKind, SessionStatus, StoredSession, UserId,
};

use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, printable};
use crate::service::Service;
use crate::session::Pending;
use crate::signals::Signals;

/// The time for one call, its retries included. The last one may go on past the end of the wait.
const CALL_DEADLINE: Duration = Duration::from_secs(10);

/// Whether the session can never be asked for again, so that there is nothing to go on with.
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
    /// The state when the user has answered, or the time is up.
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
        let outcome = waited.map_err(|signal| Failure::Stopped { signal, pending: pending() })?;
        outcome.map_err(|error| {
            let is_lost = is_lost(&error);
            let failure = service.failure(error);
            if is_lost { failure } else { Failure::NotSeen { source: Box::new(failure), pending: pending() } }
        })
    }

    /// Whether the user is signed in; the state is printed.
    pub(in crate::commands) fn conclude(self, status: SessionStatus) -> Result<(), Failure> {
        match status {
            SessionStatus::Active => Ok(()),
            SessionStatus::Pending | SessionStatus::Identifying | SessionStatus::Unknown(_) => {
                Err(Failure::NoOutcome { waited: self.timeout, status, pending: self.pending })
            }
            _ => Err(Failure::Reported(Exit::Refused)),
        }
    }
}
