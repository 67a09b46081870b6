//! The value of the `Authentication` header: `hmac {application_id}:{nonce}:{signature}`.

use std::fmt;

use thiserror::Error;

use super::decimal::{self, InvalidDecimal};
use super::signature::Digest;
use crate::credentials::{ApplicationId, InvalidApplicationId};

/// The parts of an `Authentication` header's value.
///
/// [`Authentication::parse`] accepts exactly what [`Authentication::to_header_value`] writes: lower
/// case `hmac`, one space, an unpadded decimal nonce, canonical base64 with padding. `Debug` does
/// not show the signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Authentication<'a> {
    application_id: &'a str,
    nonce: u64,
    digest: Digest,
}

impl<'a> Authentication<'a> {
    /// Combines the parts.
    #[must_use]
    pub fn new(application_id: &'a ApplicationId, nonce: u64, digest: Digest) -> Self {
        Self { application_id: application_id.as_str(), nonce, digest }
    }

    /// Parses a header's value.
    ///
    /// # Errors
    ///
    /// Returns which part of the value is malformed.
    pub fn parse(value: &'a str) -> Result<Self, HeaderFault> {
        let mut parts = value.strip_prefix("hmac ").ok_or(HeaderFault::Scheme)?.split(':');
        let (Some(application_id), Some(nonce), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(HeaderFault::Parts);
        };
        ApplicationId::check(application_id).map_err(HeaderFault::ApplicationId)?;
        let nonce = decimal::parse(nonce).map_err(HeaderFault::Nonce)?;
        let digest = Digest::from_signature(signature).ok_or(HeaderFault::Signature)?;
        Ok(Self { application_id, nonce, digest })
    }

    /// Returns the id of the application that signed. It has the form of an [`ApplicationId`].
    #[must_use]
    pub fn application_id(&self) -> &'a str {
        self.application_id
    }

    /// Returns the nonce.
    #[must_use]
    pub fn nonce(&self) -> u64 {
        self.nonce
    }

    /// Returns the MAC that the signature encodes.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Returns the header's value.
    #[must_use]
    pub fn to_header_value(&self) -> String {
        ["hmac ", self.application_id, ":", &self.nonce.to_string(), ":", &self.digest.signature()].concat()
    }
}

impl fmt::Debug for Authentication<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authentication")
            .field("application_id", &self.application_id)
            .field("nonce", &self.nonce)
            .finish_non_exhaustive()
    }
}

/// Why a presented header cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderFault {
    /// The header was sent more than once. Send it once.
    #[error("it was sent more than once")]
    Repeated,
    /// The value has bytes other than visible ASCII and spaces.
    #[error("its value is not plain ASCII text")]
    NotText,
    /// The value does not begin with `hmac` and one space.
    #[error(
        "it does not begin with `hmac` in lower case and a single space; \
         the form is `hmac {{application_id}}:{{nonce}}:{{signature}}`"
    )]
    Scheme,
    /// The value does not have three parts separated by two colons.
    #[error(
        "it does not have three parts divided by `:`; \
         the form is `hmac {{application_id}}:{{nonce}}:{{signature}}`"
    )]
    Parts,
    /// The first part is not an application id.
    #[error("{0}")]
    ApplicationId(#[source] InvalidApplicationId),
    /// The second part is not a nonce.
    #[error("its nonce is not an unpadded decimal 64-bit number: {0}")]
    Nonce(#[source] InvalidDecimal),
    /// The third part is not a signature.
    #[error(
        "its signature is not the base64 text (standard alphabet, with padding, 24 characters) \
         of 16 bytes"
    )]
    Signature,
    /// The value is not a timestamp.
    #[error("it is not Unix seconds as an unpadded decimal number: {0}")]
    Timestamp(#[source] InvalidDecimal),
}
