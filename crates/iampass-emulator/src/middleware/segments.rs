//! Paths with an empty segment, which lead nowhere.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::http::rejection::Rejection;

/// Responds 404 to a path with two slashes in a row: axum takes an empty segment for a parameter's value.
pub(crate) async fn refuse_empty_segments(request: Request, next: Next) -> Response {
    if request.uri().path().contains("//") {
        Rejection::unknown_path().into_response()
    } else {
        next.run(request).await
    }
}
