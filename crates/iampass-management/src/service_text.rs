//! Words of the service.

use std::fmt;

/// Words of the service: a reason, or the text of an error, cut to 64 KiB.
///
/// They often name users, so `Debug` shows their length only; ask for them with
/// [`as_str`](ServiceText::as_str).
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceText(String);

impl ServiceText {
    /// The most bytes that are kept.
    pub(crate) const LIMIT: usize = 64 * 1024;

    pub(crate) fn new(mut text: String) -> Self {
        let mut end = text.len().min(Self::LIMIT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        Self(text)
    }

    /// The words as they came. Do not log them where user ids must not go.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ServiceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceText({} bytes)", self.0.len())
    }
}
