//! How many of something, at least one.

use std::num::NonZeroUsize;

/// Says what is to be given: the standard library's own words are about types.
pub(super) fn count(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "it is a whole number from 1")
}
