//! Unsigned numbers as the protocol writes them.

use thiserror::Error;

/// Parses a decimal number of at most 64 bits without sign, padding or white space.
pub(crate) fn parse(text: &str) -> Result<u64, InvalidDecimal> {
    if text.is_empty() {
        return Err(InvalidDecimal::Empty);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidDecimal::NotADigit);
    }
    if text.len() > 1 && text.starts_with('0') {
        return Err(InvalidDecimal::LeadingZero);
    }
    text.parse().map_err(|_| InvalidDecimal::TooLarge)
}

/// Why a text is not a number as the protocol writes it.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidDecimal {
    /// The text is empty.
    #[error("it is empty")]
    Empty,
    /// The text contains something other than the digits `0`–`9`: a sign, a space, a decimal point.
    #[error("it has a character other than the digits 0-9")]
    NotADigit,
    /// The number is padded with zeros. Write the shortest form.
    #[error("it has leading zeros")]
    LeadingZero,
    /// The number has more than 64 bits.
    #[error("it does not fit in 64 bits")]
    TooLarge,
}
