//! Spans, under OpenTelemetry's names for HTTP clients. They hold no ids, names, URLs, bodies or signatures.

use reqwest::{Request, Response};
use tokio::time::Instant;
use tracing::field::{Empty, display};
use tracing::{Span, info_span};

use crate::error::Error;
use crate::request::Operation;
use crate::response::ended_too_early;

/// The span of a whole call.
pub(crate) fn call(operation: &Operation) -> Span {
    info_span!(
        "iampass.call",
        otel.name = operation.id,
        otel.status_code = Empty,
        iampass.operation = operation.id,
        iampass.attempts = Empty,
        iampass.elapsed_ms = Empty,
        http.response.status_code = Empty,
        error.type = Empty,
    )
}

/// When a span's `iampass.elapsed_ms` starts to count; `None` if no subscriber wants the span.
pub(crate) fn start(span: &Span) -> Option<Instant> {
    (!span.is_none()).then(Instant::now)
}

/// Records how a call ended.
pub(crate) fn record_end<T>(span: &Span, started: Option<Instant>, attempts: u32, result: &Result<T, Error>) {
    span.record("iampass.attempts", attempts);
    record_elapsed(span, started);
    if let Err(error) = result {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", error.kind().name());
        if let Some(status) = error.status() {
            span.record("http.response.status_code", status.as_u16());
        }
    }
}

fn record_elapsed(span: &Span, started: Option<Instant>) {
    if let Some(started) = started {
        span.record("iampass.elapsed_ms", u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
    }
}

/// The span of one attempt.
pub(crate) fn attempt(request: &Request, operation: &Operation, attempt: u32) -> Span {
    let url = request.url();
    info_span!(
        "iampass.attempt",
        otel.kind = "client",
        otel.name = %format_args!("{} {}", operation.method, operation.path),
        http.request.method = operation.method.as_str(),
        // Left out for the first attempt, as OpenTelemetry asks.
        http.request.resend_count = (attempt > 1).then(|| attempt - 1),
        http.response.status_code = Empty,
        url.template = operation.path,
        server.address = url.host_str().unwrap_or_default(),
        server.port = url.port_or_known_default(),
        error.type = Empty,
        iampass.operation = operation.id,
        iampass.elapsed_ms = Empty,
    )
}

/// Records how an attempt ended.
pub(crate) fn record_outcome(span: &Span, started: Option<Instant>, outcome: &reqwest::Result<Response>) {
    record_elapsed(span, started);
    match outcome {
        Ok(response) => {
            let status = response.status();
            span.record("http.response.status_code", status.as_u16());
            if status.is_client_error() || status.is_server_error() {
                span.record("error.type", display(status.as_u16()));
            } else if ended_too_early(response) {
                span.record("error.type", "transport");
            }
        }
        Err(error) => {
            let kind = if error.is_connect() {
                "connect"
            } else if error.is_timeout() {
                "timeout"
            } else {
                "transport"
            };
            span.record("error.type", kind);
        }
    }
}
