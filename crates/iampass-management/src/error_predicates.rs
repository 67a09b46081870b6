//! What callers ask of an error instead of matching on it.

use std::time::Duration;

use reqwest::StatusCode;

use crate::certificate;
use crate::error::Error;
use crate::operation::Operation;
use crate::service_text::ServiceText;

impl Error {
    /// The operation's id, when a call failed; `None` when the client could not be made.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        Some(self.call()?.operation)
    }

    /// How many requests the call has cost; 0 when nothing was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.call().map_or(0, |call| call.attempts)
    }

    /// The HTTP status of the answer that this error is about.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::BadRequest { .. } => Some(StatusCode::BAD_REQUEST),
            Self::Unauthorized { .. } => Some(StatusCode::UNAUTHORIZED),
            Self::NotFound { .. } => Some(StatusCode::NOT_FOUND),
            Self::UnexpectedStatus { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// How long the service asked to wait before trying again (`Retry-After`).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::UnexpectedStatus { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What the service wrote: the reason of a refusal, or the text of an error answer.
    #[must_use]
    pub fn service_text(&self) -> Option<&str> {
        match self {
            Self::Refused { reason, .. } => reason.as_ref().map(ServiceText::as_str),
            Self::BadRequest { text, .. }
            | Self::Unauthorized { text, .. }
            | Self::NotFound { text, .. }
            | Self::UnexpectedStatus { text, .. } => Some(text.as_str()),
            _ => None,
        }
    }

    /// The service will not carry the call out (`status: false`).
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// The application or the user is not known to the service.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// The signature was not accepted.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Unauthorized { .. })
    }

    /// The service asks to slow down (429).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// No connection came about.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::Connect { .. })
    }

    /// No connection came about, because the service's certificate is not trusted: its authority is unknown,
    /// it has run out, or it is another host's. Nothing was sent, and nothing changes until somebody acts, so
    /// such a call is not repeated.
    ///
    /// rustls tells it. With `native-tls` this is never true, and such an error is one of
    /// [`is_connect`](Self::is_connect) like others.
    #[must_use]
    pub fn is_untrusted_certificate(&self) -> bool {
        matches!(self, Self::Connect { source, .. } if certificate::is_untrusted(source))
    }

    /// Time ran out, while connecting or afterwards.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Timeout { .. } => true,
            Self::Connect { source, .. } => source.is_timeout(),
            _ => false,
        }
    }

    /// Making the same call again later may succeed, and does no harm: nothing was done, or the contract
    /// says that the operation is safe to repeat.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let safe =
            || self.operation().and_then(Operation::by_id).is_some_and(|operation| operation.safe_to_repeat);
        match self {
            Self::Connect { source, .. } => !certificate::is_untrusted(source),
            Self::Timeout { .. } | Self::Transport { .. } => self.attempts() == 0 || safe(),
            Self::UnexpectedStatus { status, .. } => match status.as_u16() {
                429 | 503 => true,
                500 | 502 | 504 => safe(),
                _ => false,
            },
            _ => false,
        }
    }

    /// A short, stable name for metrics and spans (OpenTelemetry's `error.type`).
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Settings(_) => "settings",
            Self::BaseUrl(_) => "base_url",
            Self::Tls { .. } => "tls",
            Self::Certificate { .. } => "certificate",
            Self::WithinRuntime => "within_runtime",
            Self::Runtime { .. } => "runtime",
            Self::Setup { .. } => "setup",
            Self::NotSent { .. } => "not_sent",
            Self::Connect { .. } => "connect",
            Self::Timeout { .. } => "timeout",
            Self::Transport { .. } => "transport",
            Self::Refused { .. } => "refused",
            Self::BadRequest { .. } => "bad_request",
            Self::Unauthorized { .. } => "unauthorized",
            Self::NotFound { .. } => "not_found",
            Self::UnexpectedStatus { .. } => "unexpected_status",
            Self::UnreadableAnswer { .. } => "unreadable_answer",
        }
    }
}
