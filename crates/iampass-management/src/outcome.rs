//! What the calls come back with.

use std::fmt;

use reqwest::Url;

use iampass_client::UserId;

/// What became of the users of one [`add_users`](crate::ManagementClient::add_users) call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddUsersOutcome {
    /// The users that the application did not have before.
    pub created: Vec<UserId>,
    /// The users that the application already had.
    pub existing: Vec<UserId>,
}

/// The link that registers a phone for a user. Pass it to that user alone: whoever opens it first has
/// registered their phone.
///
/// `Display` and [`as_str`](RegistrationLink::as_str) give the link exactly as the service sent it;
/// `Debug` hides it, so that it does not end up in logs by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct RegistrationLink(String);

impl RegistrationLink {
    /// Takes what is an absolute URL, and nothing else. The vendor does not say that links are http, and
    /// phones open other schemes too; but not those that carry a page or a script of their own, or read
    /// this machine's files, because people and programs open links without looking.
    pub(crate) fn new(link: String) -> Option<Self> {
        const OWN_CONTENT: [&str; 6] = ["about", "blob", "data", "file", "javascript", "vbscript"];
        let url = Url::parse(&link).ok()?;
        (!OWN_CONTENT.contains(&url.scheme())).then_some(Self(link))
    }

    /// The link as the service sent it.
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

impl fmt::Display for RegistrationLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RegistrationLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegistrationLink([redacted])")
    }
}

impl AsRef<str> for RegistrationLink {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<RegistrationLink> for String {
    fn from(link: RegistrationLink) -> Self {
        link.0
    }
}
