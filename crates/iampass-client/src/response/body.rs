//! Reads the body of a response into memory, up to a limit.

use std::error::Error as StdError;
use std::io;

use http::Response as HttpResponse;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use reqwest::{Body, Response, ResponseBuilderExt as _};
use serde::de::IgnoredAny;

use super::decode_error::DecodeError;
use super::server_message::ServerMessage;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Gives the same response with its body in memory.
///
/// A success is read completely. One that is longer than `limit` bytes gets a body that is an error to read
/// ([`ResponseTooLarge`]). A byte order mark before it is removed: RFC 8259 lets a reader of JSON ignore it, and the
/// vendor's own client does. One whose content is encoded, and not JSON as it is, gets a body that is an error to read
/// ([`CompressedBody`]). One that ends too early where the connection's end is its own is marked
/// ([`ended_too_early`]): the connection may have broken. Of any other response as much is kept as a [`ServerMessage`]
/// holds, even where the connection broke: there the status is what counts.
pub(crate) async fn buffer(mut response: Response, limit: usize) -> reqwest::Result<Response> {
    let is_success = response.status().is_success();
    let limit = if is_success { limit } else { ServerMessage::LIMIT };
    let too_large = |response| Ok(with_body(response, failing(ResponseTooLarge { limit })));
    if is_success && response.content_length().is_some_and(|announced| announced > limit as u64) {
        return too_large(response);
    }
    // A status without a body (204) has a length of zero.
    let ends_with_connection =
        response.content_length().is_none() && !response.headers().contains_key(TRANSFER_ENCODING);
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
    if !is_success {
        return Ok(with_body(response, body.into()));
    }
    if body.starts_with(BYTE_ORDER_MARK) {
        body.drain(..BYTE_ORDER_MARK.len());
    }
    if let Some(encoding) = content_encoding(response.headers())
        && !body.is_empty()
        && serde_json::from_slice::<IgnoredAny>(&body).is_err()
    {
        return Ok(with_body(response, failing(CompressedBody { encoding })));
    }
    let is_cut_off = ends_with_connection
        && serde_json::from_slice::<IgnoredAny>(&body).is_err_and(|error| error.is_eof());
    let mut response = with_body(response, body.into());
    if is_cut_off {
        response.extensions_mut().insert(EndedTooEarly);
    }
    Ok(response)
}

/// Marks a response in its extensions.
#[derive(Clone, Copy, Debug)]
struct EndedTooEarly;

/// Whether the JSON of a success ended too early, together with the connection: what a broken connection looks like where
/// the response does not say how long it is.
pub(crate) fn ended_too_early(response: &Response) -> bool {
    response.extensions().get::<EndedTooEarly>().is_some()
}

/// The name of the encoding that was applied last.
fn content_encoding(headers: &HeaderMap) -> Option<&'static str> {
    let values = headers.get_all(CONTENT_ENCODING).iter().map(|value| value.to_str().unwrap_or("unknown"));
    let names = values.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase());
    let last = names.rev().find(|name| !name.is_empty() && name != "identity")?;
    // The service's text itself is not shown in errors.
    Some(match last.as_str() {
        "gzip" | "x-gzip" => "gzip",
        "compress" | "x-compress" => "compress",
        "deflate" => "deflate",
        "br" => "br",
        "zstd" => "zstd",
        _ => "an unknown encoding",
    })
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
struct ResponseTooLarge {
    limit: usize,
}

/// A response's body is encoded in a way that was not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the response is compressed ({encoding})")]
struct CompressedBody {
    encoding: &'static str,
}

/// Why a body in memory is an error to read, if an error's causes tell.
pub(crate) fn decode_error(error: &(dyn StdError + 'static)) -> Option<DecodeError> {
    let mut causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.find_map(|cause| {
        if let Some(ResponseTooLarge { limit }) = cause.downcast_ref() {
            return Some(DecodeError::TooLarge { limit: *limit });
        }
        let CompressedBody { encoding } = cause.downcast_ref()?;
        Some(DecodeError::Compressed { encoding })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_that_was_applied_last_is_named() {
        for (values, expected) in [
            (vec![], None),
            (vec![""], None),
            (vec!["identity"], None),
            (vec!["Identity, "], None),
            (vec!["gzip"], Some("gzip")),
            (vec!["X-GZIP"], Some("gzip")),
            (vec!["gzip, identity"], Some("gzip")),
            (vec!["gzip, br"], Some("br")),
            (vec!["gzip", "br"], Some("br")),
            (vec!["deflate,"], Some("deflate")),
            (vec!["alice@example.com"], Some("an unknown encoding")),
        ] {
            let mut headers = HeaderMap::new();
            for value in &values {
                headers.append(CONTENT_ENCODING, value.parse().unwrap());
            }
            assert_eq!(content_encoding(&headers), expected, "{values:?}");
        }
    }
}
