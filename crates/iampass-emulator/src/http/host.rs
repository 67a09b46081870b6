//! The host that a request is for.

use axum::http::header::{HOST, HeaderMap};
use axum::http::uri::Authority;
use axum::http::{Request, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::rejection::Rejection;

/// The `Host` header as it came, where there is exactly one that names a host: else RFC 9112 asks for a 400. A target
/// that names a host must name the same.
pub(crate) fn requested_host(headers: &HeaderMap, target: &Uri) -> Result<Authority, Rejection> {
    let mut values = headers.get_all(HOST).iter();
    let host = values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok());
    // Else a part of a signed URL could be moved between host and path.
    let host =
        host.and_then(|host| host.parse().ok()).filter(|host: &Authority| !host.as_str().contains('@'));
    let host = host.ok_or_else(|| {
        Rejection::bad_request("bad_host", "The request must have one `Host` header that names a host.")
    })?;
    if names_another(target, Some(&host)) { Err(another()) } else { Ok(host) }
}

/// Responds 400 to a target that names another host than the `Host` header.
pub(crate) async fn refuse_another_host(request: Request<axum::body::Body>, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()?.parse().ok());
    if names_another(request.uri(), host.as_ref()) {
        another().into_response()
    } else {
        next.run(request).await
    }
}

fn names_another(target: &Uri, host: Option<&Authority>) -> bool {
    target.authority().is_some_and(|authority| Some(authority) != host)
}

fn another() -> Rejection {
    Rejection::bad_request("bad_host", "The request's target names another host than its `Host` header.")
}
