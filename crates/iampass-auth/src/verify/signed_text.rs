//! A text that was signed, or should have been.

use std::fmt;

/// A text that was signed, or should have been: nonce, URL without its scheme, timestamp.
///
/// It contains the URL, and with it user ids and display names. So `Debug` does not show it and there is
/// no `Display`: use [`SignedText::as_str`], and do not log the result.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedText(String);

impl SignedText {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SignedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedText(redacted)")
    }
}
