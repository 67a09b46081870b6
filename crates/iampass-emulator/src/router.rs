//! All routes, and what happens to every request.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response_with_state};

use crate::app_state::AppState;
use crate::error::StartError;
use crate::http::rejection::Rejection;
use crate::middleware::drain::drain_body;
use crate::middleware::headers::add_common_headers;
use crate::middleware::record::record_request;
use crate::middleware::segments::refuse_empty_segments;
use crate::{admin, api, health, phone, website};

/// # Errors
/// [`StartError::Unserved`] for an operation of the contract that has no fitting handler.
pub(crate) fn router(state: Arc<AppState>, with_admin: bool) -> Result<Router, StartError> {
    let mut router = api::router(&state)?
        .merge(phone::router(&state))
        .merge(website::router(&state, with_admin))
        .merge(health::router());
    if with_admin {
        router = router.merge(admin::router(&state));
    }
    // The last layer is the first to see a request, and the last to see its response.
    let router = router
        .fallback(|| async { Rejection::unknown_path() })
        .layer(from_fn(refuse_empty_segments))
        .layer(from_fn_with_state((state.clone(), with_admin), website::show_errors_to_people))
        .layer(from_fn_with_state(state.clone(), drain_body))
        .layer(from_fn_with_state(state.clone(), record_request))
        .layer(map_response_with_state(state.clone(), add_common_headers));
    Ok(router.with_state(state))
}
