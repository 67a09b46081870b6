//! Unsigned numbers as the protocol writes them: decimal, unpadded, at most 20 digits.

use crate::error::InvalidDecimal;

/// `u64::MAX` has this many digits.
const MAX_DIGITS: usize = 20;

/// The decimal text of a `u64`, on the stack: signing formats two numbers per call, and neither is
/// worth an allocation or a trip through `fmt`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: [u8; MAX_DIGITS],
    start: usize,
}

impl Decimal {
    pub(crate) fn new(mut value: u64) -> Self {
        let mut digits = [b'0'; MAX_DIGITS];
        let mut start = MAX_DIGITS;
        // Dividing is what takes the time, so two digits come out of each division.
        while value >= 10 {
            let pair = (value % 100) as u8;
            value /= 100;
            start -= 2;
            digits[start] = b'0' + pair / 10;
            digits[start + 1] = b'0' + pair % 10;
        }
        if value > 0 || start == MAX_DIGITS {
            start -= 1;
            digits[start] = b'0' + (value % 10) as u8;
        }
        Self { digits, start }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.digits[self.start..]
    }

    pub(crate) fn as_str(&self) -> &str {
        // Only ASCII digits are ever written, so the fallback is never taken.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

/// Reads exactly what [`Decimal`] writes: no sign, no leading zeros, no white space.
pub(crate) fn parse(text: &str) -> Result<u64, InvalidDecimal> {
    let digits = text.as_bytes();
    if digits.is_empty() {
        return Err(InvalidDecimal::Empty);
    }
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(InvalidDecimal::NotADigit);
    }
    if digits[0] == b'0' && digits.len() > 1 {
        return Err(InvalidDecimal::LeadingZero);
    }
    text.parse().map_err(|_| InvalidDecimal::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn edges_are_written_as_the_standard_library_writes_them() {
        for value in [0, 1, 9, 10, 99, 100, u64::MAX - 1, u64::MAX] {
            assert_eq!(Decimal::new(value).as_str(), value.to_string());
        }
    }

    proptest! {
        #[test]
        fn every_number_survives_the_round_trip(value: u64) {
            let text = Decimal::new(value);
            prop_assert_eq!(text.as_str(), value.to_string());
            prop_assert_eq!(parse(text.as_str()), Ok(value));
        }
    }
}
