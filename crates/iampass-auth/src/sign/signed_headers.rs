//! The headers that a signer makes.

use std::fmt;

use crate::protocol::authentication::Authentication;
use crate::protocol::headers::{
    AUTHENTICATION, PROTOCOL_VERSION, TIMESTAMP, VERSION, VERSION_VENDOR_SPELLING,
};

/// The headers that sign one request. A further attempt needs new ones.
///
/// Iteration yields name and value, always in the same order. `Debug` does not show the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedHeaders {
    authentication: String,
    timestamp_text: String,
    nonce: u64,
    timestamp: u64,
}

impl SignedHeaders {
    pub(super) fn new(authentication: &Authentication<'_>, timestamp: u64) -> Self {
        Self {
            authentication: authentication.to_header_value(),
            timestamp_text: timestamp.to_string(),
            nonce: authentication.nonce(),
            timestamp,
        }
    }

    /// Returns the value of [`AUTHENTICATION`].
    #[must_use]
    pub fn authentication(&self) -> &str {
        &self.authentication
    }

    /// Returns the value of [`TIMESTAMP`].
    #[must_use]
    pub fn timestamp_text(&self) -> &str {
        &self.timestamp_text
    }

    /// Like [`SignedHeaders::authentication`], but moves the text out.
    #[must_use]
    pub fn into_authentication(self) -> String {
        self.authentication
    }

    /// Returns the nonce that was used.
    #[must_use]
    pub fn nonce(&self) -> u64 {
        self.nonce
    }

    /// Returns the time of signing in Unix seconds.
    #[must_use]
    pub fn timestamp(&self) -> u64 {
        self.timestamp
    }

    /// Returns the signature: base64 of 16 bytes, with padding.
    #[must_use]
    pub fn signature(&self) -> &str {
        self.split_authentication().1
    }

    /// Splits the value of [`AUTHENTICATION`] before the signature.
    fn split_authentication(&self) -> (&str, &str) {
        let start = self.authentication.rfind(':').map_or(0, |colon| colon + 1);
        self.authentication.split_at(start)
    }

    /// Returns name and value of each header, in the order in which they are sent.
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 4] {
        [
            (AUTHENTICATION, self.authentication()),
            (TIMESTAMP, self.timestamp_text()),
            (VERSION, PROTOCOL_VERSION),
            (VERSION_VENDOR_SPELLING, PROTOCOL_VERSION),
        ]
    }

    /// Iterates over [`SignedHeaders::pairs`].
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
        let (unsigned, _signature) = self.split_authentication();
        f.debug_struct("SignedHeaders")
            .field("authentication", &format!("{unsigned}(redacted)"))
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
