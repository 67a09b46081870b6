//! Routes that take no other method than those that they name.

use axum::routing::{MethodFilter, MethodRouter};

use super::response::method_not_allowed;

/// Refuses all methods but these. `HEAD` is one of them: axum would run the handler of `GET` for it, and one of the
/// GETs has a side effect.
pub(crate) fn only<S>(allow: &'static str, methods: MethodRouter<S>) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    let refuse = move || async move { method_not_allowed(allow) };
    methods.on(MethodFilter::HEAD, refuse).fallback(refuse)
}
