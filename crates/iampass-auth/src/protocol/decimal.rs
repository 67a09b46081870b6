//! Unsigned numbers as the protocol writes them: decimal, unpadded, at most 20 digits.

use std::error::Error as StdError;

use displaydoc::Display;

/// `u64::MAX` has this many digits.
const MAX_DIGITS: usize = 20;
/// The first number that has nine.
const EIGHT_DIGITS: u64 = 100_000_000;
/// What makes characters of eight digits.
const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);

/// The decimal text of a `u64`, on the stack: signing formats two numbers per call, and neither is
/// worth an allocation or a trip through `fmt`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: [u8; MAX_DIGITS],
    start: usize,
}

impl Decimal {
    pub(crate) fn new(value: u64) -> Self {
        if value < EIGHT_DIGITS {
            return Self::of_groups(0, 0, value);
        }
        let (high, low) = (value / EIGHT_DIGITS, value % EIGHT_DIGITS);
        if high < EIGHT_DIGITS {
            Self::of_groups(0, high, low)
        } else {
            Self::of_groups(high / EIGHT_DIGITS, high % EIGHT_DIGITS, low)
        }
    }

    /// From three groups of eight digits, the first of at most four.
    fn of_groups(first: u64, second: u64, third: u64) -> Self {
        let [first, second, third] = [first, second, third].map(eight_digits);
        let leading_zeros = match (first, second) {
            (0, 0) => 12 + third.trailing_zeros() / 8,
            (0, _) => 4 + second.trailing_zeros() / 8,
            (_, _) => first.trailing_zeros() / 8 - 4,
        };
        let mut digits = [0; MAX_DIGITS];
        digits[..4].copy_from_slice(&(first | ZEROS).to_le_bytes()[4..]);
        digits[4..12].copy_from_slice(&(second | ZEROS).to_le_bytes());
        digits[12..].copy_from_slice(&(third | ZEROS).to_le_bytes());
        // Zero has one digit as well.
        Self { digits, start: (leading_zeros as usize).min(MAX_DIGITS - 1) }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.digits[self.start..]
    }

    pub(crate) fn as_str(&self) -> &str {
        // Only ASCII digits are ever written, so the fallback is never taken.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

/// Eight digits as the bytes of a number, the first digit in the lowest byte. All eight come out of three steps
/// that each halve the groups: dividing digit by digit is what takes the time.
fn eight_digits(value: u64) -> u64 {
    if value == 0 {
        return 0;
    }
    // The products stand for divisions: exact for all numbers of so many digits (a test says so).
    let fours = (value / 10_000) | ((value % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007F_0000_007F;
    let twos = hundreds | ((fours - hundreds * 100) << 16);
    let tens = ((twos * 103) >> 10) & 0x000F_000F_000F_000F;
    tens | ((twos - tens * 10) << 8)
}

/// Reads exactly what [`Decimal`] writes: no sign, no leading zeros, no white space.
pub(crate) fn parse(digits: &[u8]) -> Result<u64, InvalidDecimal> {
    let Some((last, others)) = digits.split_last() else { return Err(InvalidDecimal::Empty) };
    // Without an early exit, so that the compiler can look at many bytes at a time.
    if !digits.iter().fold(true, |clean, digit| clean & digit.is_ascii_digit()) {
        return Err(InvalidDecimal::NotADigit);
    }
    if digits[0] == b'0' && !others.is_empty() {
        return Err(InvalidDecimal::LeadingZero);
    }
    if digits.len() > MAX_DIGITS {
        return Err(InvalidDecimal::TooLarge);
    }
    let value = |digit: &u8| u64::from(digit - b'0');
    // Only the last of all the digits that there can be may be one too many.
    let others = others.iter().fold(0, |number, digit| 10 * number + value(digit));
    others.checked_mul(10).and_then(|tens| tens.checked_add(value(last))).ok_or(InvalidDecimal::TooLarge)
}

/// Why a text is not a number as the protocol writes it.
#[derive(Clone, Copy, Debug, Display, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidDecimal {
    /// No digit at all.
    #[displaydoc("it is empty")]
    Empty,
    /// Something other than `0`–`9`: a sign, a space, a decimal point.
    #[displaydoc("it has a character other than the digits 0-9")]
    NotADigit,
    /// Padded with zeros. Write the shortest form.
    #[displaydoc("it has leading zeros")]
    LeadingZero,
    /// More than 64 bits.
    #[displaydoc("it does not fit in 64 bits")]
    TooLarge,
}

impl StdError for InvalidDecimal {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_product_differs_from_the_division_that_it_stands_for() {
        for four in 0..10_000u64 {
            assert_eq!((four * 10_486) >> 20, four / 100, "{four}");
        }
        for two in 0..100u64 {
            assert_eq!((two * 103) >> 10, two / 10, "{two}");
        }
    }

    #[test]
    fn edges_are_written_as_the_standard_library_writes_them() {
        let powers = (0..20).map(|exponent| 10u64.pow(exponent));
        let beside = powers.flat_map(|power| [power - 1, power, power + 1]);
        for value in beside.chain([u64::MAX - 1, u64::MAX]) {
            assert_eq!(Decimal::new(value).as_str(), value.to_string());
        }
    }

    proptest! {
        #[test]
        fn every_number_survives_the_round_trip(value: u64) {
            let text = Decimal::new(value);
            prop_assert_eq!(text.as_str(), value.to_string());
            prop_assert_eq!(parse(text.as_bytes()), Ok(value));
        }
    }
}
