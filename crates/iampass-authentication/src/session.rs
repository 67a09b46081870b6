//! A sign-in that has started.

use std::fmt;
use std::time::Duration;

use iampass_client::{Connection, DecodeError, Error, ErrorKind};
use tokio::time::{Instant, sleep};

use crate::generated::operations;
use crate::generated::types::{EndSessionResponse, SessionStatusResponse};
use crate::session_status::SessionStatus;
use crate::stored_session::StoredSession;

/// The pause after the first question for the state; the vendor's sample application pauses two seconds.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A sign-in that has started: asks for its state, and ends it.
///
/// Its calls are signed by the session's own credentials, and go to the URLs that the service gave, if these have the
/// base URL's scheme, host and port. Cheap to clone. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Session {
    connection: Connection,
    stored: StoredSession,
}

impl Session {
    pub(crate) fn new(connection: &Connection, stored: StoredSession) -> Self {
        Self { connection: connection.signed_by(stored.credentials.clone()), stored }
    }

    /// Names the session. It is no secret, as an application's id is none; but it tells a user's sessions apart, so keep
    /// it out of logs.
    #[must_use]
    pub fn token(&self) -> &str {
        self.stored.credentials.application_id().as_str()
    }

    /// The session with its secret, to be stored. Whoever has the secret can end the session.
    #[must_use]
    pub fn store_with_secret(&self) -> StoredSession {
        self.stored.clone()
    }

    /// Asks the service for the session's state.
    ///
    /// # Errors
    /// [`Error`]; [`ErrorKind::ForeignUrl`] when the service gave a URL of another origin, and nothing is sent then.
    pub async fn status(&self) -> Result<SessionStatus, Error> {
        let read = |response: SessionStatusResponse| {
            let nested = response.authentication_status.and_then(|status| status.session_status);
            let status = nested.or(response.session_status);
            status.ok_or(ErrorKind::Decode(DecodeError::Missing("session_status")))
        };
        self.connection.call_url(&operations::SESSION_STATUS, &self.stored.status_url, read).await
    }

    /// Waits until the user has reacted, and returns the state then: `Active` if the user is signed in.
    ///
    /// Asks at once, then after 1 s, and then less often, down to every 5 s; a longer `Retry-After` is obeyed. Goes on
    /// after errors that are [retryable](Error::is_retryable), and after words that this version does not know. When the
    /// time is over, returns what the last question brought: the state, which is still
    /// [in progress](SessionStatus::is_in_progress) or not known, or the error. A call that is under way then is
    /// finished first. Dropping the future ends the waiting, and not the sign-in.
    ///
    /// # Errors
    /// As [`status`](Self::status).
    pub async fn wait(&self, timeout: Duration) -> Result<SessionStatus, Error> {
        // A time that no clock can tell does not come.
        let deadline = Instant::now().checked_add(timeout);
        let mut pause = FIRST_PAUSE;
        loop {
            let polled = self.status().await;
            let (may_change, retry_after) = match &polled {
                Ok(SessionStatus::Unknown(_)) => (true, Duration::ZERO),
                Ok(status) => (status.is_in_progress(), Duration::ZERO),
                Err(error) => (error.is_retryable(), error.retry_after().unwrap_or_default()),
            };
            let left = deadline.map_or(Duration::MAX, |deadline| deadline.duration_since(Instant::now()));
            if !may_change || left <= retry_after {
                return polled;
            }
            sleep(pause.max(retry_after).min(left)).await;
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        }
    }

    /// Ends the session: the user is signed out. Ending one that has ended is no error.
    ///
    /// # Errors
    /// [`Error`]; [`ErrorKind::Refused`] when the service says `status: false`.
    pub async fn end(&self) -> Result<(), Error> {
        let read = |response: EndSessionResponse| {
            if response.status { Ok(()) } else { Err(ErrorKind::Refused(None)) }
        };
        self.connection.call_url(&operations::END_SESSION, &self.stored.logout_url, read).await
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}
