//! The origin that a request came through, and that URLs in its response begin with.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app_state::AppState;
use crate::http::host::requested_host;
use crate::http::rejection::Rejection;

/// What links in the response begin with, which others open than the caller: the origin of the caller's own request, or
/// the public URL if there is one.
#[derive(Debug)]
pub(crate) struct CallerOrigin(pub(crate) String);

impl FromRequestParts<Arc<AppState>> for CallerOrigin {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<AppState>) -> Result<Self, Rejection> {
        let host = requested_host(&parts.headers, &parts.uri)?;
        Ok(Self(state.origins.for_host(&host)))
    }
}

/// What URLs in the response begin with that the caller itself calls later: the origin of its own request. A client signs
/// for no other.
#[derive(Debug)]
pub(crate) struct CalledOrigin(pub(crate) String);

impl FromRequestParts<Arc<AppState>> for CalledOrigin {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<AppState>) -> Result<Self, Rejection> {
        let host = requested_host(&parts.headers, &parts.uri)?;
        Ok(Self(state.origins.called(&host)))
    }
}
