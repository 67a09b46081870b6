//! What each call of the admin API does.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use iampass_auth::Clock as _;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::events::{wait_for, wait_of};
use crate::app_state::AppState;
use crate::application::Application;
use crate::caller_origin::CallerOrigin;
use crate::error::{ImportError, InvalidApplication, StateError};
use crate::faults::Fault;
use crate::http::json_body::JsonBody;
use crate::http::path::{path_user, query_param};
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::random;
use crate::request_log::RequestRecord;
use crate::server::Client;
use crate::snapshot::Snapshot;

/// Where a user's newest link is.
pub(super) const LINK: &str = "/_emulator/v1/applications/{application_id}/users/{user_id}/link";

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
struct FoundLink {
    register_url: String,
    display_name: Option<String>,
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

/// Those after a number, of one operation, if the query says so.
pub(super) async fn list_requests(
    State(state): State<Arc<AppState>>,
    Extension(client): Extension<Client>,
    RawQuery(query): RawQuery,
) -> Result<Response, Rejection> {
    let query = query.unwrap_or_default();
    let wait = wait_of(&query)?;
    let operation = query_param(&query, "operation")?;
    let after = query_param(&query, "after")?.map_or(Ok(0), |after| after.parse::<u64>());
    let after =
        after.map_err(|_| Rejection::bad_request("bad_query", "`after` is the number of a request."))?;
    let is_wanted = |record: &RequestRecord| {
        record.last_number > after && (operation.is_none() || operation.as_deref() == record.operation)
    };
    let wanted = || Ok(Some(state.log.records_that(is_wanted)).filter(|found| !found.is_empty()));
    let found = wait_for(&state, wait, client, wanted).await?;
    match found {
        None if !wait.is_zero() => Err(waited_in_vain("request")),
        found => Ok(object("requests", found.unwrap_or_default())),
    }
}

/// A user's newest open link. A user that is not there yet may come while it is waited for.
pub(super) async fn newest_link(
    State(state): State<Arc<AppState>>,
    CallerOrigin(origin): CallerOrigin,
    Extension(client): Extension<Client>,
    uri: Uri,
) -> Result<Response, Rejection> {
    let (application, user) = path_user(LINK, &uri)?;
    let wait = wait_of(uri.query().unwrap_or_default())?;
    let newest = || match state.store.open_links(&application, &user) {
        Ok(links) => Ok(links.into_iter().next()),
        Err(StateError::UnknownUser { .. }) if !wait.is_zero() => Ok(None),
        Err(error) => Err(error.into()),
    };
    let link = wait_for(&state, wait, client, newest).await?.ok_or_else(|| {
        if wait.is_zero() {
            Rejection::new(StatusCode::NOT_FOUND, "no_open_link", "The user has no open link.")
        } else {
            waited_in_vain("link")
        }
    })?;
    let register_url = link.token.link(&origin);
    Ok(response::json(StatusCode::OK, &FoundLink { register_url, display_name: link.display_name }))
}

/// Not 404, which says that there is nothing to wait for, and not 408, which some clients take as a reason to send the
/// same request again.
fn waited_in_vain(what: &str) -> Rejection {
    let text = format!("No such {what} came within the time to wait.");
    Rejection::new(StatusCode::GATEWAY_TIMEOUT, "waited_in_vain", text)
}

pub(super) async fn clock(State(state): State<Arc<AppState>>) -> Response {
    shown_clock(&state)
}

pub(super) async fn set_clock(
    State(state): State<Arc<AppState>>,
    JsonBody(change): JsonBody<ClockChange>,
) -> Result<Response, Rejection> {
    match change {
        ClockChange { move_by_seconds: Some(seconds), unix_seconds: None } => state.move_clock(seconds).await,
        ClockChange { move_by_seconds: None, unix_seconds: Some(time) } => state.set_clock(time).await,
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
    state.reset_clock().await;
    shown_clock(&state)
}

pub(super) async fn list_faults(State(state): State<Arc<AppState>>) -> Response {
    object("faults", state.faults.list())
}

pub(super) async fn inject(
    State(state): State<Arc<AppState>>,
    JsonBody(fault): JsonBody<Fault>,
) -> Result<Response, Rejection> {
    state.inject(fault).map_err(|error| Rejection::bad_request("bad_fault", format!("{error}.")))?;
    Ok(response::json(StatusCode::CREATED, &BTreeMap::from([("faults", state.faults.list())])))
}

pub(super) async fn clear_faults(State(state): State<Arc<AppState>>) -> Response {
    state.clear_faults();
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
