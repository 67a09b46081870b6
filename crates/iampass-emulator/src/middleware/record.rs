//! The record of requests: one line in the log and one entry in the list for each.
//!
//! Handlers say what the record is to hold beside the status in extensions of their response.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_LENGTH, HeaderMap};
use axum::http::{Extensions, Method};
use axum::middleware::Next;
use axum::response::Response;
use iampass_auth::Clock as _;
use iampass_authentication::SessionStatus;

use crate::app_state::AppState;
use crate::faults::ResponseAction;
use crate::link::{redacted_path, redacted_text};
use crate::request_log::{RecordedFault, RecordedRefusal, RequestRecord};

/// What is recorded of a request itself.
#[derive(Debug)]
struct RequestHead {
    method: Method,
    /// Without what is secret in it.
    path: String,
    body_bytes: Option<u64>,
}

/// The contract's `operationId` of the operation that was called: an extension of the response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CalledOperation(pub(crate) &'static str);

/// What a call that asks for the status of a session is told: an extension of the response.
#[derive(Clone, Debug)]
pub(crate) struct ToldStatus(pub(crate) SessionStatus);

/// A response that is logged, and not listed among a test's requests: an extension of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unlisted {
    Page,
    AdminCall,
}

/// Leaves a page out of the list.
pub(crate) async fn unlisted(mut response: Response) -> Response {
    response.extensions_mut().insert(Unlisted::Page);
    response
}

/// Records a request and its response, before the response is sent.
pub(crate) async fn record_request(
    State(state): State<Arc<AppState>>,
    request: Request,
    next: Next,
) -> Response {
    let head = RequestHead::of(&request);
    // Paths of pages and of the admin API hold users' ids, their routes do not.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let extensions = response.extensions();
    let status = if ResponseAction::resets(&response) { 0 } else { response.status().as_u16() };
    match (extensions.get::<Unlisted>(), extensions.get::<RecordedRefusal>()) {
        (None, _) => head.record(&state, status, extensions),
        (Some(_), Some(refusal)) => {
            tracing::info!(method = %head.method, ?route, status, refusal = refusal.code, "refused");
        }
        (Some(Unlisted::Page), None) => tracing::debug!(?route, status, "shown"),
        (Some(Unlisted::AdminCall), None) => {
            tracing::info!(method = %head.method, ?route, status, "admin call");
        }
    }
    response
}

impl RequestHead {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            path: redacted_path(request.uri().path()),
            body_bytes: declared_length(request.headers()),
        }
    }

    /// Records the request with this status, 0 if there is no response, and with what the extensions say.
    fn record(self, state: &AppState, status: u16, extensions: &Extensions) {
        let operation = extensions.get::<CalledOperation>().map(|operation| operation.0);
        let fault = extensions.get::<RecordedFault>().copied();
        let mut refusal = extensions.get::<RecordedRefusal>().cloned();
        if let Some(refusal) = &mut refusal {
            refusal.explanation = redacted_text(&refusal.explanation);
        }
        if let Some(fault) = fault {
            tracing::warn!(operation, status, fault = fault.code, applied = fault.applied, "a fault struck");
        } else if let Some(refusal) = &refusal {
            log_refusal(&self.method, operation, status, refusal);
        } else {
            tracing::info!(method = %self.method, operation, status, "responded");
        }
        state.record(RequestRecord {
            number: 0,
            times: 1,
            last_number: 0,
            unix_seconds: state.clock.unix_seconds(),
            method: self.method.to_string(),
            path: self.path,
            operation,
            body_bytes: self.body_bytes,
            status,
            session_status: extensions.get::<ToldStatus>().map(|told| told.0.clone()),
            refusal,
            fault,
        });
    }
}

fn log_refusal(method: &Method, operation: Option<&str>, status: u16, refusal: &RecordedRefusal) {
    let code = refusal.code;
    if status == 401 || code == "unknown_application" {
        tracing::warn!(operation, status, refusal = code, "not authenticated");
        tracing::debug!(refusal = code, mistakes = ?refusal.mistakes, "diagnosed");
    } else {
        tracing::info!(%method, operation, status, refusal = code, "refused");
    }
    // It contains the URL, or user ids.
    tracing::trace!(refusal = code, "{}", refusal.explanation);
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
