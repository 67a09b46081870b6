//! One call: as many attempts as it takes and may.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use iampass_auth::Signer;
use rand::RngExt as _;
use reqwest::header::{ACCEPT, CACHE_CONTROL, HeaderMap, HeaderValue};
use reqwest::{Client, Request, Response, StatusCode};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{Instrument as _, debug};

use crate::body;
use crate::budget::RetryBudget;
use crate::clock::{CorrectedClock, Correction};
use crate::dry_run::Sink;
use crate::operation::Operation;
use crate::operation_urls::OperationUrls;
use crate::policy::CallPolicy;
use crate::rate::RateLimit;
use crate::telemetry;
use crate::verdict::{Verdict, judge};

/// What the calls of a client and its clones share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) urls: OperationUrls,
    /// Signs by the clock beside it.
    pub(crate) signer: Signer,
    pub(crate) clock: CorrectedClock,
    pub(crate) budget: RetryBudget,
    /// The reqwest client's own limit.
    pub(crate) attempt_timeout: Duration,
}

/// What is particular to one call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) policy: Arc<CallPolicy>,
    pub(crate) rate: Option<Arc<RateLimit>>,
    /// Takes the request in place of the service.
    pub(crate) sink: Option<Sink>,
    /// Requests that were sent, for whoever made the call to look at afterwards.
    pub(crate) attempts: Arc<AtomicU32>,
}

impl Call {
    pub(crate) fn new(policy: Arc<CallPolicy>, rate: Option<Arc<RateLimit>>) -> Self {
        Self { policy, rate, sink: None, attempts: Arc::default() }
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }
}

/// Sends a request until there is an outcome to give back. The answer's body is in memory by then.
pub(crate) async fn run(
    shared: &Shared,
    call: &Call,
    client: &Client,
    mut request: Request,
    operation: Option<&'static Operation>,
) -> reqwest::Result<Response> {
    // None: it is not in the contract, and `Hooks::check` has refused it before this.
    let Some(operation) = operation else { return client.execute(request).await };
    let policy = &*call.policy;
    let deadline = Deadline::after(policy.deadline);
    let mut correction: Option<Correction> = None;
    let Some(mut left) = turn_comes(call, &deadline).await else {
        return Ok(body::out_of_time());
    };
    let mut attempt = 0;
    loop {
        attempt += 1;
        // A body that is a stream could not be sent twice; the generated client makes none.
        let again = if attempt < policy.max_attempts { request.try_clone() } else { None };
        let timeout = policy.attempt_timeout.min(left);
        if timeout != shared.attempt_timeout {
            *request.timeout_mut() = Some(timeout);
        }
        add_headers(request.headers_mut());
        let signed = shared.clock.reading();
        shared.signer.sign_request(&mut request);
        if let Some(sink) = &call.sink {
            sink.take(&request);
            return Ok(body::none());
        }
        call.attempts.store(attempt, Ordering::Relaxed);
        let span = telemetry::attempt(&request, operation, attempt);
        let (mut answered, started) = (signed, telemetry::start(&span));
        let outcome = {
            let pending = span.in_scope(|| client.execute(request));
            // Put where it stays: it is large, and would be copied into what holds it.
            let reading = pin!(async {
                let mut answer = pending.await?;
                if answer.status() == StatusCode::UNAUTHORIZED {
                    answered = shared.clock.reading();
                }
                body::buffer(&mut answer, policy.answer_limit).await?;
                Ok(answer)
            });
            reading.instrument(span.clone()).await
        };
        telemetry::record_outcome(&span, started, &outcome);
        let verdict = judge(operation, &outcome, || shared.clock.now());
        let wait = match verdict {
            Verdict::Final => {
                if outcome.is_ok() {
                    shared.budget.give_back();
                }
                return outcome;
            }
            Verdict::Unauthorized { service_seconds } => {
                if let Some(correction) = correction {
                    // The clock was not what was wrong.
                    shared.clock.undo(correction);
                    return outcome;
                }
                // A correction is made to be tried out. The budget is no matter: a call makes one at most.
                let may_try = again.is_some() && !deadline.left().is_zero();
                let service_seconds = service_seconds.filter(|_| may_try);
                correction =
                    service_seconds.and_then(|seconds| shared.clock.correct(signed, answered, seconds));
                if correction.is_none() {
                    return outcome;
                }
                Duration::ZERO
            }
            Verdict::Repeat { retry_after } => {
                let wait = retry_after.unwrap_or_else(|| jittered(policy.longest_backoff(attempt)));
                let too_long = retry_after.is_some_and(|wait| wait > policy.retry_after_limit);
                if too_long || wait >= deadline.left() || again.is_none() || !shared.budget.take() {
                    return outcome;
                }
                wait
            }
        };
        debug!(parent: &span, wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX), "trying again");
        sleep(wait).await;
        let (Some(again), Some(still_left)) = (again, turn_comes(call, &deadline).await) else {
            return outcome;
        };
        (request, left) = (again, still_left);
    }
}

/// Adds what is the same for every request. Only here, so that what is kept for a repeat is small.
fn add_headers(headers: &mut HeaderMap) {
    // For these two, four of the signature, reqwest's two and a body's type: the map grows once.
    headers.reserve(9);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    // As in the vendor's examples: one of the GETs has a side effect.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
}

/// Waits until the call's limit lets a request through. Gives the time that is left then, if any is.
async fn turn_comes(call: &Call, deadline: &Deadline) -> Option<Duration> {
    if let Some(rate) = &call.rate {
        match deadline.0 {
            Some(moment) => {
                let _ = timeout_at(moment, rate.turn()).await;
            }
            None => rate.turn().await,
        }
    }
    Some(deadline.left()).filter(|left| !left.is_zero())
}

/// Full jitter: any wait up to the longest, so that callers that failed together do not return together.
fn jittered(longest: Duration) -> Duration {
    longest.mul_f64(rand::rng().random::<f64>())
}

/// A moment after which nothing is begun; `None` if it is too far off to be told.
struct Deadline(Option<Instant>);

impl Deadline {
    fn after(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    fn left(&self) -> Duration {
        self.0.map_or(Duration::MAX, |moment| moment.saturating_duration_since(Instant::now()))
    }
}
