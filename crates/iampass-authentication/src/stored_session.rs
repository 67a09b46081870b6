//! A session outside of a program's memory.

use std::fmt;

use iampass_client::{ApplicationId, ApplicationSecret, Credentials};
use serde::{Deserialize, Serialize};

use crate::session_secret::SessionSecret;

/// A session with its secret, to be kept where only the program can read it, and taken up again with
/// [`AuthenticationClient::session`](crate::AuthenticationClient::session).
///
/// Its serialised form has the members `session_token`, `session_secret`, `status_url` and `logout_url`, as the service's
/// response and the vendor's package have them; others are ignored. `Debug` shows nothing of it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub struct StoredSession {
    pub(crate) credentials: Credentials,
    secret: SessionSecret,
    pub(crate) status_url: String,
    pub(crate) logout_url: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct Members {
    session_token: String,
    session_secret: SessionSecret,
    status_url: String,
    logout_url: String,
}

/// A session's token or secret cannot be signed with. Start a new sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the session's `{member}` cannot be signed with")]
pub struct InvalidSession {
    member: &'static str,
}

impl InvalidSession {
    /// `session_token` or `session_secret`.
    #[must_use]
    pub fn member(&self) -> &'static str {
        self.member
    }
}

impl StoredSession {
    /// A session by its parts, for example from a store of one's own.
    ///
    /// # Errors
    /// [`InvalidSession`] when token or secret cannot be signed with. The URLs are checked when they are called.
    pub fn new(
        session_token: &str,
        session_secret: SessionSecret,
        status_url: impl Into<String>,
        logout_url: impl Into<String>,
    ) -> Result<Self, InvalidSession> {
        let unusable = |member| InvalidSession { member };
        let id = ApplicationId::new(session_token).map_err(|_| unusable("session_token"))?;
        let key = ApplicationSecret::new(session_secret.expose()).map_err(|_| unusable("session_secret"))?;
        let credentials = Credentials::new(id, key);
        let (status_url, logout_url) = (status_url.into(), logout_url.into());
        Ok(Self { credentials, secret: session_secret, status_url, logout_url })
    }

    /// The credentials that sign the session's calls: its token and its secret. A program that takes up sessions and
    /// makes no other calls can make its [`Connection`](crate::Connection) of them, without the application's own.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }
}

impl TryFrom<Members> for StoredSession {
    type Error = InvalidSession;

    fn try_from(members: Members) -> Result<Self, InvalidSession> {
        Self::new(&members.session_token, members.session_secret, members.status_url, members.logout_url)
    }
}

impl From<StoredSession> for Members {
    fn from(stored: StoredSession) -> Self {
        Self {
            session_token: stored.credentials.application_id().as_str().to_owned(),
            session_secret: stored.secret,
            status_url: stored.status_url,
            logout_url: stored.logout_url,
        }
    }
}

impl fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSession").finish_non_exhaustive()
    }
}
