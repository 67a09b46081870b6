//! The whole state as one value, to be kept in a file and given back.

use std::collections::HashSet;
use std::fmt;

use iampass_auth::ApplicationId;
use iampass_management::UserId;
use serde::{Deserialize, Serialize};

use crate::application::Application;
use crate::error::ImportError;
use crate::link::LinkToken;
use crate::phone_token::PhoneToken;
use crate::random;
use crate::sign_in::SignInOutcome;

/// The only version there is.
const VERSION: u32 = 1;

/// The whole state of an emulator: what [`Emulator::export`](crate::Emulator::export) gives and
/// [`Emulator::import`](crate::Emulator::import) takes. In JSON:
///
/// ```json
/// {
///   "version": 1,
///   "applications": [
///     {
///       "id": "myapp",
///       "secret": "0123456789ABCDEFGHIJKLMNOPQRSTUV",
///       "users": [
///         { "id": "alice", "has_device": true, "sign_in": { "outcome": "active", "after_ms": 200 } },
///         { "id": "bob", "links": [{ "token": "5f0c1e0d8f3a4b6c9d2e7f1a0b3c4d5e", "display_name": "Bob" }] }
///       ]
///     }
///   ]
/// }
/// ```
///
/// Only `applications` is required. An application, a user or a link that is given without its `id` or
/// `token` gets a random one. An application without its `secret` keeps the one that the emulator has
/// for it; if there is none, one is drawn at random at the [start](crate::Builder::import), and
/// [`Emulator::import`](crate::Emulator::import) refuses the snapshot. Links that were used or are dead
/// are not part of it, and neither are sign-ins.
///
/// It holds secrets and links. `Debug` shows neither, the JSON shows both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Snapshot {
    /// The version of this form.
    #[serde(default = "version")]
    pub version: u32,
    /// The applications, in the order in which they were added.
    pub applications: Vec<ApplicationSnapshot>,
}

/// An application in a [`Snapshot`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ApplicationSnapshot {
    /// Its id.
    #[serde(default = "random::random_hex")]
    pub id: String,
    /// Its secret, if the emulator has the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Its users, sorted by id.
    #[serde(default)]
    pub users: Vec<UserSnapshot>,
}

/// A user in a [`Snapshot`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UserSnapshot {
    /// The user's id.
    #[serde(default = "random::random_hex")]
    pub id: String,
    /// Whether a phone is registered.
    #[serde(default)]
    pub has_device: bool,
    /// The last segment of the path of the phone's page. A user that has it has a phone; if it is left out, a phone gets a
    /// random one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_token: Option<String>,
    /// The links with which a phone can be registered, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkSnapshot>,
    /// The automatic outcome of the user's sign-ins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<SignInOutcome>,
}

/// An open registration link in a [`Snapshot`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LinkSnapshot {
    /// The last segment of the link's path.
    #[serde(default = "random::random_hex")]
    pub token: String,
    /// The name that the phone shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// When it was made, in Unix seconds of the emulator's clock; if left out, when it is imported. It matters
    /// where links have a [lifetime](crate::Builder::link_lifetime).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<i64>,
}

impl Snapshot {
    pub(crate) fn new(applications: Vec<ApplicationSnapshot>) -> Self {
        Self { version: VERSION, applications }
    }

    /// Checks whatever can be checked without the state. What the types of the crate can say is then
    /// said by them.
    pub(crate) fn checked(self) -> Result<Vec<CheckedApplication>, ImportError> {
        if self.version != VERSION {
            return Err(ImportError::Version { version: self.version });
        }
        let checked = self.applications.into_iter().zip(1..).map(|(one, position)| checked(one, position));
        let checked = checked.collect::<Result<Vec<_>, _>>()?;
        if repeats(&checked) { Err(ImportError::Repeated) } else { Ok(checked) }
    }
}

fn repeats(applications: &[CheckedApplication]) -> bool {
    let (mut ids, mut tokens, mut phones) = (HashSet::new(), HashSet::new(), HashSet::new());
    applications.iter().any(|application| {
        let mut users = HashSet::new();
        !ids.insert(&application.id)
            || application.users.iter().any(|user| {
                !users.insert(&user.id)
                    || user.phone.as_ref().is_some_and(|phone| !phones.insert(phone))
                    || user.links.iter().any(|(token, _)| !tokens.insert(token))
            })
    })
}

fn version() -> u32 {
    VERSION
}

/// An [`ApplicationSnapshot`] whose parts have the right form.
#[derive(Debug)]
pub(crate) struct CheckedApplication {
    pub(crate) id: ApplicationId,
    /// With the secret; `None` if it has to be known from before.
    pub(crate) application: Option<Application>,
    pub(crate) users: Vec<CheckedUser>,
}

/// A [`UserSnapshot`] whose parts have the right form.
#[derive(Debug)]
pub(crate) struct CheckedUser {
    pub(crate) id: UserId,
    pub(crate) phone: Option<PhoneToken>,
    pub(crate) links: Vec<(LinkToken, LinkSnapshot)>,
    pub(crate) sign_in: Option<SignInOutcome>,
}

fn checked(given: ApplicationSnapshot, position: usize) -> Result<CheckedApplication, ImportError> {
    let id =
        ApplicationId::new(&given.id).map_err(|source| ImportError::ApplicationId { position, source })?;
    let application = given
        .secret
        .map(|secret| Application::new(id.as_str(), secret))
        .transpose()
        .map_err(|source| ImportError::Secret { application_id: id.clone(), source })?;
    let users = given.users.into_iter().zip(1..).map(|(user, position)| checked_user(user, &id, position));
    Ok(CheckedApplication { users: users.collect::<Result<_, _>>()?, id, application })
}

fn checked_user(
    given: UserSnapshot,
    application_id: &ApplicationId,
    position: usize,
) -> Result<CheckedUser, ImportError> {
    let id = UserId::new(given.id).map_err(|source| {
        let application_id = application_id.clone();
        ImportError::UserId { application_id, position, source }
    })?;
    let token_error = || ImportError::Token { application_id: application_id.clone(), position };
    let links = given.links.into_iter().map(|link| {
        let token = LinkToken::from_export(&link.token).ok_or_else(token_error)?;
        Ok((token, link))
    });
    let links = links.collect::<Result<_, ImportError>>()?;
    let phone = match given.phone_token {
        Some(token) => Some(PhoneToken::from_export(&token).ok_or_else(token_error)?),
        None => given.has_device.then(PhoneToken::random),
    };
    Ok(CheckedUser { id, phone, links, sign_in: given.sign_in })
}

impl fmt::Debug for ApplicationSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApplicationSnapshot")
            .field("id", &self.id)
            .field("users", &self.users)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for UserSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserSnapshot")
            .field("id", &self.id)
            .field("has_device", &self.has_device)
            .field("links", &self.links)
            .field("sign_in", &self.sign_in)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for LinkSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkSnapshot")
            .field("display_name", &self.display_name)
            .field("made_at", &self.made_at)
            .finish_non_exhaustive()
    }
}
