//! Lets signed calls through, and no others.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::Extensions;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use iampass_auth::ApplicationId;
use iampass_management::{Operation, UserId};

use super::plus_signs;
use super::signature::{same_application, same_session, signed_url, verify, verify_session};
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
    /// Where it is, with `{name}` in the place of each parameter.
    pub(super) path: &'static str,
    pub(super) signer: SignedBy,
}

/// Whose credentials sign a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignedBy {
    Application,
    Session,
}

/// Who signed a call, and whom it is about: an extension of the requests that are let through.
#[derive(Clone, Debug)]
pub(super) struct SignedCall {
    pub(super) application_id: ApplicationId,
    /// The path's second parameter, as received and decoded; empty if it has none.
    user_segment: String,
    user_id: String,
}

/// The session that signed a call, and that the call is about: an extension of the requests that are let through.
#[derive(Clone, Debug)]
pub(super) struct SignedSession {
    pub(super) token: String,
}

/// The user that a call's path names.
#[derive(Debug)]
pub(super) struct PathUser(pub(super) UserId);

/// Verifies a call's signature before anything else of it is looked at.
pub(super) async fn authorize(State(called): State<Called>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let mut signer = Extensions::new();
    let admitted = match called.signer {
        SignedBy::Application => admit(&called, &head).map(|call| drop(signer.insert(call))),
        SignedBy::Session => admit_session(&called, &head).map(|session| drop(signer.insert(session))),
    };
    let mut response = match admitted {
        Ok(()) => {
            let mut request = Request::from_parts(head, body);
            request.extensions_mut().extend(signer);
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
    let mut parameters = parameter_values(called.path, head.uri.path());
    let mut next = || parameters.next().unwrap_or_default();
    let (application_segment, user_segment) = (next(), next());
    let (application_id, user_id) = (path_param(application_segment)?, path_param(user_segment)?);
    same_application(&verified, &application_id).map_err(denied)?;
    let (user_segment, user_id) = (user_segment.to_owned(), user_id.into_owned());
    Ok(SignedCall { application_id: verified.application_id, user_segment, user_id })
}

fn admit_session(called: &Called, head: &Parts) -> Result<SignedSession, Rejection> {
    let state = &called.state;
    let url = signed_url(&state.origins, &head.headers, &head.uri)?;
    let denied = |denied| explain(&denied, head, &url, &state.store, state.explain);
    let verified = verify_session(&state.session_verifier, &head.headers, &url).map_err(denied)?;
    let token = path_param(parameter_values(called.path, head.uri.path()).next().unwrap_or_default())?;
    same_session(&verified, &token).map_err(denied)?;
    Ok(SignedSession { token: token.into_owned() })
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
