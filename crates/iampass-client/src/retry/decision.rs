//! What the outcome of one attempt means for the call.

use std::time::{Duration, SystemTime};

use reqwest::{Response, StatusCode};

use crate::proxy::TunnelRefusal;
use crate::request::Operation;
use crate::response::{ended_too_early, retry_after, service_seconds};
use crate::tls_error;

/// What to do after an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RetryDecision {
    /// This is the call's outcome.
    Final,
    /// The signature was not accepted, by a service whose clock says this many Unix seconds.
    Unauthorized { service_seconds: Option<u64> },
    /// A retry may help.
    Retry {
        /// How long the service asks to wait, if it does.
        retry_after: Option<Duration>,
    },
}

/// Classifies the outcome of an attempt. `now` is our clock's time. Policy and budget are not considered here.
pub(super) fn classify(
    operation: &Operation,
    outcome: &reqwest::Result<Response>,
    now: impl FnOnce() -> SystemTime,
) -> RetryDecision {
    let retry_if = |allowed: bool, retry_after| {
        if allowed { RetryDecision::Retry { retry_after } } else { RetryDecision::Final }
    };
    match outcome {
        Ok(response) => {
            let headers = response.headers();
            match response.status() {
                StatusCode::UNAUTHORIZED => {
                    RetryDecision::Unauthorized { service_seconds: service_seconds(headers) }
                }
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    retry_if(true, retry_after(headers, now))
                }
                StatusCode::INTERNAL_SERVER_ERROR | StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => {
                    retry_if(operation.safe_to_repeat, retry_after(headers, now))
                }
                // As a connection that breaks off within a body whose length is known.
                _ if ended_too_early(response) => retry_if(operation.safe_to_repeat, None),
                _ => RetryDecision::Final,
            }
        }
        // Certificate errors are permanent; do not retry.
        Err(error) if tls_error::is_untrusted_certificate(error) => RetryDecision::Final,
        // Neither do the name and password for the proxy change.
        Err(error) if TunnelRefusal::of(error) == Some(TunnelRefusal::Authentication) => RetryDecision::Final,
        // There was no connection, so nothing was sent.
        Err(error) if error.is_connect() => retry_if(true, None),
        // A request that cannot be built will not be built the next time either.
        Err(error) if error.is_builder() => RetryDecision::Final,
        Err(_) => retry_if(operation.safe_to_repeat, None),
    }
}
