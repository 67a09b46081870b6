//! The responses that more than one part of the emulator gives.

use axum::body::Bytes;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use crate::pages::{Page, security};

/// Prose, as the vendor writes it in whatever is not a success.
pub(crate) fn text(status: StatusCode, text: impl Into<String>) -> Response {
    (status, text.into()).into_response()
}

pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(json) => (status, [(CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => {
            tracing::error!(%error, "a response cannot be written as JSON");
            text(StatusCode::INTERNAL_SERVER_ERROR, "The response could not be written.")
        }
    }
}

/// A page, with the headers that say how little it may do.
pub(crate) fn page(status: StatusCode, page: Page) -> Response {
    let mut headers: HeaderMap = security::HEADERS
        .into_iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(page.policy.content));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static(page.policy.referrer));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    (status, headers, page.html).into_response()
}

/// 303 to a page: what a form leads to, so that loading the page anew does not send the form again.
pub(crate) fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}

/// 200 with a file that is the same for everybody.
pub(crate) fn file(content_type: &'static str, content: impl Into<Bytes>) -> Response {
    ([(CONTENT_TYPE, content_type)], content.into()).into_response()
}
