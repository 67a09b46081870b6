//! What a sign-in is started with, and what comes of that.

use std::num::NonZeroU64;
use std::time::Duration;

use iampass_client::{CommaList, ServerMessage};

use crate::session::Session;

/// How a user may answer the phone's question. From the vendor's page "Authentication API".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthenticationMethod {
    /// By confirming on the phone.
    Acceptance,
    /// By unlocking the phone.
    Device,
    /// By showing the face.
    Facial,
}

impl AuthenticationMethod {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Acceptance, Self::Device, Self::Facial];

    /// The service's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::Device => "device",
            Self::Facial => "facial",
        }
    }
}

/// What is asked of the user, and for how long. By default IAMPASS chooses both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInOptions {
    methods: Vec<AuthenticationMethod>,
    duration: Option<Duration>,
}

impl SignInOptions {
    /// How the user may answer. None at all leaves the choice to IAMPASS.
    #[must_use]
    pub fn with_methods(mut self, methods: impl IntoIterator<Item = AuthenticationMethod>) -> Self {
        self.methods = methods.into_iter().collect();
        self
    }

    /// The longest that the session lasts, rounded up to whole seconds, and at least one. The vendor's package says
    /// that an hour is the default.
    #[must_use]
    pub fn with_duration(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    pub(crate) fn methods(&self) -> Option<CommaList> {
        let words = self.methods.iter().map(|method| method.as_str());
        (!self.methods.is_empty()).then(|| words.collect())
    }

    pub(crate) fn duration_seconds(&self) -> Option<NonZeroU64> {
        self.duration.map(|duration| {
            let seconds = duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0));
            NonZeroU64::new(seconds).unwrap_or(NonZeroU64::MIN)
        })
    }
}

/// What came of the question to a user's phone.
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub enum SignIn<S = Session> {
    /// The phone asks the user. [`Session::wait`] waits for what the user does.
    Started(S),
    /// The phone is not asked.
    NotStarted {
        /// Why, in the service's words, if it says so.
        reason: Option<ServerMessage>,
    },
}

impl<S> SignIn<S> {
    /// The session, if the phone asks the user.
    #[must_use]
    pub fn started(self) -> Option<S> {
        match self {
            Self::Started(session) => Some(session),
            Self::NotStarted { .. } => None,
        }
    }

    /// Whether the phone is not asked because the user has none registered: send the user a registration link of the
    /// Management API.
    #[must_use]
    pub fn lacks_mobile_device(&self) -> bool {
        let Self::NotStarted { reason } = self else { return false };
        reason.as_ref().is_some_and(|reason| reason.as_str() == "NO_MOBILE_DEVICE")
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn map<T>(self, map: impl FnOnce(S) -> T) -> SignIn<T> {
        match self {
            Self::Started(session) => SignIn::Started(map(session)),
            Self::NotStarted { reason } => SignIn::NotStarted { reason },
        }
    }
}
