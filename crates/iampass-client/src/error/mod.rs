//! Why a client could not be made, or a call did not succeed.

mod kind;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::request::Operation;
use crate::response::{DecodeError, ServerMessage};
use crate::tls_error::is_untrusted_certificate;

pub use self::kind::{ErrorKind, Unknown};

/// Why a client could not be made, or a call did not succeed.
///
/// [`kind`](Error::kind) tells what happened, the predicates answer what callers ask most. Neither `Display`
/// nor `Debug` shows secrets, signatures, user ids, display names, URLs (but for a proxy's scheme, host and port), or
/// what the service wrote; the service's text is in [`server_message`](Error::server_message).
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    call: Option<Call>,
}

/// The call that an error is about.
#[derive(Clone, Copy)]
struct Call {
    operation: &'static Operation,
    attempts: u32,
}

impl Error {
    /// An error of a call that cost so many requests.
    pub(crate) fn of_call(operation: &'static Operation, attempts: u32, kind: ErrorKind) -> Self {
        Self { kind, call: Some(Call { operation, attempts }) }
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The operation whose call failed; `None` when the client could not be made.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.call.map(|call| call.operation)
    }

    /// How many requests the call has cost; 0 when nothing was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.call.map_or(0, |call| call.attempts)
    }

    /// The HTTP status of the response that this error is about.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.kind {
            ErrorKind::BadRequest(_) => Some(StatusCode::BAD_REQUEST),
            ErrorKind::Unauthorized(_) => Some(StatusCode::UNAUTHORIZED),
            ErrorKind::NotFound { .. } => Some(StatusCode::NOT_FOUND),
            ErrorKind::UnexpectedStatus { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// How long the service asked to wait before trying again (`Retry-After`).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.kind {
            ErrorKind::UnexpectedStatus { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What the service wrote: the reason of a refusal, or the text of an error response.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        match &self.kind {
            ErrorKind::Refused(message) => message.as_ref(),
            ErrorKind::BadRequest(message)
            | ErrorKind::Unauthorized(message)
            | ErrorKind::NotFound { message, .. }
            | ErrorKind::UnexpectedStatus { message, .. } => Some(message),
            _ => None,
        }
        .map(ServerMessage::as_str)
    }

    /// The service will not carry the call out (`status: false`).
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.kind, ErrorKind::Refused(_))
    }

    /// The application or the user is not known to the service (404).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind, ErrorKind::NotFound { .. })
    }

    /// The application is not known to the service, see [`Unknown::Application`].
    #[must_use]
    pub fn is_unknown_application(&self) -> bool {
        matches!(self.kind, ErrorKind::NotFound { unknown: Unknown::Application, .. })
    }

    /// The application has no such user, see [`Unknown::User`].
    #[must_use]
    pub fn is_unknown_user(&self) -> bool {
        matches!(self.kind, ErrorKind::NotFound { unknown: Unknown::User, .. })
    }

    /// The signature was not accepted (401).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self.kind, ErrorKind::Unauthorized(_))
    }

    /// The service asks to slow down (429).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// No connection came about, be it for the service or for a proxy on the way.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Connect { .. }
                | ErrorKind::ProxyAuthentication { .. }
                | ErrorKind::ProxyRefused { .. }
        )
    }

    /// No connection came about, because the certificate of the service, or of a proxy of https, is not trusted: its
    /// authority is unknown, it has expired, or it is another host's. Nothing was sent, and a retry does not help, so such a call is not
    /// retried.
    ///
    /// Only rustls tells. With `native-tls` this is never true, and such an error is one of
    /// [`is_connect`](Self::is_connect) like others.
    #[must_use]
    pub fn is_untrusted_certificate(&self) -> bool {
        matches!(&self.kind, ErrorKind::Connect { source, .. } if is_untrusted_certificate(source))
    }

    /// Time ran out, while connecting or afterwards.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match &self.kind {
            ErrorKind::Timeout(_) => true,
            ErrorKind::Connect { source, .. } => source.is_timeout(),
            _ => false,
        }
    }

    /// Making the same call again later may succeed, and does no harm: nothing was done, or the contract
    /// says that the operation is safe to repeat.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let safe = self.operation().is_some_and(|operation| operation.safe_to_repeat);
        match &self.kind {
            ErrorKind::Connect { source, .. } => !is_untrusted_certificate(source),
            ErrorKind::ProxyRefused { .. } => true,
            ErrorKind::Timeout(_) | ErrorKind::Transport(_) => self.attempts() == 0 || safe,
            ErrorKind::Decode(DecodeError::CutOff { .. } | DecodeError::Empty) => safe,
            ErrorKind::UnexpectedStatus { status, .. } => match status.as_u16() {
                429 | 503 => true,
                500 | 502 | 504 => safe,
                _ => false,
            },
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.call {
            Some(Call { operation, attempts: 0 | 1 }) => write!(f, "{}: ", operation.id)?,
            Some(Call { operation, attempts }) => write!(f, "{} ({attempts} attempts): ", operation.id)?,
            None => {}
        }
        self.kind.fmt(f)
    }
}

impl StdError for Error {
    /// The kind's source: its text is this error's own.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.kind.source()
    }
}

impl fmt::Debug for Call {
    /// The operation by its id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, attempts } = self;
        f.debug_struct("Call").field("operation", &operation.id).field("attempts", attempts).finish()
    }
}

/// For errors that are not about a call.
impl<K: Into<ErrorKind>> From<K> for Error {
    fn from(kind: K) -> Self {
        Self { kind: kind.into(), call: None }
    }
}
