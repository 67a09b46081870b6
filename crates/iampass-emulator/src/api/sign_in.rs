//! What each operation of the Authentication API does to the store, and how it responds.
//!
//! Responses are the generated types, so a change of the contract breaks this file.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use iampass_authentication::generated::types::{
    AuthenticateUserResponse, AuthenticationStatus, EndSessionResponse, NestedSessionStatus,
    SessionStatusResponse,
};
use iampass_authentication::{AuthenticationMethod, SessionStatus};

use super::authorize::{PathUser, SignedCall, SignedSession};
use crate::app_state::AppState;
use crate::caller_origin::CalledOrigin;
use crate::http::path::only_query_param;
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::middleware::record::ToldStatus;
use crate::sign_in::{SessionCredentials, SignInRequest, parse_methods};

/// Where the state of a session is asked for, and where it is ended: URLs that the contract leaves to the service.
pub(super) const STATUS_PATH: &str = "/authentication/session_status/{session_token}";
pub(super) const END_PATH: &str = "/authentication/end_session/{session_token}";

/// How long a session lasts at most, unless told otherwise: as the vendor's package says.
const DEFAULT_DURATION_SECONDS: u64 = 3_600;
/// The one documented reason for which a sign-in does not start.
const NO_MOBILE_DEVICE: &str = "NO_MOBILE_DEVICE";

/// The body, which the vendor's clients send and its page has not, is not looked at.
pub(super) async fn authenticate_user(
    State(state): State<Arc<AppState>>,
    Extension(call): Extension<SignedCall>,
    PathUser(user_id): PathUser,
    CalledOrigin(origin): CalledOrigin,
    RawQuery(query): RawQuery,
) -> Result<Response, Rejection> {
    let query = query.unwrap_or_default();
    let request = SignInRequest { methods: methods(&query)?, duration_seconds: duration_seconds(&query)? };
    let started = state.store.start_sign_in(&call.application_id, &user_id, request).await?;
    let (status, authentication_status) = match started {
        Some(credentials) => (StatusCode::ACCEPTED, has_started(&credentials, &origin)),
        None => (StatusCode::OK, has_not_started()),
    };
    Ok(response::json(status, &AuthenticateUserResponse { authentication_status }))
}

/// Both forms: the vendor's page shows the flat one, and its package reads the nested one.
pub(super) async fn session_status(
    State(state): State<Arc<AppState>>,
    Extension(session): Extension<SignedSession>,
) -> Result<Response, Rejection> {
    let status = state.store.sign_in(&session.token).await?.session_status;
    let authenticated = Some(status.is_active());
    let session_status = Some(status.clone());
    let nested = NestedSessionStatus { authenticated, session_status: session_status.clone() };
    let body = SessionStatusResponse { authenticated, authentication_status: Some(nested), session_status };
    let mut response = response::json(StatusCode::OK, &body);
    response.extensions_mut().insert(ToldStatus(status));
    Ok(response)
}

/// Ending what has ended is no error.
pub(super) async fn end_session(
    State(state): State<Arc<AppState>>,
    Extension(session): Extension<SignedSession>,
) -> Result<Response, Rejection> {
    state.store.end_sign_in(&session.token).await?;
    Ok(response::json(StatusCode::OK, &EndSessionResponse { status: true }))
}

fn has_started(credentials: &SessionCredentials, origin: &str) -> AuthenticationStatus {
    let url = |path: &str| Some(format!("{origin}{}", path.replace("{session_token}", &credentials.token)));
    AuthenticationStatus {
        authenticated: true,
        session_status: Some(SessionStatus::Pending),
        reason: None,
        session_token: Some(credentials.token.clone()),
        session_secret: Some(credentials.secret.clone()),
        status_url: url(STATUS_PATH),
        logout_url: url(END_PATH),
    }
}

fn has_not_started() -> AuthenticationStatus {
    AuthenticationStatus {
        authenticated: false,
        session_status: Some(SessionStatus::Failed),
        reason: Some(NO_MOBILE_DEVICE.to_owned()),
        session_token: None,
        session_secret: None,
        status_url: None,
        logout_url: None,
    }
}

fn methods(query: &str) -> Result<Vec<AuthenticationMethod>, Rejection> {
    let Some(list) = only_query_param(query, "methods")? else { return Ok(Vec::new()) };
    parse_methods(&list).ok_or_else(|| {
        let text = "`methods` is a list of `acceptance`, `device` and `facial`, with commas between them.";
        Rejection::bad_request("bad_query", text)
    })
}

fn duration_seconds(query: &str) -> Result<u64, Rejection> {
    let Some(text) = only_query_param(query, "duration_seconds")? else {
        return Ok(DEFAULT_DURATION_SECONDS);
    };
    let is_number = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    // One that is too large for the type lasts as long as the type can say.
    let seconds = if is_number { text.parse().unwrap_or(u64::MAX) } else { 0 };
    if seconds > 0 {
        Ok(seconds)
    } else {
        Err(Rejection::bad_request(
            "bad_query",
            "`duration_seconds` is a whole number of seconds, 1 at least.",
        ))
    }
}
