//! The value of the `Authentication` header: `hmac {application_id}:{nonce}:{signature}`.

use std::error::Error as StdError;
use std::fmt;

use displaydoc::Display;

use super::decimal::{self, Decimal, InvalidDecimal};
use super::signature::{Digest, SIGNATURE_TEXT};
use crate::credentials::{ApplicationId, InvalidApplicationId};

const SCHEME: &str = "hmac ";

/// The parts of an `Authentication` header's value.
///
/// [`Authentication::parse`] takes exactly what [`Authentication::to_header_value`] writes: lower
/// case `hmac`, one space, an unpadded decimal nonce, canonical base64 with padding. `Debug` does
/// not show the signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Authentication<'a> {
    application_id: &'a str,
    nonce: u64,
    digest: Digest,
}

impl<'a> Authentication<'a> {
    /// Puts the parts together.
    #[must_use]
    pub fn new(application_id: &'a ApplicationId, nonce: u64, digest: Digest) -> Self {
        Self { application_id: application_id.as_str(), nonce, digest }
    }

    /// Takes a header's value apart.
    ///
    /// # Errors
    ///
    /// Says which part of the value is not as it should be.
    pub fn parse(value: &'a str) -> Result<Self, HeaderFault> {
        Self::from_bytes(value.as_bytes()).map(|(authentication, _)| authentication)
    }

    /// As [`Authentication::parse`], for a value of which nobody has looked whether it is text. Gives the nonce's
    /// digits as well.
    pub(crate) fn from_bytes(value: &'a [u8]) -> Result<(Self, &'a [u8]), HeaderFault> {
        let parts = value.strip_prefix(SCHEME.as_bytes()).ok_or(HeaderFault::Scheme)?;
        Self::from_parts(parts).map_err(|fault| {
            // With a part too many, what is wrong with any of them is beside the point.
            let there_are = parts.split(|byte| *byte == b':').count();
            if there_are == 3 { fault } else { HeaderFault::Parts }
        })
    }

    fn from_parts(parts: &'a [u8]) -> Result<(Self, &'a [u8]), HeaderFault> {
        let (application_id, rest) = split_at_colon(parts).ok_or(HeaderFault::Parts)?;
        let (digits, signature) = split_at_colon(rest).ok_or(HeaderFault::Parts)?;
        let application_id = std::str::from_utf8(application_id).map_err(|_| HeaderFault::NotText)?;
        ApplicationId::check(application_id).map_err(HeaderFault::ApplicationId)?;
        let nonce = decimal::parse(digits).map_err(HeaderFault::Nonce)?;
        let digest = Digest::from_signature_bytes(signature).ok_or(HeaderFault::Signature)?;
        Ok((Self { application_id, nonce, digest }, digits))
    }

    /// Whose request it is. It has the form of an [`ApplicationId`].
    #[must_use]
    pub fn application_id(&self) -> &'a str {
        self.application_id
    }

    /// The nonce.
    #[must_use]
    pub fn nonce(&self) -> u64 {
        self.nonce
    }

    /// The MAC that the signature stands for.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The header's value.
    #[must_use]
    pub fn to_header_value(&self) -> String {
        self.write(Decimal::new(self.nonce).as_bytes()).0
    }

    /// The header's value, and where in it the signature begins.
    pub(crate) fn write(&self, nonce: &[u8]) -> (String, usize) {
        let capacity =
            SCHEME.len() + self.application_id.len() + ":".len() + nonce.len() + ":".len() + SIGNATURE_TEXT;
        let mut value = Vec::with_capacity(capacity);
        value.extend_from_slice(SCHEME.as_bytes());
        value.extend_from_slice(self.application_id.as_bytes());
        value.push(b':');
        value.extend_from_slice(nonce);
        value.push(b':');
        let signature_start = value.len();
        value.extend_from_slice(&self.digest.signature_bytes());
        // All of it is ASCII, so the fallback is never taken.
        (String::from_utf8(value).unwrap_or_default(), signature_start)
    }
}

// Not inlined: the compiler would weave the search into what parses the parts, and make it three times as slow.
#[inline(never)]
fn split_at_colon(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = value.iter().position(|byte| *byte == b':')?;
    Some((&value[..colon], &value[colon + 1..]))
}

impl fmt::Debug for Authentication<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authentication")
            .field("application_id", &self.application_id)
            .field("nonce", &self.nonce)
            .finish_non_exhaustive()
    }
}

/// What is wrong with the form of a presented header.
#[derive(Clone, Debug, Display, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderFault {
    /// The header came more than once. Send it once.
    #[displaydoc("it was sent more than once")]
    Repeated,
    /// The value has bytes that are not visible ASCII or space.
    #[displaydoc("its value is not plain ASCII text")]
    NotText,
    /// The value does not begin with `hmac` and one space.
    #[displaydoc(
        "it does not begin with `hmac` in lower case and a single space; \
         the form is `hmac {{application_id}}:{{nonce}}:{{signature}}`"
    )]
    Scheme,
    /// The value is not three parts divided by two colons.
    #[displaydoc(
        "it does not have three parts divided by `:`; \
         the form is `hmac {{application_id}}:{{nonce}}:{{signature}}`"
    )]
    Parts,
    /// The first part is not an application id.
    #[displaydoc("{0}")]
    ApplicationId(InvalidApplicationId),
    /// The second part is not a nonce.
    #[displaydoc("its nonce is not an unpadded decimal 64-bit number: {0}")]
    Nonce(InvalidDecimal),
    /// The third part is not a signature.
    #[displaydoc(
        "its signature is not the base64 text (standard alphabet, with padding, 24 characters) \
         of 16 bytes"
    )]
    Signature,
    /// The value is not a timestamp.
    #[displaydoc("it is not Unix seconds as an unpadded decimal number: {0}")]
    Timestamp(InvalidDecimal),
}

impl StdError for HeaderFault {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::ApplicationId(reason) => Some(reason),
            Self::Nonce(reason) | Self::Timestamp(reason) => Some(reason),
            Self::Repeated | Self::NotText | Self::Scheme | Self::Parts | Self::Signature => None,
        }
    }
}
