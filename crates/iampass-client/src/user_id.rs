//! The ids of users.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The id of a user: the caller's own string, such as `alice@example.com`, `DOMAIN\alice` or `é`.
///
/// Made with [`UserId::new`] or `parse`, which refuse what a URL path cannot carry: the empty string,
/// `.` and `..` (URL parsers resolve the last two even when percent-encoded, so the call would reach
/// another endpoint). Ids that the service sends back are taken as they are.
///
/// `Debug` and `Display` show the id; it is personal data in many places, so mind your logs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(String);

impl UserId {
    /// Takes an id, if a URL path can carry it.
    ///
    /// # Errors
    /// [`InvalidUserId`] for the empty string, `.` and `..`.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidUserId> {
        let id = id.into();
        match id.as_str() {
            "" => Err(InvalidUserId::Empty),
            "." | ".." => Err(InvalidUserId::DotSegment),
            _ => Ok(Self(id)),
        }
    }

    /// The id as the caller wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives the string back.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Why a string cannot be a user's id. Give the user another id; there is no way to send this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidUserId {
    /// The string is empty.
    #[error("a user id must not be empty")]
    Empty,
    /// The string is `.` or `..`.
    #[error(
        "a user id must not be `.` or `..`: in a URL path these mean \"here\" and \"one up\", even percent-encoded"
    )]
    DotSegment,
}

impl FromStr for UserId {
    type Err = InvalidUserId;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::new(id)
    }
}

impl TryFrom<String> for UserId {
    type Error = InvalidUserId;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        Self::new(id)
    }
}

impl TryFrom<&str> for UserId {
    type Error = InvalidUserId;

    fn try_from(id: &str) -> Result<Self, Self::Error> {
        Self::new(id)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The contracts' own schema; a test of each client compares the two.
#[cfg(feature = "schemars")]
impl schemars::JsonSchema for UserId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UserId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "minLength": 1,
            "pattern": r"^([^.]|\.[^.]|\.\.[\s\S])[\s\S]*$",
            "description": "The id of a user: the caller's own string, for example an account name or an e-mail address.\n\n\
                It must fit into a URL path segment, which can be neither empty nor one of the dot segments `.` and `..`: \
                URL parsers drop those, even percent-encoded, and the call would arrive elsewhere. Any other text is allowed.",
        })
    }
}

impl AsRef<str> for UserId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<UserId> for String {
    fn from(id: UserId) -> Self {
        id.0
    }
}
