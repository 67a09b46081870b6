//! Path segments: what an id looks like inside a URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but RFC 3986's unreserved characters. progenitor's own set leaves `.`, `\`, `@`, `:` and `+`
/// to the URL parser, which turns `\` into `/` and then resolves the dot segments.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes one path segment: everything except `A-Z a-z 0-9 - . _ ~`, as UTF-8.
///
/// Generated clients call this for each path parameter. A segment of dots alone cannot be
/// encoded (`%2E%2E` is a dot segment too); [`UserId`](crate::UserId) and
/// [`ApplicationId`](crate::ApplicationId) refuse those.
#[must_use]
pub fn encode_path_segment(segment: &str) -> String {
    utf8_percent_encode(segment, SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_string_survives_the_round_trip(segment: String) {
            let encoded = encode_path_segment(&segment);
            prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
            prop_assert_eq!(percent_decode_str(&encoded).decode_utf8().unwrap(), &*segment);
        }

        /// What a URL parser makes of it is one segment, and the same one. Dots alone are refused before.
        #[test]
        fn a_url_keeps_every_segment(segment in ".*".prop_filter("an id", |id| !["", ".", ".."].contains(&&**id))) {
            let encoded = encode_path_segment(&segment);
            let url: reqwest::Url = format!("https://h/a/{encoded}/b").parse().unwrap();
            prop_assert_eq!(url.path(), format!("/a/{encoded}/b"));
        }
    }
}
