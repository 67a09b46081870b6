//! Runs one call, retrying as its policy allows.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rand::RngExt as _;
use reqwest::{Request, Response};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{Instrument as _, debug};

use super::context::{CallContext, ClientInner};
use super::decision::{RetryDecision, classify};
use crate::clock::{Correction, Reading};
use crate::request::Operation;
use crate::response::{buffer, deadline_passed, not_sent};
use crate::telemetry;

/// Sends a request until there is an outcome to return. The response's body is in memory by then.
pub(crate) async fn run(
    client: &ClientInner,
    call: &CallContext,
    mut request: Request,
    operation: &'static Operation,
) -> reqwest::Result<Response> {
    let policy = &*call.policy;
    let deadline = Deadline::after(policy.deadline);
    let mut correction: Option<Correction> = None;
    acquire(call, &deadline).await;
    let mut left = deadline.left();
    if left.is_zero() {
        return Ok(deadline_passed());
    }
    let response_limit = policy.response_limit.saturating_add(room_for(&request));
    let mut attempt = 0;
    loop {
        attempt += 1;
        // A body that is a stream could not be sent twice; generated clients make none.
        let retry = if attempt < policy.max_attempts { request.try_clone() } else { None };
        let timeout = policy.attempt_timeout.min(left);
        if timeout != client.attempt_timeout {
            *request.timeout_mut() = Some(timeout);
        }
        let signed = client.clock.reading();
        call.signer.sign_request(&mut request);
        if let Some(sink) = &call.sink {
            sink.take(&request);
            return Ok(not_sent());
        }
        call.attempts.store(attempt, Ordering::Relaxed);
        let span = telemetry::attempt(&request, operation, attempt);
        let started = telemetry::start(&span);
        // Pinned on the stack: moving a large future would copy it.
        let sending = pin!(send(client, request, response_limit));
        let (outcome, received) = sending.instrument(span.clone()).await;
        telemetry::record_outcome(&span, started, &outcome);

        let wait = match classify(operation, &outcome, || client.clock.now()) {
            RetryDecision::Final => {
                if outcome.is_ok() {
                    client.budget.give_back();
                }
                return outcome;
            }
            RetryDecision::Unauthorized { service_seconds } => {
                if let Some(correction) = correction {
                    // The clock was not the reason.
                    client.clock.undo(correction);
                    return outcome;
                }
                // Only a correction that can be tried out is made. It costs no retry of the budget: a call makes at
                // most one.
                if retry.is_none() || deadline.left().is_zero() {
                    return outcome;
                }
                correction =
                    service_seconds.and_then(|seconds| client.clock.correct(signed, received, seconds));
                if correction.is_none() {
                    return outcome;
                }
                Duration::ZERO
            }
            RetryDecision::Retry { retry_after } => {
                // Asked for no wait, callers that failed together must not return together either.
                let wait = retry_after.filter(|wait| !wait.is_zero());
                let wait = wait.unwrap_or_else(|| jittered(policy.longest_backoff(attempt)));
                let too_long = retry_after.is_some_and(|wait| wait > policy.retry_after_limit);
                if too_long || wait >= deadline.left() || retry.is_none() || !client.budget.take() {
                    return outcome;
                }
                wait
            }
        };
        debug!(parent: &span, wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX), "retrying");
        sleep(wait).await;
        acquire(call, &deadline).await;
        left = deadline.left();
        match retry {
            Some(retry) if !left.is_zero() => request = retry,
            _ => return outcome,
        }
    }
}

/// Room for a response that lists what the request listed: the limit is there for what nobody asked for. JSON writes a
/// byte as six at most (`\u003c`), and puts perhaps a line break with its indentation before each item.
fn room_for(request: &Request) -> usize {
    const LONGEST: usize = 10;
    let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
    body.len().saturating_mul(LONGEST)
}

/// Sends one request and reads its response. Also gives our clock's reading of when the headers arrived.
async fn send(
    client: &ClientInner,
    request: Request,
    response_limit: usize,
) -> (reqwest::Result<Response>, Reading) {
    let response = client.http.execute(request).await;
    let received = client.clock.reading();
    match response {
        Ok(response) => (buffer(response, response_limit).await, received),
        Err(error) => (Err(error), received),
    }
}

/// Waits until the rate limits let a request through, or the deadline has passed.
async fn acquire(call: &CallContext, deadline: &Deadline) {
    match deadline.0 {
        // An error means that the deadline has passed, which the caller checks next.
        Some(moment) => drop(timeout_at(moment, call.acquire()).await),
        None => call.acquire().await,
    }
}

/// Full jitter: any wait up to the longest, so that callers that failed together do not return together.
fn jittered(longest: Duration) -> Duration {
    longest.mul_f64(rand::rng().random::<f64>())
}

/// A moment after which no attempt starts; `None` if it is too far in the future to be represented.
struct Deadline(Option<Instant>);

impl Deadline {
    fn after(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    fn left(&self) -> Duration {
        self.0.map_or(Duration::MAX, |moment| moment.saturating_duration_since(Instant::now()))
    }
}

#[cfg(test)]
mod tests {
    use reqwest::{Body, Method};

    use super::*;

    #[test]
    fn the_longest_list_of_what_was_sent_finds_room() {
        for id in ["a", "<", "\u{7f}", &"<".repeat(200)] {
            let listed = vec![id; 1000];
            let mut request = Request::new(Method::POST, "https://iampass.example".parse().unwrap());
            *request.body_mut() =
                Some(Body::from(format!("{{\"users\":{}}}", serde_json::to_string(&listed).unwrap())));
            let escaped = "\\u0000".repeat(id.chars().count());
            let longest = listed.len() * format!("\"{escaped}\",\n{}", " ".repeat(24)).len();
            assert!(room_for(&request) >= longest, "{id}");
            assert!(room_for(&request) < 2 * longest, "{id}");
        }
        assert_eq!(room_for(&Request::new(Method::GET, "https://iampass.example".parse().unwrap())), 0);
    }
}
