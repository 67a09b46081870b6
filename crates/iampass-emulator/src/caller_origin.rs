//! The origin that a request came through.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app_state::AppState;
use crate::http::host::requested_host;
use crate::http::rejection::Rejection;

/// What URLs in the response begin with, so that the caller can use them: the origin of the caller's own request, or the
/// public URL if there is one.
#[derive(Debug)]
pub(crate) struct CallerOrigin(pub(crate) String);

impl FromRequestParts<Arc<AppState>> for CallerOrigin {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<AppState>) -> Result<Self, Rejection> {
        let host = requested_host(&parts.headers, &parts.uri)?;
        Ok(Self(state.origins.for_host(&host)))
    }
}
