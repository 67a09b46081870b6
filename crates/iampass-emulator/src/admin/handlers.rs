//! What each call of the admin API does.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::{Method, StatusCode};
use iampass_auth::Clock as _;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::app_state::AppState;
use crate::application::Application;
use crate::error::{InvalidApplication, StateError};
use crate::faults::Fault;
use crate::http::answer::Answer;
use crate::http::body;
use crate::random;
use crate::snapshot::{ImportError, Snapshot};

/// The largest body that the admin API reads: a snapshot of a million users has room.
const BODY_LIMIT: usize = 256 * 1024 * 1024;

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AdminCall {
    Reset,
    Export,
    Import,
    ListApplications,
    CreateApplication,
    ListRequests,
    Clock,
    SetClock,
    ResetClock,
    ListFaults,
    Inject,
    ClearFaults,
}

/// Where it is asked for.
pub(crate) const ROUTES: [(Method, &str, AdminCall); 12] = [
    (Method::POST, "/_emulator/v1/reset", AdminCall::Reset),
    (Method::GET, "/_emulator/v1/export", AdminCall::Export),
    (Method::POST, "/_emulator/v1/import", AdminCall::Import),
    (Method::GET, "/_emulator/v1/applications", AdminCall::ListApplications),
    (Method::POST, "/_emulator/v1/applications", AdminCall::CreateApplication),
    (Method::GET, "/_emulator/v1/requests", AdminCall::ListRequests),
    (Method::GET, "/_emulator/v1/clock", AdminCall::Clock),
    (Method::POST, "/_emulator/v1/clock", AdminCall::SetClock),
    (Method::DELETE, "/_emulator/v1/clock", AdminCall::ResetClock),
    (Method::GET, "/_emulator/v1/faults", AdminCall::ListFaults),
    (Method::POST, "/_emulator/v1/faults", AdminCall::Inject),
    (Method::DELETE, "/_emulator/v1/faults", AdminCall::ClearFaults),
];

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewApplication {
    id: Option<String>,
    secret: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockChange {
    move_by_seconds: Option<i64>,
    unix_seconds: Option<u64>,
}

#[derive(Debug, Serialize)]
struct ClockState {
    unix_seconds: u64,
    moved_by_seconds: i64,
}

/// An object with one member.
macro_rules! object {
    ($name:literal: $value:expr) => {
        std::collections::BTreeMap::from([($name, $value)])
    };
}

pub(crate) async fn answer(
    call: AdminCall,
    state: &Arc<AppState>,
    headers: &HeaderMap,
    body: &mut Incoming,
    read_timeout: Duration,
) -> Answer {
    let limits = body::Limits { bytes: BODY_LIMIT, time: read_timeout };
    answered(call, state, headers, body, limits).await.unwrap_or_else(|refusal| refusal)
}

async fn answered(
    call: AdminCall,
    state: &Arc<AppState>,
    headers: &HeaderMap,
    body: &mut Incoming,
    limits: body::Limits,
) -> Result<Answer, Answer> {
    Ok(match call {
        AdminCall::Reset => {
            // It says nothing, but no page of another site can send it.
            body::json::<IgnoredAny>(headers, body, limits).await?;
            state.reset().await.map_err(|error| failed(&error))?;
            Answer::json(StatusCode::OK, &object!("reset": true))
        }
        AdminCall::Export => export(state).await,
        AdminCall::Import => {
            let snapshot: Snapshot = body::json(headers, body, limits).await?;
            state.store.import(snapshot).await.map_err(import_failed)?;
            Answer::json(StatusCode::OK, &object!("imported": true))
        }
        AdminCall::ListApplications => {
            let counts = state.store.application_counts().map_err(|error| failed(&error))?;
            Answer::json(StatusCode::OK, &object!("applications": counts))
        }
        AdminCall::CreateApplication => {
            create_application(state, body::json(headers, body, limits).await?).await
        }
        AdminCall::ListRequests => Answer::json(StatusCode::OK, &object!("requests": state.log.records())),
        AdminCall::Clock => clock(state),
        AdminCall::SetClock => {
            match body::json(headers, body, limits).await? {
                ClockChange { move_by_seconds: Some(seconds), unix_seconds: None } => {
                    state.clock.move_by(seconds);
                }
                ClockChange { move_by_seconds: None, unix_seconds: Some(time) } => state.clock.set(time),
                _ => return Err(Answer::bad_request("Give one of `move_by_seconds` and `unix_seconds`.")),
            }
            clock(state)
        }
        AdminCall::ResetClock => {
            state.clock.reset();
            clock(state)
        }
        AdminCall::ListFaults => Answer::json(StatusCode::OK, &object!("faults": state.faults.list())),
        AdminCall::Inject => {
            let fault: Fault = body::json(headers, body, limits).await?;
            state.faults.inject(fault).map_err(|error| Answer::bad_request(format!("{error}.")))?;
            Answer::json(StatusCode::CREATED, &object!("faults": state.faults.list()))
        }
        AdminCall::ClearFaults => {
            state.faults.clear();
            Answer::json(StatusCode::OK, &object!("faults": state.faults.list()))
        }
    })
}

fn clock(state: &AppState) -> Answer {
    let clock = &state.clock;
    let shown = ClockState { unix_seconds: clock.unix_seconds(), moved_by_seconds: clock.moved_by() };
    Answer::json(StatusCode::OK, &shown)
}

/// Away from the thread that serves: with many users it takes a while.
async fn export(state: &Arc<AppState>) -> Answer {
    let state = state.clone();
    let exported = move || match state.store.export() {
        Ok(snapshot) => Answer::json(StatusCode::OK, &snapshot),
        Err(error) => failed(&error),
    };
    tokio::task::spawn_blocking(exported).await.unwrap_or_else(|error| {
        tracing::error!(%error, "an export did not come to its end");
        Answer::text(StatusCode::INTERNAL_SERVER_ERROR, "The emulator failed.")
    })
}

async fn create_application(state: &AppState, given: NewApplication) -> Answer {
    let id = given.id.unwrap_or_else(random::random_hex);
    let secret = given.secret.unwrap_or_else(random::random_secret);
    let application = match Application::new(&id, secret.as_str()) {
        Ok(application) => application,
        Err(error) => return Answer::bad_request(format!("{error}: {}.", reason(&error))),
    };
    match state.store.add_application(application).await {
        Ok(()) => {
            let created = std::collections::BTreeMap::from([("id", id), ("secret", secret)]);
            Answer::json(StatusCode::CREATED, &created)
        }
        Err(error @ StateError::DuplicateApplication { .. }) => {
            Answer::text(StatusCode::CONFLICT, format!("{error}."))
        }
        Err(error) => failed(&error),
    }
}

fn reason(error: &InvalidApplication) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}

fn import_failed(error: ImportError) -> Answer {
    match error {
        ImportError::State(error) => failed(&error),
        error => {
            let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
            Answer::bad_request(format!("{error}{}.", source.unwrap_or_default()))
        }
    }
}

fn failed(error: &StateError) -> Answer {
    match error {
        StateError::Storage(error) => Answer::storage_failure(error),
        error => Answer::bad_request(format!("{error}.")),
    }
}
