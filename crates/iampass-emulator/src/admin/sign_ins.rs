//! Sign-ins: what is asked of whom, the phone's answer, and answers that come by themselves.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use iampass_authentication::SessionStatus;
use serde::{Deserialize, Deserializer};
use serde_json::json;

use crate::app_state::AppState;
use crate::http::json_body::JsonBody;
use crate::http::path::{parameter_values, path_param, path_user};
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::sign_in::SignInOutcome;

/// Where one sign-in is.
pub(super) const SIGN_IN: &str = "/_emulator/v1/sign-ins/{session_token}";
/// Where it is said what becomes by itself of a user's sign-ins.
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

/// The oldest first.
pub(super) async fn list(State(state): State<Arc<AppState>>) -> Result<Response, Rejection> {
    Ok(response::json(StatusCode::OK, &state.store.sign_ins().await?))
}

/// Plays the phone.
pub(super) async fn change(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    JsonBody(NewStatus { session_status }): JsonBody<NewStatus>,
) -> Result<Response, Rejection> {
    let token = path_param(parameter_values(SIGN_IN, uri.path()).next().unwrap_or_default())?;
    if let SessionStatus::Unknown(word) = &session_status {
        let known = SessionStatus::KNOWN.map(|known| format!("`{known}`")).join(", ");
        let text = format!("There is no session status {word:?}; there are {known}.");
        return Err(Rejection::bad_request("bad_session_status", text));
    }
    Ok(response::json(StatusCode::OK, &state.store.change_sign_in(&token, session_status).await?))
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
