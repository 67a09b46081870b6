//! Paths with an empty segment, which lead nowhere.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::http::response;

/// Responds 404 to a path with two slashes in a row: axum takes an empty segment for a parameter's value.
pub(crate) async fn refuse_empty_segments(request: Request, next: Next) -> Response {
    if request.uri().path().contains("//") { response::unknown_path() } else { next.run(request).await }
}
