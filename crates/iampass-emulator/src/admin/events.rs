//! The stream of events, and waiting for what an event may bring.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::future::{Either, select};
use futures_util::stream::{self, Stream};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use crate::app_state::AppState;
use crate::http::path::query_param;
use crate::http::rejection::Rejection;
use crate::server::Client;

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

/// Looks for something now, and after each event, until the time is over or the client has hung up.
///
/// # Errors
/// Those of `look`.
pub(super) async fn wait_for<T>(
    state: &AppState,
    wait: Duration,
    mut client: Client,
    look: impl Fn() -> Result<Option<T>, Rejection>,
) -> Result<Option<T>, Rejection> {
    // Before the first look: nothing that happens after it is missed.
    let mut events = state.events.subscribe();
    let found = pin!(async {
        loop {
            if let Some(found) = look()? {
                return Ok(Some(found));
            }
            // What was missed may be what is looked for.
            if let Err(RecvError::Closed) = events.recv().await {
                return Ok(None);
            }
        }
    });
    // A request is carried out though nobody waits for its response any more; this one changes nothing.
    match timeout(wait, select(found, pin!(client.hangs_up()))).await {
        Ok(Either::Left((found, _))) => found,
        Ok(Either::Right(_)) | Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nothing_is_waited_for_when_the_client_has_hung_up() {
        let state = AppState::in_memory();
        let wait = Duration::from_secs(LONGEST_WAIT);
        let start = tokio::time::Instant::now();

        let (waits, client) = Client::new();
        assert_eq!(wait_for(&state, wait, client, || Ok(None::<()>)).await.unwrap(), None);
        assert_eq!(start.elapsed(), wait);
        drop(waits);

        let (waits, client) = Client::new();
        drop(waits);
        assert_eq!(wait_for(&state, wait, client, || Ok(None::<()>)).await.unwrap(), None);
        assert_eq!(start.elapsed(), wait);
    }
}
