//! The client that most callers want.

use iampass_client::{Connection, DecodeError, Error, ErrorKind, ServerMessage, Settings, UserId};

use crate::generated::types::{AuthenticateUserResponse, AuthenticationStatus};
use crate::generated::{Client, operations};
use crate::session::Session;
use crate::sign_in::{SignIn, SignInOptions};
use crate::stored_session::StoredSession;

/// A client of the Authentication API, bound to one application.
///
/// Cheap to clone; clones share one connection pool, one retry budget and one corrected clock. It can share them with a
/// client of the Management API as well: make both from one [`Connection`].
#[derive(Clone, Debug)]
pub struct AuthenticationClient {
    connection: Connection,
}

impl From<Connection> for AuthenticationClient {
    fn from(connection: Connection) -> Self {
        Self { connection }
    }
}

impl AuthenticationClient {
    /// A client for the given server and application, with defaults for everything else. For other time limits,
    /// retries, proxies, certificates, …, make a [`Connection`] with [`Connection::builder`].
    ///
    /// # Errors
    /// As [`Connection::new`].
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Connection::new(settings).map(Self::from)
    }

    /// A client for what `IAMPASS_SERVER`, `IAMPASS_APPLICATION_ID` and `IAMPASS_APPLICATION_SECRET`
    /// say, see [`Settings::from_env`].
    ///
    /// # Errors
    /// As [`Connection::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        Connection::from_env().map(Self::from)
    }

    /// The connection below this client, for clients of IAMPASS's other APIs.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The generated client: the contract's operation as it is. Its requests are checked and signed too.
    #[must_use]
    pub fn generated(&self) -> Client {
        Client::from(&self.connection)
    }

    /// Asks the user's phone to sign the user in. IAMPASS chooses how the user may answer, which the vendor recommends,
    /// and how long the session lasts.
    ///
    /// # Errors
    /// As [`authenticate_with`](Self::authenticate_with).
    pub async fn authenticate(&self, user: &UserId) -> Result<SignIn, Error> {
        self.authenticate_with(user, &SignInOptions::default()).await
    }

    /// Asks the user's phone to sign the user in.
    ///
    /// Each call asks the phone once more, so it is retried only when nothing has reached the service. After an error,
    /// the phone may have been asked all the same.
    ///
    /// # Errors
    /// [`Error`]; [`ErrorKind::NotFound`] when the application has no such user.
    pub async fn authenticate_with(&self, user: &UserId, options: &SignInOptions) -> Result<SignIn, Error> {
        let send = async |client: Client| {
            let (application, methods) = (self.connection.application_id(), options.methods());
            client.authenticate_user(application, user, options.duration_seconds(), methods.as_ref()).await
        };
        let read = |response: AuthenticateUserResponse| self.sign_in(response.authentication_status);
        self.connection.call(&operations::AUTHENTICATE_USER, send, read).await
    }

    fn sign_in(&self, status: AuthenticationStatus) -> Result<SignIn, ErrorKind> {
        if !status.authenticated {
            return Ok(SignIn::NotStarted { reason: status.reason.map(ServerMessage::new) });
        }
        let stored = StoredSession::new(
            &given(status.session_token, "session_token")?,
            given(status.session_secret, "session_secret")?,
            given(status.status_url, "status_url")?,
            given(status.logout_url, "logout_url")?,
        );
        let stored = stored.map_err(|invalid| DecodeError::Unusable(invalid.member()));
        Ok(SignIn::Started(self.session(stored.map_err(ErrorKind::Decode)?)))
    }

    /// Takes up a session that was stored with [`Session::store_with_secret`]. Nothing is sent.
    #[must_use]
    pub fn session(&self, stored: StoredSession) -> Session {
        Session::new(&self.connection, stored)
    }
}

fn given<T>(member: Option<T>, name: &'static str) -> Result<T, ErrorKind> {
    member.ok_or(ErrorKind::Decode(DecodeError::Missing(name)))
}
