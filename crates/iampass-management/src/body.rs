//! Reading an answer's body, up to a limit.

use std::fmt;
use std::io;

use http::Response as HttpResponse;
use progenitor_client::{Error, ResponseValue};
use reqwest::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use reqwest::{Body, Response, ResponseBuilderExt as _};
use serde::de::DeserializeOwned;

use crate::service_text::ServiceText;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The body of a success, beside the answer that it came with: to put it back into its place costs more than to decode
/// it.
#[derive(Clone)]
struct Read(Vec<u8>);

/// Reads a body into memory: that of a success for [`value`] or [`whole`], any other one into its place.
///
/// A success is read whole, or not at all: one that is longer than `limit` gets a body that
/// is an error to read ([`AnswerTooLarge`]). A byte order mark before it is taken away: RFC 8259 lets a
/// reader of JSON pass over it, and the vendor's own client does. Of any other answer as much is kept as
/// a [`ServiceText`] holds, however it ended: there the status is what counts.
pub(crate) async fn buffer(answer: &mut Response, limit: usize) -> reqwest::Result<()> {
    let success = answer.status().is_success();
    let limit = if success { limit } else { ServiceText::LIMIT };
    let announced = answer.content_length().unwrap_or(0);
    let mut too_large = success && announced > limit as u64;
    let mut body = Vec::new();
    while !too_large {
        match answer.chunk().await {
            Ok(Some(chunk)) => {
                let room = limit - body.len();
                too_large = chunk.len() > room;
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            }
            Err(error) if success => return Err(error),
            Ok(None) | Err(_) => break,
        }
    }
    if !success {
        *answer = with_body(answer, body.into());
    } else if too_large {
        *answer = with_body(answer, failing(AnswerTooLarge { limit }));
    } else {
        if body.starts_with(BYTE_ORDER_MARK) {
            body.drain(..BYTE_ORDER_MARK.len());
        }
        answer.extensions_mut().insert(Read(body));
    }
    Ok(())
}

/// The value that a body holds. As `ResponseValue::from_response`, which this stands for.
pub(crate) async fn value<T: DeserializeOwned, E>(
    mut answer: Response,
) -> Result<ResponseValue<T>, Error<E>> {
    let Some(Read(body)) = answer.extensions_mut().remove() else {
        return ResponseValue::from_response(answer).await;
    };
    match serde_json::from_slice(&body) {
        Ok(value) => Ok(ResponseValue::new(value, answer.status(), std::mem::take(answer.headers_mut()))),
        Err(error) => Err(Error::InvalidResponsePayload(body.into(), error)),
    }
}

/// The answer with its body in it.
pub(crate) fn whole(mut answer: Response) -> Response {
    match answer.extensions_mut().remove() {
        Some(Read(body)) => with_body(&mut answer, body.into()),
        None => answer,
    }
}

fn with_body(answer: &mut Response, body: Body) -> Response {
    // Without a URL, reqwest would parse one that stands for none.
    let empty = HttpResponse::builder().url(answer.url().clone()).body(()).unwrap_or_default();
    let mut parts = empty.map(|()| body);
    *parts.status_mut() = answer.status();
    *parts.headers_mut() = std::mem::take(answer.headers_mut());
    // The body is no longer what these were about.
    parts.headers_mut().remove(CONTENT_LENGTH);
    parts.headers_mut().remove(TRANSFER_ENCODING);
    parts.into()
}

/// Stands for the answer to a request that was not sent, because its time was up before its turn came.
pub(crate) fn out_of_time() -> Response {
    // reqwest tells a time-out by this kind of error; one of its own cannot be made.
    HttpResponse::new(failing(io::Error::from(io::ErrorKind::TimedOut))).into()
}

/// Stands for the answer to a request that was made to be looked at.
pub(crate) fn none() -> Response {
    HttpResponse::new(Body::default()).into()
}

fn failing(error: impl std::error::Error + Send + Sync + 'static) -> Body {
    Body::wrap_stream(futures_util::stream::iter([Err::<Vec<u8>, _>(error)]))
}

/// An answer's body is longer than the call's policy allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AnswerTooLarge {
    pub(crate) limit: usize,
}

impl fmt::Display for AnswerTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer is longer than {} bytes", self.limit)
    }
}

impl std::error::Error for AnswerTooLarge {}

impl AnswerTooLarge {
    /// Finds it among the causes of an error.
    pub(crate) fn in_chain(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(*found);
            }
            cause = error.source();
        }
        None
    }
}
