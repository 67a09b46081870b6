//! Sign-ins: what is asked of whom, the phone's answer, and automatic outcomes.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use iampass_authentication::SessionStatus;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use crate::app_state::AppState;
use crate::caller_origin::CallerOrigin;
use crate::error::StateError;
use crate::http::json_body::JsonBody;
use crate::http::path::{parameter_values, path_param, path_user};
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::sign_in::{SignIn, SignInOutcome, is_in_progress};

/// Where one sign-in is.
pub(super) const SIGN_IN: &str = "/_emulator/v1/sign-ins/{session_token}";
/// Where the automatic outcome of a user's sign-ins is.
pub(super) const OUTCOME: &str = "/_emulator/v1/applications/{application_id}/users/{user_id}/sign-in";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStatus {
    session_status: SessionStatus,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOutcome {
    /// `null` takes it away; left out, it is a mistake.
    #[serde(deserialize_with = "Option::deserialize")]
    outcome: Option<SessionStatus>,
    #[serde(default, deserialize_with = "milliseconds")]
    after_ms: Duration,
}

/// A sign-in, and where its user answers while it waits.
#[derive(Debug, Serialize)]
struct ListedSignIn {
    #[serde(flatten)]
    sign_in: SignIn,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_url: Option<String>,
}

/// The oldest first.
pub(super) async fn list(
    State(state): State<Arc<AppState>>,
    CallerOrigin(origin): CallerOrigin,
) -> Result<Response, Rejection> {
    let sign_ins = state.store.sign_ins().await?.into_iter();
    let listed: Vec<_> =
        sign_ins.map(|sign_in| listed(&state, &origin, sign_in)).collect::<Result<_, _>>()?;
    Ok(response::json(StatusCode::OK, &listed))
}

/// Plays the phone.
pub(super) async fn change(
    State(state): State<Arc<AppState>>,
    CallerOrigin(origin): CallerOrigin,
    uri: Uri,
    JsonBody(NewStatus { session_status }): JsonBody<NewStatus>,
) -> Result<Response, Rejection> {
    let token = path_param(parameter_values(SIGN_IN, uri.path()).next().unwrap_or_default())?;
    if let SessionStatus::Unknown(word) = &session_status {
        let known = SessionStatus::KNOWN.map(|known| format!("`{known}`")).join(", ");
        let text = format!("There is no session status {word:?}; there are {known}.");
        return Err(Rejection::bad_request("bad_session_status", text));
    }
    let sign_in = state.store.change_sign_in(&token, session_status).await?;
    Ok(response::json(StatusCode::OK, &listed(&state, &origin, sign_in)?))
}

pub(super) async fn outcome(State(state): State<Arc<AppState>>, uri: Uri) -> Result<Response, Rejection> {
    let (application, user) = path_user(OUTCOME, &uri)?;
    Ok(shown(state.store.sign_in_outcome(&application, &user)?.as_ref()))
}

pub(super) async fn set_outcome(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    JsonBody(NewOutcome { outcome, after_ms }): JsonBody<NewOutcome>,
) -> Result<Response, Rejection> {
    let (application, user) = path_user(OUTCOME, &uri)?;
    let outcome = outcome.map(|status| SignInOutcome::new(status, after_ms).ok_or_else(bad_outcome));
    let outcome = outcome.transpose()?;
    state.store.set_sign_in_outcome(&application, &user, outcome.clone()).await?;
    Ok(shown(outcome.as_ref()))
}

pub(super) async fn clear_outcome(
    State(state): State<Arc<AppState>>,
    uri: Uri,
) -> Result<Response, Rejection> {
    let (application, user) = path_user(OUTCOME, &uri)?;
    state.store.set_sign_in_outcome(&application, &user, None).await?;
    Ok(shown(None))
}

fn listed(state: &AppState, origin: &str, sign_in: SignIn) -> Result<ListedSignIn, StateError> {
    let phone = if is_in_progress(&sign_in.session_status) {
        state.store.phone_token(&sign_in.application_id, &sign_in.user_id)?
    } else {
        None
    };
    Ok(ListedSignIn { sign_in, phone_url: phone.map(|phone| phone.url(origin)) })
}

fn shown(outcome: Option<&SignInOutcome>) -> Response {
    match outcome {
        Some(outcome) => response::json(StatusCode::OK, outcome),
        None => response::json(StatusCode::OK, &json!({ "outcome": null })),
    }
}

fn bad_outcome() -> Rejection {
    let text = "`outcome` is `active`, `failed`, `cancelled` or `timeout`, or `null` for none.";
    Rejection::bad_request("bad_outcome", text)
}

fn milliseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    u64::deserialize(deserializer).map(Duration::from_millis)
}
