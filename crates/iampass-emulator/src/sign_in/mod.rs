//! What is known of a sign-in, and what may become of it.

mod methods;
mod outcome;
mod states;

use iampass_auth::ApplicationId;
use iampass_authentication::{AuthenticationMethod, SessionSecret, SessionStatus};
use iampass_management::UserId;
use serde::{Serialize, Serializer};

pub(crate) use self::methods::{methods_text, parse_methods};
pub use self::outcome::SignInOutcome;
pub(crate) use self::states::{End, is_in_progress, may_follow};

/// A sign-in that was started, and the session that came of it. Its secret is not part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SignIn {
    /// Names the session, as an application's id names the application.
    pub session_token: String,
    /// The application that asked.
    #[serde(serialize_with = "as_text")]
    pub application_id: ApplicationId,
    /// Who is to be signed in.
    pub user_id: UserId,
    /// How the user is to answer; empty if the application leaves that to IAMPASS.
    #[serde(serialize_with = "methods::serialize")]
    pub methods: Vec<AuthenticationMethod>,
    /// What has become of it.
    pub session_status: SessionStatus,
    /// The longest that the session lasts.
    pub duration_seconds: u64,
    /// When it was started, in Unix seconds of the emulator's clock.
    pub started_at: u64,
    /// When it times out or, once the user is signed in, when the session is over, in Unix seconds of the emulator's
    /// clock; `None` when it has ended.
    pub ends_at: Option<u64>,
}

/// How an application wants a user to be signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignInRequest {
    pub(crate) methods: Vec<AuthenticationMethod>,
    pub(crate) duration_seconds: u64,
}

/// The credentials of a session.
#[derive(Clone, Debug)]
pub(crate) struct SessionCredentials {
    pub(crate) token: String,
    pub(crate) secret: SessionSecret,
}

fn as_text<S: Serializer>(id: &ApplicationId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(id.as_str())
}
