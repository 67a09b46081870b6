//! Which call an error is about.

use std::fmt;

/// Which call failed, and what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedCall {
    /// The operation's id.
    pub operation: &'static str,
    /// The requests that were sent.
    pub attempts: u32,
}

impl FailedCall {
    pub(crate) fn new(operation: &'static str, attempts: u32) -> Self {
        Self { operation, attempts }
    }
}

impl fmt::Display for FailedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation)?;
        if self.attempts > 1 { write!(f, " ({} attempts)", self.attempts) } else { Ok(()) }
    }
}
