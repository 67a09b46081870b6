//! Who signs: an application's id and its secret.

use std::error::Error as StdError;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use displaydoc::Display;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// The id that IAMPASS issued for an application.
///
/// It is public: it stands in every URL and in the `Authentication` header. So it must be visible
/// ASCII, must not hold the header's divider `:`, and cannot be `.` or `..`, which a URL path
/// cannot carry. Cloning shares the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationId(Arc<str>);

impl ApplicationId {
    /// Takes an id as issued.
    ///
    /// # Errors
    ///
    /// When the text is empty, `.` or `..`, or has a character that is not visible ASCII or is
    /// `:`.
    pub fn new(id: &str) -> Result<Self, InvalidApplicationId> {
        Self::check(id)?;
        Ok(Self(id.into()))
    }

    /// Takes an id that went through [`ApplicationId::check`], as those of headers do when they are read.
    pub(crate) fn of_checked(id: &str) -> Self {
        Self(id.into())
    }

    /// The id as text.
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
        // Without an early exit, so that the compiler can look at many bytes at a time.
        if id.bytes().fold(true, |clean, byte| clean & matches!(byte, b'!'..=b'9' | b';'..=b'~')) {
            return Ok(());
        }
        let offender =
            id.char_indices().find(|(_, character)| !character.is_ascii_graphic() || *character == ':');
        match offender {
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
/// It is used as the UTF-8 bytes of the text as issued; it is not decoded, although it may look
/// like hexadecimal or base64 (vendor's client). It is wiped from memory when the last clone is
/// dropped, never shown by `Debug`, has no `Display`, and is compared in constant time (the length
/// is not kept secret).
#[derive(Clone)]
pub struct ApplicationSecret(Arc<Zeroizing<String>>);

impl ApplicationSecret {
    /// Takes a secret as issued. A `String` is taken over, not copied; it is wiped even when it is
    /// refused.
    ///
    /// # Errors
    ///
    /// When the text is empty, has white space or an invisible mark at an end, or a control
    /// character inside. The error never shows the text.
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

/// White space, and the two marks without width that editors and web pages put around a text.
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

/// An application's id and secret: what it takes to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    application_id: ApplicationId,
    secret: ApplicationSecret,
}

impl Credentials {
    /// Puts the two together.
    #[must_use]
    pub fn new(application_id: ApplicationId, secret: ApplicationSecret) -> Self {
        Self { application_id, secret }
    }

    /// Whose credentials they are.
    #[must_use]
    pub fn application_id(&self) -> &ApplicationId {
        &self.application_id
    }

    /// The secret, still sealed: only the functions of this crate can read it.
    #[must_use]
    pub fn secret(&self) -> &ApplicationSecret {
        &self.secret
    }
}

/// Why a text is not an [`ApplicationId`].
#[derive(Clone, Debug, Display, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidApplicationId {
    /// Nothing was given. Set the application id that IAMPASS issued.
    #[displaydoc("the application id is empty: give the id that IAMPASS issued for the application")]
    Empty,
    /// A URL path cannot carry `.` or `..` as a segment. Check what was passed as the id.
    #[displaydoc("the application id is `.` or `..`, which a URL path cannot carry")]
    DotSegment,
    /// A character that the `Authentication` header cannot carry. Remove it; it is usually white
    /// space or a line break that came along with a paste.
    #[displaydoc(
        "the application id has {character:?} at byte {position}: only visible ASCII other than `:` \
         can travel in the `Authentication` header"
    )]
    Character {
        /// Where it stands, in bytes from the start.
        position: usize,
        /// The character itself.
        character: char,
    },
}

impl StdError for InvalidApplicationId {}

/// Why a text is not an [`ApplicationSecret`](crate::ApplicationSecret). The text itself is never
/// shown.
#[derive(Clone, Debug, Display, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidSecret {
    /// Nothing was given. Set the secret that IAMPASS issued.
    #[displaydoc("the application secret is empty: give the secret that IAMPASS issued for the application")]
    Empty,
    /// White space or an invisible mark at an end, as a paste or an `echo` leaves it. Remove it:
    /// every byte of the secret takes part in the signature.
    #[displaydoc(
        "the application secret begins or ends with white space, a line break or an invisible mark: \
         remove it, every byte of the secret takes part in the signature"
    )]
    SurroundingSpace,
    /// A control character inside, as a paste of several lines leaves it. Give the secret alone.
    #[displaydoc("the application secret has a control character inside: give the secret alone, on one line")]
    ControlCharacter,
}

impl StdError for InvalidSecret {}
