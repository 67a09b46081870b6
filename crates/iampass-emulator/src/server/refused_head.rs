//! What a request's head may be, and the record of what hyper refuses before there is a request.

use axum::http::StatusCode;
use iampass_auth::Clock as _;

use crate::app_state::AppState;
use crate::request_log::{RecordedRefusal, RequestRecord};

pub(super) const MAX_HEADERS: usize = 64;
/// How large a request's head may be; it is also the most that a connection buffers.
pub(super) const MAX_HEAD_BYTES: usize = 64 * 1024;

/// Records a head that could not be read, to which hyper has responded. Neither method nor path is known: what is left of
/// the connection's buffer may as well be a body.
pub(super) fn record(state: &AppState, error: &hyper::Error) {
    let (status, code) = response_of_hyper(error);
    let explanation = format!(
        "The head of the request cannot be read: {error}. At most {MAX_HEADERS} headers and {MAX_HEAD_BYTES} bytes are taken."
    );
    tracing::info!(status = status.as_u16(), refusal = code, reason = %error, "refused");
    state.record(RequestRecord {
        number: 0,
        times: 1,
        last_number: 0,
        unix_seconds: state.clock.unix_seconds(),
        method: String::new(),
        path: String::new(),
        operation: None,
        body_bytes: None,
        status: status.as_u16(),
        session_status: None,
        refusal: Some(RecordedRefusal { code, explanation, mistakes: Vec::new() }),
        fault: None,
    });
}

/// hyper does not tell which status it has sent, and tells the two that are for what is too large apart in its text alone.
fn response_of_hyper(error: &hyper::Error) -> (StatusCode, &'static str) {
    if !error.is_parse_too_large() {
        (StatusCode::BAD_REQUEST, "malformed_head")
    } else if error.to_string().contains("URI") {
        (StatusCode::URI_TOO_LONG, "uri_too_long")
    } else {
        (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "head_too_large")
    }
}
