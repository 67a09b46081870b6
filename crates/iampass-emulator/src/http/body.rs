//! Reading bodies, within bounds of size and time.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::StatusCode;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, EXPECT, HeaderMap};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::http::answer::Answer;

/// How much of a body that nobody wants is read all the same, and for how long. A client that is
/// still sending would otherwise find its connection reset and never see the answer.
const DISCARDED_BYTES: usize = 64 * 1024 * 1024;
const DISCARD_TIMEOUT: Duration = Duration::from_secs(5);

/// How large a body may be, and how long it may take to arrive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) bytes: usize,
    pub(crate) time: Duration,
}

/// Reads a JSON body.
pub(crate) async fn json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: &mut Incoming,
    limits: Limits,
) -> Result<T, Answer> {
    if !is_json(headers) {
        let text = "The body must be JSON: send it with `content-type: application/json`.";
        return Err(Answer::text(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let bytes = read(body, limits).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Answer::bad_request(format!("The body is not the JSON that this operation takes: {error}"))
    })
}

/// Reads and forgets what is left of a body, unless the client waits to be asked for it.
pub(crate) async fn discard(headers: &HeaderMap, body: &mut Incoming, limits: Limits) {
    if headers.contains_key(EXPECT) {
        return;
    }
    let all = async {
        let mut left = DISCARDED_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    // Whether it was read to its end or not, the answer is sent now.
    let _in_time = timeout(DISCARD_TIMEOUT.min(limits.time), all).await.is_ok();
}

async fn read(body: &mut Incoming, limits: Limits) -> Result<Vec<u8>, Answer> {
    let limit = limits.bytes;
    let declared = body.size_hint().lower();
    if usize::try_from(declared).map_or(true, |declared| declared > limit) {
        return Err(too_large(limit));
    }
    let all = async {
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Answer::bad_request("The body ended too early."))?;
            if let Ok(data) = frame.into_data() {
                if data.len() > limit - bytes.len() {
                    return Err(too_large(limit));
                }
                bytes.extend_from_slice(&data);
            }
        }
        Ok(bytes)
    };
    timeout(limits.time, all).await.unwrap_or_else(|_| {
        Err(Answer::text(StatusCode::REQUEST_TIMEOUT, "The body took too long to arrive."))
    })
}

fn too_large(limit: usize) -> Answer {
    let text = format!("The body is larger than {limit} bytes.");
    Answer::text(StatusCode::PAYLOAD_TOO_LARGE, text)
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let media_type = value.to_str().ok().and_then(|value| value.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}
