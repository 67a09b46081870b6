//! Lets signed calls through, and no others.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use iampass_auth::ApplicationId;
use iampass_management::{Operation, UserId};

use super::plus_signs;
use super::signature::{same_application, signed_url, verify};
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
    /// The path's second parameter, as received and decoded; empty if it has none.
    user_segment: String,
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
    let mut parameters = parameter_values(called.operation.path, head.uri.path());
    let mut next = || parameters.next().unwrap_or_default();
    let (application_segment, user_segment) = (next(), next());
    let (application_id, user_id) = (path_param(application_segment)?, path_param(user_segment)?);
    same_application(&verified, &application_id).map_err(denied)?;
    let (user_segment, user_id) = (user_segment.to_owned(), user_id.into_owned());
    Ok(SignedCall { application_id: verified.application_id, user_segment, user_id })
}

impl FromRequestParts<Arc<AppState>> for PathUser {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<AppState>) -> Result<Self, Rejection> {
        let call = Extension::<SignedCall>::from_request_parts(parts, state).await;
        let Extension(call) = call.map_err(|_| Rejection::internal_error())?;
        // An id that cannot be a user's is one that no user has.
        let user_id = UserId::new(call.user_id.as_str())
            .map_err(|_| Rejection::unknown_user(call.application_id.as_str(), &call.user_id))?;
        match plus_signs::refusal(state, &call.application_id, &call.user_segment, &user_id) {
            Some(refusal) => Err(refusal),
            None => Ok(Self(user_id)),
        }
    }
}
