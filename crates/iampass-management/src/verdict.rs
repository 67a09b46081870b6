//! What the outcome of one attempt means for the call.

use std::time::{Duration, SystemTime};

use reqwest::{Response, StatusCode};

use crate::answer_times::{retry_after, service_seconds};
use crate::certificate;
use crate::operation::Operation;

/// What to do after an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// This is the call's outcome.
    Final,
    /// The signature was not accepted, by a service whose clock says this many Unix seconds.
    Unauthorized { service_seconds: Option<u64> },
    /// Trying again may help.
    Repeat {
        /// How long the service asks to wait, if it does.
        retry_after: Option<Duration>,
    },
}

/// Judges an attempt, at this time of our clock. Neither policy nor budget is looked at here.
pub(crate) fn judge(
    operation: &Operation,
    outcome: &reqwest::Result<Response>,
    now: impl FnOnce() -> SystemTime,
) -> Verdict {
    let repeat = |yes: bool, retry_after| if yes { Verdict::Repeat { retry_after } } else { Verdict::Final };
    match outcome {
        Ok(answer) => {
            let headers = answer.headers();
            match answer.status() {
                StatusCode::UNAUTHORIZED => {
                    Verdict::Unauthorized { service_seconds: service_seconds(headers) }
                }
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    repeat(true, retry_after(headers, now))
                }
                StatusCode::INTERNAL_SERVER_ERROR | StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => {
                    repeat(operation.safe_to_repeat, retry_after(headers, now))
                }
                _ => Verdict::Final,
            }
        }
        // Who is not trusted now will not be in a moment.
        Err(error) if certificate::is_untrusted(error) => Verdict::Final,
        // The connection never came about: nothing was sent.
        Err(error) if error.is_connect() => repeat(true, None),
        // What cannot even be put together will not be the next time either.
        Err(error) if error.is_builder() => Verdict::Final,
        Err(_) => repeat(operation.safe_to_repeat, None),
    }
}
