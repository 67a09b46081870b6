//! Reading JSON bodies, within bounds of size and time.
//!
//! axum's own extractor takes `application/*+json` too, has no bound of time, and words its refusals for another reader.

use std::time::Duration;

use axum::Extension;
use axum::RequestExt as _;
use axum::body::{Body, HttpBody as _};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::rejection::Rejection;
use crate::request_log::RecordedRefusal;

/// How large a body may be, and how long it may take to arrive: an extension of the requests that [`JsonBody`] reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimits {
    pub(crate) bytes: usize,
    pub(crate) time: Duration,
}

/// A body of JSON.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Rejection;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Rejection> {
        if !has_media_type(request.headers(), "application/json") {
            let text = "The body must be JSON: send it with `content-type: application/json`.";
            return Err(Rejection::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", text));
        }
        let bytes = read_within_limits(request).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| bad_json(&error))
    }
}

/// Reads a body, as large and as long as the extension allows.
pub(super) async fn read_within_limits(mut request: Request) -> Result<axum::body::Bytes, Rejection> {
    let limits = request.extract_parts::<Extension<BodyLimits>>().await;
    let Extension(limits) = limits.map_err(|_| Rejection::internal_error())?;
    timeout(limits.time, read(request.into_body(), limits.bytes)).await.unwrap_or_else(|_| {
        let text = "The body took too long to arrive.";
        Err(Rejection::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", text))
    })
}

/// The client is told what is wrong in serde's words. They quote what the body holds, so the record says where alone.
fn bad_json(error: &serde_json::Error) -> Rejection {
    let code = "bad_json";
    let text = "The body is not the JSON that this operation takes";
    let explanation = format!("{text}: see line {}, column {}.", error.line(), error.column());
    Rejection::bad_request(code, format!("{text}: {error}")).recorded_as(RecordedRefusal {
        code,
        explanation,
        mistakes: Vec::new(),
    })
}

async fn read(body: Body, limit: usize) -> Result<axum::body::Bytes, Rejection> {
    let too_large = || {
        Rejection::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            format!("The body is larger than {limit} bytes."),
        )
    };
    // Nothing is read of a body that says that it is too large.
    if usize::try_from(body.size_hint().lower()).map_or(true, |declared| declared > limit) {
        return Err(too_large());
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Rejection::bad_request("body_incomplete", "The body ended too early.")),
    }
}

pub(super) fn has_media_type(headers: &HeaderMap, wanted: &str) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let media_type = value.to_str().ok().and_then(|value| value.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(wanted))
}
