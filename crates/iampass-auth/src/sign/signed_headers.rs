//! The headers that a signer makes.

use std::fmt;

use crate::protocol::decimal::Decimal;
use crate::protocol::headers::{
    AUTHENTICATION, PROTOCOL_VERSION, TIMESTAMP, VERSION, VERSION_VENDOR_SPELLING,
};

/// The headers that sign one request, once: a second attempt needs new ones.
///
/// Iterating gives name and value, always in the same order. `Debug` does not show the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedHeaders {
    pub(crate) authentication: String,
    /// Where the base64 text begins in `authentication`.
    pub(crate) signature_start: usize,
    pub(crate) timestamp_text: Decimal,
    pub(crate) nonce: u64,
    pub(crate) timestamp: u64,
}

impl SignedHeaders {
    /// The value of [`AUTHENTICATION`].
    #[must_use]
    pub fn authentication(&self) -> &str {
        &self.authentication
    }

    /// The value of [`TIMESTAMP`].
    #[must_use]
    pub fn timestamp_text(&self) -> &str {
        self.timestamp_text.as_str()
    }

    /// As [`SignedHeaders::authentication`], taken out without a copy.
    #[must_use]
    pub fn into_authentication(self) -> String {
        self.authentication
    }

    /// The nonce that was used.
    #[must_use]
    pub fn nonce(&self) -> u64 {
        self.nonce
    }

    /// The time of signing, in Unix seconds.
    #[must_use]
    pub fn timestamp(&self) -> u64 {
        self.timestamp
    }

    /// The signature: base64 of 16 bytes, with padding.
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.authentication[self.signature_start..]
    }

    /// Name and value of each header, in the order in which they are sent.
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 4] {
        [
            (AUTHENTICATION, self.authentication()),
            (TIMESTAMP, self.timestamp_text()),
            (VERSION, PROTOCOL_VERSION),
            (VERSION_VENDOR_SPELLING, PROTOCOL_VERSION),
        ]
    }

    /// As [`SignedHeaders::pairs`], one by one.
    #[must_use]
    pub fn iter(&self) -> std::array::IntoIter<(&'static str, &str), 4> {
        self.pairs().into_iter()
    }
}

impl<'a> IntoIterator for &'a SignedHeaders {
    type Item = (&'static str, &'a str);
    type IntoIter = std::array::IntoIter<Self::Item, 4>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for SignedHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedHeaders")
            .field(
                "authentication",
                &format_args!("\"{}(redacted)\"", &self.authentication[..self.signature_start]),
            )
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
