//! From the generated client's result to a value or an [`Error`].

use std::future::poll_fn;
use std::time::{Duration, SystemTime};

use progenitor_client::{ByteStream, ResponseValue};
use reqwest::StatusCode;

use crate::answer_problem::AnswerProblem;
use crate::answer_times::retry_after;
use crate::error::Error;
use crate::failed_call::FailedCall;
use crate::generated;
use crate::service_text::ServiceText;

/// The decoded body of a success, or the error that the failure is. `now` is our clock's time.
pub(crate) async fn decoded<T>(
    call: FailedCall,
    result: Result<ResponseValue<T>, generated::Error<ByteStream>>,
    now: impl FnOnce() -> SystemTime,
) -> Result<T, Error> {
    use generated::Error as Generated;
    Err(match result {
        Ok(value) => return Ok(value.into_inner()),
        Err(Generated::InvalidRequest(problem) | Generated::Custom(problem)) => {
            Error::NotSent { call, problem }
        }
        Err(
            Generated::CommunicationError(source)
            | Generated::ResponseBodyError(source)
            | Generated::InvalidUpgrade(source),
        ) => Error::from_reqwest(call, source),
        Err(Generated::InvalidResponsePayload(body, error)) => {
            unreadable(call, AnswerProblem::from_json(&body, &error))
        }
        Err(Generated::ErrorResponse(response)) => {
            let (status, retry_after) = (response.status(), retry_after(response.headers(), now));
            failed(call, status, retry_after, text(response.into_inner()).await)
        }
        Err(Generated::UnexpectedResponse(response)) => {
            let (status, retry_after) = (response.status(), retry_after(response.headers(), now));
            failed(call, status, retry_after, text(ResponseValue::stream(response).into_inner()).await)
        }
    })
}

/// A `status: false` is a failure that arrives as HTTP 200.
pub(crate) fn accepted(call: FailedCall, status: bool, reason: Option<String>) -> Result<(), Error> {
    if status { Ok(()) } else { Err(Error::Refused { call, reason: reason.map(ServiceText::new) }) }
}

pub(crate) fn unreadable(call: FailedCall, problem: AnswerProblem) -> Error {
    Error::UnreadableAnswer { call, problem }
}

fn failed(call: FailedCall, status: StatusCode, retry_after: Option<Duration>, text: ServiceText) -> Error {
    match status {
        StatusCode::BAD_REQUEST => Error::BadRequest { call, text },
        StatusCode::UNAUTHORIZED => Error::Unauthorized { call, text },
        StatusCode::NOT_FOUND => Error::NotFound { call, text },
        _ => Error::UnexpectedStatus { call, status, retry_after, text },
    }
}

/// As much of an error's body as is kept. A body that breaks off ends the text, not the error: the
/// status is what counts.
async fn text(stream: ByteStream) -> ServiceText {
    let mut stream = stream.into_inner();
    let mut body = Vec::new();
    while body.len() < ServiceText::LIMIT
        && let Some(Ok(chunk)) = poll_fn(|context| stream.as_mut().poll_next(context)).await
    {
        let room = ServiceText::LIMIT - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    ServiceText::new(String::from_utf8_lossy(&body).into_owned())
}
