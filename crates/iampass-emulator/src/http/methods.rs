//! Routes that take no other method than those that they name.

use std::future::ready;

use axum::http::StatusCode;
use axum::http::header::ALLOW;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, MethodRouter};

use super::rejection::Rejection;

/// Refuses all methods but `GET` and `HEAD`, for which axum runs the handler of `GET`, and leaves the body out. For what
/// changes nothing.
pub(crate) fn only_reads<S>(get: MethodRouter<S>) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    get.fallback(|| async { method_not_allowed("GET, HEAD") })
}

/// Refuses all methods but these. `HEAD` is one of them: axum would run the handler of `GET` for it, and one of the
/// GETs has a side effect.
pub(crate) fn only<S>(allow: impl Into<String>, methods: MethodRouter<S>) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    let allow = allow.into();
    let refuse = move || ready(method_not_allowed(&allow));
    methods.on(MethodFilter::HEAD, refuse.clone()).fallback(refuse)
}

fn method_not_allowed(allow: &str) -> Response {
    let text = format!("This path takes {allow} alone.");
    let rejection = Rejection::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", text);
    ([(ALLOW, allow)], rejection).into_response()
}
