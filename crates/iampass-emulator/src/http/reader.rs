//! Who reads a response: a person in a browser, or a program.

use axum::http::header::{ACCEPT, HeaderMap, HeaderValue, VARY};
use axum::response::Response;

/// Who a response is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// A browser: it names `text/html` in `Accept`.
    Person,
    Program,
}

impl Reader {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut ranges = accepted.flat_map(|value| value.split(','));
        let wants_html = ranges.any(|range| {
            let media_type = range.split(';').next().unwrap_or_default();
            media_type.trim().eq_ignore_ascii_case("text/html")
        });
        if wants_html { Self::Person } else { Self::Program }
    }
}

/// Tells caches that people and programs get different responses.
pub(crate) fn varying(mut response: Response) -> Response {
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_from_programs() {
        let reader = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            Reader::of(&headers)
        };
        for accept in ["text/html", "text/html,application/xhtml+xml,*/*;q=0.8", "image/*, TEXT/HTML ;q=0.9"]
        {
            assert_eq!(reader(accept), Reader::Person, "{accept}");
        }
        for accept in ["*/*", "text/plain", "text/*", "application/json", "text/htmlx", ""] {
            assert_eq!(reader(accept), Reader::Program, "{accept}");
        }
        assert_eq!(Reader::of(&HeaderMap::new()), Reader::Program);
    }
}
