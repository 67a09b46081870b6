//! Reads the body of a response into memory, up to a limit.

use std::error::Error as StdError;
use std::io;

use http::Response as HttpResponse;
use reqwest::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use reqwest::{Body, Response, ResponseBuilderExt as _};

use super::server_message::ServerMessage;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Gives the same response with its body in memory.
///
/// A success is read completely. One that is longer than `limit` bytes gets a body that is an error to read
/// ([`ResponseTooLarge`]). A byte order mark before it is removed: RFC 8259 lets a reader of JSON ignore it, and the
/// vendor's own client does. Of any other response as much is kept as a [`ServerMessage`] holds, even where the
/// connection broke: there the status is what counts.
pub(crate) async fn buffer(mut response: Response, limit: usize) -> reqwest::Result<Response> {
    let is_success = response.status().is_success();
    let limit = if is_success { limit } else { ServerMessage::LIMIT };
    let too_large = |response| Ok(with_body(response, failing(ResponseTooLarge { limit })));
    if is_success && response.content_length().is_some_and(|announced| announced > limit as u64) {
        return too_large(response);
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = limit - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                match (chunk.len() > room, is_success) {
                    (true, true) => return too_large(response),
                    (true, false) => break,
                    (false, _) => {}
                }
            }
            Err(error) if is_success => return Err(error),
            Ok(None) | Err(_) => break,
        }
    }
    if is_success && body.starts_with(BYTE_ORDER_MARK) {
        body.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(with_body(response, body.into()))
}

fn with_body(mut response: Response, body: Body) -> Response {
    // Without a URL, reqwest would parse a placeholder for it.
    let empty = HttpResponse::builder().url(response.url().clone()).body(()).unwrap_or_default();
    let mut parts = empty.map(|()| body);
    *parts.status_mut() = response.status();
    *parts.headers_mut() = std::mem::take(response.headers_mut());
    // They described the body as it was transferred.
    parts.headers_mut().remove(CONTENT_LENGTH);
    parts.headers_mut().remove(TRANSFER_ENCODING);
    parts.into()
}

/// In place of a response, when the deadline passed before the request could be sent.
pub(crate) fn deadline_passed() -> Response {
    // `reqwest::Error::is_timeout` recognises this error; reqwest's own cannot be made by others.
    HttpResponse::new(failing(io::Error::from(io::ErrorKind::TimedOut))).into()
}

/// In place of a response, when the request was not sent.
pub(crate) fn not_sent() -> Response {
    HttpResponse::new(Body::default()).into()
}

fn failing(error: impl StdError + Send + Sync + 'static) -> Body {
    Body::wrap_stream(futures_util::stream::iter([Err::<Vec<u8>, _>(error)]))
}

/// A response's body is longer than the call's policy allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the response is longer than {limit} bytes")]
pub(crate) struct ResponseTooLarge {
    pub(crate) limit: usize,
}

impl ResponseTooLarge {
    /// Finds it among the causes of an error.
    pub(crate) fn in_chain(error: &(dyn StdError + 'static)) -> Option<Self> {
        let mut causes = std::iter::successors(Some(error), |error| (*error).source());
        causes.find_map(|error| error.downcast_ref::<Self>().copied())
    }
}
