//! What a registered phone is reached by: an unguessable token, and the URL that carries it.

use std::fmt;

use crate::random::{is_token, random_hex};

/// The path of a phone's page.
pub(crate) const PHONE_PATH: &str = "/phone/{phone_token}";
const PHONE_PREFIX: &str = "/phone/";

/// 128 random bits, drawn anew for each phone. Whoever has them can approve the user's sign-ins, so `Debug` does not
/// show them. A session's token would not do in their place: the application's backend has that, and the application is
/// the one that asks.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct PhoneToken(String);

impl PhoneToken {
    pub(crate) fn random() -> Self {
        Self(random_hex())
    }

    /// Takes a token that this crate wrote.
    pub(crate) fn from_export(token: &str) -> Option<Self> {
        is_token(token).then(|| Self::from_segment(token))
    }

    /// Takes the path segment of a request for a phone's page.
    pub(crate) fn from_segment(segment: &str) -> Self {
        Self(segment.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of the phone's page.
    pub(crate) fn path(&self) -> String {
        format!("{PHONE_PREFIX}{}", self.0)
    }

    pub(crate) fn url(&self, origin: &str) -> String {
        format!("{origin}{}", self.path())
    }
}

impl fmt::Debug for PhoneToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneToken(redacted)")
    }
}
