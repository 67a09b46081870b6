//! What a fault makes of a call's response.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use thiserror::Error;
use tokio::task::yield_now;
use tokio::time::sleep;

use super::fault::{Fault, FaultKind, checked_header};
use crate::http::response;

/// What is to be done with a response in the place of sending it at once: an extension of the response, for the
/// connection to carry out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResponseAction {
    delay: Duration,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Send,
    /// The head, and half of the body.
    Cut,
    Reset,
}

/// The connection is to be reset.
#[derive(Clone, Copy, Debug, Error)]
#[error("the connection is reset, as an injected fault asks for")]
pub(crate) struct Reset;

/// The body ends before its declared length.
#[derive(Clone, Copy, Debug, Error)]
#[error("the body is cut, as an injected fault asks for")]
struct CutBody;

/// The response to a call that was carried out.
pub(crate) fn after(fault: &Fault, response: Response) -> Response {
    match fault.kind {
        FaultKind::Delay => with_action(response, fault.delay, End::Send),
        FaultKind::CutBody => with_action(response, fault.delay, End::Cut),
        FaultKind::Reset => with_action(response, fault.delay, End::Reset),
        FaultKind::Status { .. } => with_action(instead(fault).unwrap_or(response), fault.delay, End::Send),
    }
}

/// The response to a call that is not carried out; `None` if the fault lets it be carried out. The delay is over.
pub(crate) fn instead(fault: &Fault) -> Option<Response> {
    Some(match &fault.kind {
        FaultKind::Delay => return None,
        FaultKind::Reset => no_response(),
        FaultKind::CutBody => {
            let whole = response::file("application/json", Bytes::from_static(b"{\"status\":true}"));
            with_action(whole, Duration::ZERO, End::Cut)
        }
        FaultKind::Status { status, headers, body } => {
            // Both were checked when the fault was injected.
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let text = body.as_deref().unwrap_or("This is a fault that was injected into the emulator.");
            let mut response = response::text(status, text);
            // They take the place of those that the response has.
            let headers: Vec<_> = headers.iter().filter_map(|header| checked_header(header).ok()).collect();
            for (name, _) in &headers {
                response.headers_mut().remove(name);
            }
            response.headers_mut().extend(headers);
            response
        }
    })
}

/// For a call that gets none.
pub(crate) fn no_response() -> Response {
    with_action(Response::default(), Duration::ZERO, End::Reset)
}

fn with_action(mut response: Response, delay: Duration, end: End) -> Response {
    response.extensions_mut().insert(ResponseAction { delay, end });
    response
}

impl ResponseAction {
    /// Whether there will be no response.
    pub(crate) fn resets(response: &Response) -> bool {
        response.extensions().get::<Self>().is_some_and(|action| action.end == End::Reset)
    }

    /// Carries out what is to be done with a response.
    ///
    /// # Errors
    /// [`Reset`] when the connection is to be reset in the place of sending it.
    pub(crate) async fn carry_out(mut response: Response) -> Result<Response, Reset> {
        let Some(action) = response.extensions_mut().remove::<Self>() else { return Ok(response) };
        sleep(action.delay).await;
        match action.end {
            End::Send => Ok(response),
            End::Cut => Ok(cut(response).await),
            End::Reset => Err(Reset),
        }
    }
}

/// The response with half of its body, and the length of the whole.
async fn cut(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    // It is in memory, and nothing of it can fail.
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.insert(CONTENT_LENGTH, whole.len().into());
    let half = stream::iter([Ok(whole.slice(..whole.len() / 2))]);
    // The connection writes out what it has while there is nothing more to be had, so that the end does not overtake it.
    let end = stream::once(async {
        yield_now().await;
        Err(CutBody)
    });
    Response::from_parts(head, Body::from_stream(half.chain(end)))
}
