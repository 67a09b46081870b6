//! Text that the service wrote.

use std::fmt;

/// Text that the service wrote: the reason of a refusal, or the body of an error response, cut to 64 KiB.
///
/// It often names users, so `Debug` shows its length only; [`as_str`](ServerMessage::as_str) gives the text.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerMessage(String);

impl ServerMessage {
    /// The most bytes that are kept.
    pub(crate) const LIMIT: usize = 64 * 1024;

    /// Keeps as much of a text as a message holds.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        let mut end = text.len().min(Self::LIMIT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        Self(text)
    }

    /// The text as it was received. Do not log it where user ids must not be.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ServerMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerMessage({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_length_alone() {
        assert_eq!(format!("{:?}", ServerMessage::new("Alice")), "ServerMessage(5 bytes)");
    }
}
