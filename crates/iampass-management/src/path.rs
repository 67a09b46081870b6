//! Path segments: what an id looks like inside a URL.

use std::fmt::{self, Display, Formatter, Write as _};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but RFC 3986's unreserved characters. progenitor's own set leaves `.`, `\`, `@`, `:` and `+`
/// to the URL parser, which turns `\` into `/` and then follows the dots.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One path segment, to be written percent-encoded: everything except `A-Z a-z 0-9 - . _ ~`, as UTF-8.
///
/// The generated client calls this for each path parameter. A segment of dots alone cannot be
/// encoded (`%2E%2E` is a dot segment too); [`UserId`](crate::UserId) and
/// [`ApplicationId`](crate::ApplicationId) refuse those.
pub(crate) fn encode_segment<T: Display>(segment: T) -> Segment<T> {
    Segment(segment)
}

pub(crate) struct Segment<T>(T);

impl<T: Display> Display for Segment<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(Encoder(f), "{}", self.0)
    }
}

/// Encodes what is written to it.
struct Encoder<'a, 'b>(&'a mut Formatter<'b>);

impl fmt::Write for Encoder<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        utf8_percent_encode(text, SEGMENT).try_for_each(|piece| self.0.write_str(piece))
    }
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_string_survives_the_round_trip(segment: String) {
            let encoded = encode_segment(&segment).to_string();
            prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
            prop_assert_eq!(percent_decode_str(&encoded).decode_utf8().unwrap(), &*segment);
        }

        /// What a URL parser makes of it is one segment, and the same one. Dots alone are refused before.
        #[test]
        fn a_url_keeps_every_segment(segment in ".*".prop_filter("an id", |id| !["", ".", ".."].contains(&&**id))) {
            let encoded = encode_segment(&segment).to_string();
            let url: reqwest::Url = format!("https://h/a/{encoded}/b").parse().unwrap();
            prop_assert_eq!(url.path(), format!("/a/{encoded}/b"));
        }
    }
}
