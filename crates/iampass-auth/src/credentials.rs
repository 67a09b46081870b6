//! An application's id and secret.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use subtle::{Choice, ConstantTimeEq};
use thiserror::Error;
use zeroize::Zeroizing;

/// The id that IAMPASS issued for an application.
///
/// The id is public: it is part of every URL and of the `Authentication` header. It is visible ASCII
/// without `:`, which separates the parts of that header, and it is not `.` or `..`, which a URL path
/// cannot carry. Cloning is cheap: the text is shared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationId(Arc<str>);

impl ApplicationId {
    /// Validates an id.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is empty, `.` or `..`, or contains `:` or anything but visible
    /// ASCII.
    pub fn new(id: &str) -> Result<Self, InvalidApplicationId> {
        Self::check(id)?;
        Ok(Self(id.into()))
    }

    /// Makes an id of a text that [`ApplicationId::check`] has accepted.
    pub(crate) fn from_validated(id: &str) -> Self {
        Self(id.into())
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn check(id: &str) -> Result<(), InvalidApplicationId> {
        if id.is_empty() {
            return Err(InvalidApplicationId::Empty);
        }
        if id == "." || id == ".." {
            return Err(InvalidApplicationId::DotSegment);
        }
        match id.char_indices().find(|(_, character)| !character.is_ascii_graphic() || *character == ':') {
            Some((position, character)) => Err(InvalidApplicationId::Character { position, character }),
            None => Ok(()),
        }
    }
}

impl FromStr for ApplicationId {
    type Err = InvalidApplicationId;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::new(id)
    }
}

impl TryFrom<&str> for ApplicationId {
    type Error = InvalidApplicationId;

    fn try_from(id: &str) -> Result<Self, Self::Error> {
        Self::new(id)
    }
}

impl TryFrom<String> for ApplicationId {
    type Error = InvalidApplicationId;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        Self::new(&id)
    }
}

impl AsRef<str> for ApplicationId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The secret that IAMPASS issued together with the application id.
///
/// The protocol uses the UTF-8 bytes of the text as issued. The text is not decoded, although it may
/// look like hexadecimal or base64 (as in the vendor's clients).
///
/// The text is wiped from memory when the last clone is dropped. `Debug` does not show it and there is
/// no `Display`. Comparison takes constant time, but does not hide the length.
#[derive(Clone)]
pub struct ApplicationSecret(Arc<Zeroizing<String>>);

impl ApplicationSecret {
    /// Validates a secret. A `String` is moved in, not copied, and is wiped even if it is refused.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is empty, begins or ends with white space or an invisible mark, or
    /// contains a control character. The error does not show the text.
    pub fn new(secret: impl Into<String>) -> Result<Self, InvalidSecret> {
        let secret = Zeroizing::new(secret.into());
        if secret.is_empty() {
            return Err(InvalidSecret::Empty);
        }
        if secret.starts_with(is_paste_residue) || secret.ends_with(is_paste_residue) {
            return Err(InvalidSecret::SurroundingSpace);
        }
        if secret.chars().any(char::is_control) {
            return Err(InvalidSecret::ControlCharacter);
        }
        Ok(Self(Arc::new(secret)))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// White space, or one of the two zero-width characters that editors and web pages add to a text.
fn is_paste_residue(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}')
}

impl FromStr for ApplicationSecret {
    type Err = InvalidSecret;

    fn from_str(secret: &str) -> Result<Self, Self::Err> {
        Self::new(secret)
    }
}

impl TryFrom<String> for ApplicationSecret {
    type Error = InvalidSecret;

    fn try_from(secret: String) -> Result<Self, Self::Error> {
        Self::new(secret)
    }
}

impl ConstantTimeEq for ApplicationSecret {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.as_bytes().ct_eq(other.as_bytes())
    }
}

impl PartialEq for ApplicationSecret {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for ApplicationSecret {}

impl fmt::Debug for ApplicationSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApplicationSecret(redacted)")
    }
}

/// An application's id and secret, with which it signs requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    application_id: ApplicationId,
    secret: ApplicationSecret,
}

impl Credentials {
    /// Combines an id and its secret.
    #[must_use]
    pub fn new(application_id: ApplicationId, secret: ApplicationSecret) -> Self {
        Self { application_id, secret }
    }

    /// Returns the id.
    #[must_use]
    pub fn application_id(&self) -> &ApplicationId {
        &self.application_id
    }

    /// Returns the secret. Only the functions of this crate can read its text.
    #[must_use]
    pub fn secret(&self) -> &ApplicationSecret {
        &self.secret
    }
}

/// Why a text is not an [`ApplicationId`].
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidApplicationId {
    /// The text is empty. Use the application id that IAMPASS issued.
    #[error("the application id is empty: give the id that IAMPASS issued for the application")]
    Empty,
    /// A URL path cannot carry the segments `.` and `..`. Check what is passed as the id.
    #[error("the application id is `.` or `..`, which a URL path cannot carry")]
    DotSegment,
    /// The `Authentication` header cannot carry a character of the text. Remove it: usually it is
    /// white space or a line break that was pasted along with the id.
    #[error(
        "the application id has {character:?} at byte {position}: only visible ASCII other than `:` \
         can travel in the `Authentication` header"
    )]
    Character {
        /// Its position, in bytes from the start.
        position: usize,
        /// The character itself.
        character: char,
    },
}

/// Why a text is not an [`ApplicationSecret`]. The error does not show the text.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidSecret {
    /// The text is empty. Use the secret that IAMPASS issued.
    #[error("the application secret is empty: give the secret that IAMPASS issued for the application")]
    Empty,
    /// The text begins or ends with white space or an invisible mark, as pasting or `echo` adds it.
    /// Remove it: every byte of the secret takes part in the signature.
    #[error(
        "the application secret begins or ends with white space, a line break or an invisible mark: \
         remove it, every byte of the secret takes part in the signature"
    )]
    SurroundingSpace,
    /// The text contains a control character, as several pasted lines do. Use the secret alone.
    #[error("the application secret has a control character inside: give the secret alone, on one line")]
    ControlCharacter,
}
