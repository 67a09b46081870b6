//! Lets signed calls through, and no others.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use iampass_auth::ApplicationId;
use iampass_management::{Operation, UserId};

use super::authentication::{same_application, signed_url, verify};
use crate::app_state::AppState;
use crate::explain::explain;
use crate::http::path::{parameter_values, path_param};
use crate::http::rejection::Rejection;
use crate::middleware::record::CalledOperation;

/// The operation that is called, and what serves it.
#[derive(Clone, Debug)]
pub(super) struct Called {
    pub(super) state: Arc<AppState>,
    pub(super) operation: &'static Operation,
}

/// Who signed a call, and whom it is about: an extension of the requests that are let through.
#[derive(Clone, Debug)]
pub(super) struct SignedCall {
    pub(super) application_id: ApplicationId,
    /// The path's second parameter, decoded; empty if it has none.
    user_id: String,
}

/// The user that a call's path names.
#[derive(Debug)]
pub(super) struct PathUser(pub(super) UserId);

/// Verifies a call's signature before anything else of it is looked at.
pub(super) async fn authorize(State(called): State<Called>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let mut response = match admit(&called, &head) {
        Ok(call) => {
            let mut request = Request::from_parts(head, body);
            request.extensions_mut().insert(call);
            next.run(request).await
        }
        Err(rejection) => rejection.into_response(),
    };
    response.extensions_mut().insert(CalledOperation(called.operation.id));
    response
}

fn admit(called: &Called, head: &Parts) -> Result<SignedCall, Rejection> {
    let state = &called.state;
    let url = signed_url(&state.origins, &head.headers, &head.uri)?;
    let denied = |denied| explain(&denied, head, &url, &state.store, state.explain);
    let verified = verify(&state.verifier, &head.headers, &url).map_err(denied)?;
    let mut parameters = parameter_values(called.operation.path, head.uri.path()).map(path_param);
    let (application_id, user_id) = (parameters.next().transpose()?, parameters.next().transpose()?);
    same_application(&verified, application_id.as_deref().unwrap_or_default()).map_err(denied)?;
    let user_id = user_id.unwrap_or_default().into_owned();
    Ok(SignedCall { application_id: verified.application_id, user_id })
}

impl<S: Send + Sync> FromRequestParts<S> for PathUser {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let call = Extension::<SignedCall>::from_request_parts(parts, state).await;
        let Extension(call) = call.map_err(|_| Rejection::internal_error())?;
        // An id that cannot be a user's is one that no user has.
        UserId::new(call.user_id.as_str())
            .map(Self)
            .map_err(|_| Rejection::unknown_user(call.application_id.as_str(), &call.user_id))
    }
}
