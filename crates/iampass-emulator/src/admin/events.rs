//! The stream of events, and waiting for what an event may bring.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

use crate::app_state::AppState;
use crate::http::path::query_param;
use crate::http::rejection::Rejection;

/// The longest that a request may ask to wait, in seconds.
const LONGEST_WAIT: u64 = 60;

/// Everything that happens from now on. It ends when the emulator does.
pub(super) async fn events(
    State(state): State<Arc<AppState>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = stream::unfold(state.events.subscribe(), |mut events| async move {
        let event = match events.recv().await {
            Ok(event) => Event::default().event(event.name).data(event.data),
            Err(RecvError::Lagged(missed)) => {
                Event::default().event("missed").data(json!({ "missed": missed }).to_string())
            }
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(event), events))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// How long a request wants to wait, from its query; not at all unless it says so.
///
/// # Errors
/// 400 for what is no number of seconds, or too many of them.
pub(super) fn wait_of(query: &str) -> Result<Duration, Rejection> {
    let Some(wait) = query_param(query, "wait")? else { return Ok(Duration::ZERO) };
    if let Ok(seconds @ 0..=LONGEST_WAIT) = wait.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let text = format!("`wait` is a whole number of seconds, {LONGEST_WAIT} at most.");
    Err(Rejection::bad_request("bad_wait", text))
}

/// Looks for something now, and again whenever something has happened, until the time is over.
///
/// # Errors
/// Those of `look`.
pub(super) async fn wait_for<T>(
    state: &AppState,
    wait: Duration,
    look: impl Fn() -> Result<Option<T>, Rejection>,
) -> Result<Option<T>, Rejection> {
    // Before the first look: nothing that happens after it is missed.
    let mut events = state.events.subscribe();
    let deadline = Instant::now() + wait;
    loop {
        if let Some(found) = look()? {
            return Ok(Some(found));
        }
        match timeout_at(deadline, events.recv()).await {
            // What was missed may be what is looked for.
            Ok(Ok(_) | Err(RecvError::Lagged(_))) => {}
            Ok(Err(RecvError::Closed)) | Err(_) => return Ok(None),
        }
    }
}
