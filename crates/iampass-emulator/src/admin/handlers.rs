//! What each call of the admin API does.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use iampass_auth::Clock as _;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use crate::app_state::AppState;
use crate::application::Application;
use crate::error::{ImportError, InvalidApplication};
use crate::faults::Fault;
use crate::http::json_body::JsonBody;
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::random;
use crate::snapshot::Snapshot;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApplication {
    id: Option<String>,
    secret: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockChange {
    move_by_seconds: Option<i64>,
    unix_seconds: Option<u64>,
}

#[derive(Debug, Serialize)]
struct ClockState {
    unix_seconds: u64,
    moved_by_seconds: i64,
}

/// It says nothing, but no page of another site can send it.
pub(super) async fn reset(
    State(state): State<Arc<AppState>>,
    JsonBody(_): JsonBody<IgnoredAny>,
) -> Result<Response, Rejection> {
    state.reset().await?;
    Ok(object("reset", true))
}

/// Away from the thread that serves: with many users it takes a while.
pub(super) async fn export(State(state): State<Arc<AppState>>) -> Result<Response, Rejection> {
    let exported = move || Ok(response::json(StatusCode::OK, &state.store.export()?));
    spawn_blocking(exported).await.unwrap_or_else(|error| {
        tracing::error!(%error, "an export did not come to its end");
        Err(Rejection::internal_error())
    })
}

pub(super) async fn import(
    State(state): State<Arc<AppState>>,
    JsonBody(snapshot): JsonBody<Snapshot>,
) -> Result<Response, Rejection> {
    state.store.import(snapshot).await.map_err(import_failed)?;
    Ok(object("imported", true))
}

pub(super) async fn list_applications(State(state): State<Arc<AppState>>) -> Result<Response, Rejection> {
    let counts = state.store.application_counts()?;
    Ok(object("applications", counts))
}

pub(super) async fn create_application(
    State(state): State<Arc<AppState>>,
    JsonBody(given): JsonBody<NewApplication>,
) -> Result<Response, Rejection> {
    let id = given.id.unwrap_or_else(random::random_hex);
    let secret = given.secret.unwrap_or_else(random::random_secret);
    let application = Application::new(&id, secret.as_str()).map_err(|error| {
        Rejection::bad_request("bad_application", format!("{error}: {}.", reason(&error)))
    })?;
    state.store.add_application(application).await?;
    Ok(response::json(StatusCode::CREATED, &BTreeMap::from([("id", id), ("secret", secret)])))
}

pub(super) async fn list_requests(State(state): State<Arc<AppState>>) -> Response {
    object("requests", state.log.records())
}

pub(super) async fn clock(State(state): State<Arc<AppState>>) -> Response {
    shown_clock(&state)
}

pub(super) async fn set_clock(
    State(state): State<Arc<AppState>>,
    JsonBody(change): JsonBody<ClockChange>,
) -> Result<Response, Rejection> {
    match change {
        ClockChange { move_by_seconds: Some(seconds), unix_seconds: None } => state.clock.move_by(seconds),
        ClockChange { move_by_seconds: None, unix_seconds: Some(time) } => state.clock.set(time),
        _ => {
            return Err(Rejection::bad_request(
                "bad_clock_change",
                "Give one of `move_by_seconds` and `unix_seconds`.",
            ));
        }
    }
    Ok(shown_clock(&state))
}

pub(super) async fn reset_clock(State(state): State<Arc<AppState>>) -> Response {
    state.clock.reset();
    shown_clock(&state)
}

pub(super) async fn list_faults(State(state): State<Arc<AppState>>) -> Response {
    object("faults", state.faults.list())
}

pub(super) async fn inject(
    State(state): State<Arc<AppState>>,
    JsonBody(fault): JsonBody<Fault>,
) -> Result<Response, Rejection> {
    state.faults.inject(fault).map_err(|error| Rejection::bad_request("bad_fault", format!("{error}.")))?;
    Ok(response::json(StatusCode::CREATED, &BTreeMap::from([("faults", state.faults.list())])))
}

pub(super) async fn clear_faults(State(state): State<Arc<AppState>>) -> Response {
    state.faults.clear();
    object("faults", state.faults.list())
}

/// 200 with an object of one member.
fn object(name: &str, value: impl Serialize) -> Response {
    response::json(StatusCode::OK, &BTreeMap::from([(name, value)]))
}

fn shown_clock(state: &AppState) -> Response {
    let clock = &state.clock;
    let shown = ClockState { unix_seconds: clock.unix_seconds(), moved_by_seconds: clock.moved_by() };
    response::json(StatusCode::OK, &shown)
}

fn reason(error: &InvalidApplication) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}

fn import_failed(error: ImportError) -> Rejection {
    match error {
        ImportError::State(error) => error.into(),
        error => {
            let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
            Rejection::bad_request("bad_snapshot", format!("{error}{}.", source.unwrap_or_default()))
        }
    }
}
