//! What the contract says about an operation beyond its types.

use reqwest::Method;

use crate::generated::OPERATIONS;

/// One operation of the contract; the rows of [`OPERATIONS`] are generated from it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The contract's `operationId`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base URL, with `{name}` in the place of each parameter.
    pub path: &'static str,
    /// Whether a call may be sent again when the answer to the first attempt was lost
    /// (`x-iampass-safe-to-repeat`).
    pub safe_to_repeat: bool,
}

impl Operation {
    /// Looks an operation up by its id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.id == id)
    }

    /// Whether a path, as it goes out and less the base URL's own, is this operation's template with
    /// every parameter filled by exactly one segment.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let (mut template, mut segments) = (segments(self.path), segments(path));
        loop {
            match (template.next(), segments.next()) {
                (None, None) => return true,
                (Some(part), Some(segment)) if fits(part, segment) => {}
                _ => return false,
            }
        }
    }
}

/// Bytes are split faster than text, and no character other than `/` has its byte.
fn segments(path: &str) -> impl Iterator<Item = &[u8]> {
    path.as_bytes().split(|byte| *byte == b'/')
}

fn fits(part: &[u8], segment: &[u8]) -> bool {
    if part.starts_with(b"{") { !segment.is_empty() } else { part == segment }
}
