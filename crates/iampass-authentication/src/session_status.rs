//! The states of a session.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The state of a session.
///
/// From the vendor's page "Authentication API" and Python package 0.0.32. A word that neither has is kept, counts as "not
/// signed in", and is no error.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum SessionStatus {
    /// The phone was asked.
    Pending,
    /// The user is at it.
    Identifying,
    /// The user is signed in.
    Active,
    /// The phone of a user who was signed in has gone out of reach. It comes back as `Active`.
    Walkaway,
    /// The sign-in failed.
    Failed,
    /// The user refused.
    Cancelled,
    /// The user did not react. The vendor's older clients write it `time_out`, which is read too.
    Timeout,
    /// The session has ended.
    Closed,
    /// A word that this version does not know.
    Unknown(String),
}

impl SessionStatus {
    /// The states that the vendor names, in the order of a session's life.
    pub const KNOWN: [Self; 8] = [
        Self::Pending,
        Self::Identifying,
        Self::Active,
        Self::Walkaway,
        Self::Failed,
        Self::Cancelled,
        Self::Timeout,
        Self::Closed,
    ];

    /// The service's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Identifying => "identifying",
            Self::Active => "active",
            Self::Walkaway => "walkaway",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Timeout => "timeout",
            Self::Closed => "closed",
            Self::Unknown(word) => word,
        }
    }

    /// Whether the user is signed in, and the phone within reach.
    #[must_use]
    pub fn is_active(&self) -> bool {
        *self == Self::Active
    }

    /// Whether the user has yet to react.
    #[must_use]
    pub fn is_in_progress(&self) -> bool {
        matches!(self, Self::Pending | Self::Identifying)
    }

    /// Whether the session is over, so that no other state can follow.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Failed | Self::Cancelled | Self::Timeout | Self::Closed)
    }
}

impl From<&str> for SessionStatus {
    fn from(word: &str) -> Self {
        match word {
            "time_out" => Self::Timeout,
            _ => Self::KNOWN
                .into_iter()
                .find(|known| known.as_str() == word)
                .unwrap_or_else(|| Self::Unknown(word.to_owned())),
        }
    }
}

impl From<String> for SessionStatus {
    fn from(word: String) -> Self {
        Self::from(word.as_str())
    }
}

impl From<SessionStatus> for String {
    fn from(status: SessionStatus) -> Self {
        status.as_str().to_owned()
    }
}

impl FromStr for SessionStatus {
    type Err = Infallible;

    fn from_str(word: &str) -> Result<Self, Infallible> {
        Ok(Self::from(word))
    }
}

impl fmt::Display for SessionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The contract's own schema; a test compares the two.
#[cfg(feature = "schemars")]
impl schemars::JsonSchema for SessionStatus {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SessionStatus".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "The state of a session: `pending`, `identifying`, `active`, `walkaway`, `failed`, `cancelled`, \
                `timeout` or `closed`; how they follow one another stands at the top. Take any other word for \
                \"not signed in\", and read `time_out` as `timeout`.",
        })
    }
}
