//! What the calls come back with.

use std::fmt;
use std::str::FromStr;

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

impl AddUsersOutcome {
    /// An outcome, for tests of code that reads outcomes.
    #[must_use]
    pub fn new(created: Vec<UserId>, existing: Vec<UserId>) -> Self {
        Self { created, existing }
    }
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
    ///
    /// ```
    /// use iampass_management::RegistrationLink;
    ///
    /// let link = RegistrationLink::new("https://main.iam-api.com/register/0123")?;
    /// assert_eq!(link.as_str(), "https://main.iam-api.com/register/0123");
    /// assert!(RegistrationLink::new("javascript:alert(1)").is_err());
    /// # Ok::<(), iampass_management::InvalidRegistrationLink>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidRegistrationLink`] for anything else.
    pub fn new(link: impl Into<String>) -> Result<Self, InvalidRegistrationLink> {
        const OWN_CONTENT: [&str; 6] = ["about", "blob", "data", "file", "javascript", "vbscript"];
        let link = link.into();
        match Url::parse(&link) {
            Ok(url) if !OWN_CONTENT.contains(&url.scheme()) => Ok(Self(link)),
            _ => Err(InvalidRegistrationLink),
        }
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

/// A text is not a link that people can be given to open: it is no absolute URL, or one that carries its own content
/// or names a file. Look at where the text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a registration link must be an absolute URL, and not one with content of its own or of a file")]
#[non_exhaustive]
pub struct InvalidRegistrationLink;

impl FromStr for RegistrationLink {
    type Err = InvalidRegistrationLink;

    fn from_str(link: &str) -> Result<Self, Self::Err> {
        Self::new(link)
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
