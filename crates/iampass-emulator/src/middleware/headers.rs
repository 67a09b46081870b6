//! The headers that every response has.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, DATE, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::app_state::AppState;

/// Adds them, where the response has not its own.
pub(crate) async fn add_common_headers(
    State(state): State<Arc<AppState>>,
    mut response: Response,
) -> Response {
    let is_unauthorized = response.status() == StatusCode::UNAUTHORIZED;
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    // Prose repeats what the request said; no browser shall take it for HTML.
    headers.entry(X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    if is_unauthorized {
        headers.entry(WWW_AUTHENTICATE).or_insert(HeaderValue::from_static("hmac"));
    }
    if let Some(date) = state.clock.date() {
        headers.entry(DATE).or_insert(date);
    }
    response
}
