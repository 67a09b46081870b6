//! The same client for programs without an async runtime.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use iampass_authentication::{UserId, blocking::AuthenticationClient};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = AuthenticationClient::from_env()?;
//! let alice = UserId::new("alice@example.com")?;
//! if let Some(session) = client.authenticate(&alice)?.started() {
//!     println!("{}", session.wait(Duration::from_secs(60))?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The calls are those of the async client. They run on one thread that a client shares with its clones and sessions, and
//! the caller waits for them. Calls can be made on plain threads, in `spawn_blocking` and in `block_in_place`. In an async
//! task a call blocks the worker thread that runs the task: use the async client there.

use std::sync::Arc;
use std::time::Duration;

use iampass_client::blocking::Runtime;
use iampass_client::{Connection, ConnectionBuilder, Error, Settings, UserId};

use crate::client::AuthenticationClient as AsyncClient;
use crate::session::Session as AsyncSession;
use crate::session_status::SessionStatus;
use crate::sign_in::{SignIn, SignInOptions};
use crate::stored_session::StoredSession;

/// A client of the Authentication API whose calls wait for their outcome. Everything else is as with
/// [`iampass_authentication::AuthenticationClient`](crate::AuthenticationClient).
#[derive(Clone, Debug)]
pub struct AuthenticationClient {
    // Before the runtime, which its connections need until they are dropped.
    client: AsyncClient,
    runtime: Arc<Runtime>,
}

/// Connections belong to the runtime that opened them, so a blocking client has a [`Connection`] of its own.
impl TryFrom<ConnectionBuilder> for AuthenticationClient {
    type Error = Error;

    /// Makes the connection and starts the thread.
    fn try_from(builder: ConnectionBuilder) -> Result<Self, Error> {
        Ok(Self { client: builder.build()?.into(), runtime: Arc::new(Runtime::new()?) })
    }
}

impl AuthenticationClient {
    /// A client for the given server and application, with defaults for everything else; for other ones, convert a
    /// [`ConnectionBuilder`]: `AuthenticationClient::try_from(Connection::builder(settings).…)`.
    ///
    /// # Errors
    /// As [`Connection::new`], and [`ErrorKind::Thread`](iampass_client::ErrorKind::Thread).
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Connection::builder(settings).try_into()
    }

    /// A client for what the three `IAMPASS_…` variables say, see [`Settings::from_env`].
    ///
    /// # Errors
    /// As [`Connection::from_env`], and [`ErrorKind::Thread`](iampass_client::ErrorKind::Thread).
    pub fn from_env() -> Result<Self, Error> {
        Self::new(Settings::from_env()?)
    }

    /// Asks the user's phone to sign the user in, see [`authenticate`](AsyncClient::authenticate).
    ///
    /// # Errors
    /// As there.
    pub fn authenticate(&self, user: &UserId) -> Result<SignIn<Session>, Error> {
        self.authenticate_with(user, &SignInOptions::default())
    }

    /// Asks the user's phone to sign the user in, see [`authenticate_with`](AsyncClient::authenticate_with).
    ///
    /// # Errors
    /// As there.
    pub fn authenticate_with(
        &self,
        user: &UserId,
        options: &SignInOptions,
    ) -> Result<SignIn<Session>, Error> {
        let (client, user, options) = (self.client.clone(), user.clone(), options.clone());
        let sign_in = self.runtime.wait(async move { client.authenticate_with(&user, &options).await })?;
        Ok(sign_in.map(|session| Session { session, runtime: Arc::clone(&self.runtime) }))
    }

    /// Takes up a stored session, see [`session`](AsyncClient::session).
    #[must_use]
    pub fn session(&self, stored: StoredSession) -> Session {
        Session { session: self.client.session(stored), runtime: Arc::clone(&self.runtime) }
    }
}

/// A sign-in that has started. Everything is as with [`iampass_authentication::Session`](crate::Session).
#[derive(Clone, Debug)]
pub struct Session {
    session: AsyncSession,
    runtime: Arc<Runtime>,
}

impl Session {
    /// Names the session, see [`token`](AsyncSession::token).
    #[must_use]
    pub fn token(&self) -> &str {
        self.session.token()
    }

    /// The session with its secret, see [`store_with_secret`](AsyncSession::store_with_secret).
    #[must_use]
    pub fn store_with_secret(&self) -> StoredSession {
        self.session.store_with_secret()
    }

    /// Asks for the session's state, see [`status`](AsyncSession::status).
    ///
    /// # Errors
    /// As there.
    pub fn status(&self) -> Result<SessionStatus, Error> {
        let session = self.session.clone();
        self.runtime.wait(async move { session.status().await })
    }

    /// Waits until the user has reacted, see [`wait`](AsyncSession::wait).
    ///
    /// # Errors
    /// As there.
    pub fn wait(&self, timeout: Duration) -> Result<SessionStatus, Error> {
        let session = self.session.clone();
        self.runtime.wait(async move { session.wait(timeout).await })
    }

    /// Ends the session, see [`end`](AsyncSession::end).
    ///
    /// # Errors
    /// As there.
    pub fn end(&self) -> Result<(), Error> {
        let session = self.session.clone();
        self.runtime.wait(async move { session.end().await })
    }
}
