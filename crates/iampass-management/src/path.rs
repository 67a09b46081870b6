//! Path segments: what an id looks like inside a URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but RFC 3986's unreserved characters. progenitor's own set leaves `.`, `\`, `@`, `:` and `+`
/// to the URL parser, which turns `\` into `/` and then follows the dots.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes one path segment: everything except `A-Z a-z 0-9 - . _ ~`, as UTF-8.
///
/// The generated client calls this for each path parameter. A segment of dots alone cannot be
/// encoded (`%2E%2E` is a dot segment too); [`UserId`](crate::UserId) and
/// [`ApplicationId`](crate::ApplicationId) refuse those.
pub(crate) fn encode_segment(segment: &str) -> String {
    utf8_percent_encode(segment, SEGMENT).to_string()
}
