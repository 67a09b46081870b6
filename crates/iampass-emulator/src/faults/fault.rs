//! What a fault is.

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING};

use crate::error::InvalidFault;
use crate::operations::operations;

/// Something that goes wrong with signed calls, because a test wants it to.
///
/// A constructor says what goes wrong; the methods say for which operation
/// ([`on`](Self::on)), how often ([`times`](Self::times), [`always`](Self::always),
/// [`with_probability`](Self::with_probability)), after what time ([`delayed`](Self::delayed)), and
/// whether the operation takes effect all the same ([`applied`](Self::applied)). Unless they are
/// called, a fault applies to one call of any operation, at once, and the operation does not take effect.
///
/// A fault applies to calls whose signature is right, and no others: a call that would be refused with
/// 401, or for its path or method, is refused as ever and uses no fault up. A struck call has used its
/// nonce up.
///
/// In JSON a fault is one object: `{"kind": "status", "status": 503, "headers": {"Retry-After": "1"},
/// "operation": "add_users", "times": 2}`. `kind` is `status`, `delay`, `reset` or `cut_body`; the other
/// members are `body`, `delay_ms`, `applied`, and `always`, or `probability` and `seed`, in the place of
/// `times`.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a fault does nothing until it is injected"]
pub struct Fault {
    pub(crate) operation: Option<String>,
    pub(crate) kind: FaultKind,
    pub(crate) delay: Duration,
    pub(crate) applied: bool,
    pub(crate) selection: Selection,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FaultKind {
    /// Nothing but the delay.
    Delay,
    Status {
        status: u16,
        headers: Vec<(String, String)>,
        body: Option<String>,
    },
    Reset,
    CutBody,
}

/// Which of an operation's calls are struck.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Selection {
    Next(u64),
    Always,
    Probability { probability: f64, seed: u64 },
}

impl Fault {
    /// Responds with this status. [`header`](Self::header) and [`body`](Self::body) say the rest; by
    /// default the body is a line of plain text.
    pub fn status(status: u16) -> Self {
        Self::of(FaultKind::Status { status, headers: Vec::new(), body: None })
    }

    /// Responds rightly, but late: the operation takes effect when the time is over, or before it with
    /// [`applied`](Self::applied). A client that hangs up meanwhile keeps a call whose fault is not applied
    /// from taking effect.
    pub fn delay(delay: Duration) -> Self {
        Self::of(FaultKind::Delay).delayed(delay)
    }

    /// Resets the connection (TCP RST) in the place of a response.
    pub fn reset() -> Self {
        Self::of(FaultKind::Reset)
    }

    /// Sends half of a body, whose `Content-Length` is that of the whole, and closes the connection.
    /// It is the right response's body with [`applied`](Self::applied), else that of a 200 that tells
    /// nothing.
    pub fn cut_body() -> Self {
        Self::of(FaultKind::CutBody)
    }

    /// Strikes calls of this operation alone, given as the contract's `operationId`: `add_users`. By
    /// default calls of all operations.
    pub fn on(mut self, operation_id: impl Into<String>) -> Self {
        self.operation = Some(operation_id.into());
        self
    }

    /// Adds a header to the response, in the place of one that it would have: `Retry-After`. Can
    /// be called repeatedly. Only for [`Fault::status`]; other faults have no use for it.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if let FaultKind::Status { headers, .. } = &mut self.kind {
            headers.push((name.into(), value.into()));
        }
        self
    }

    /// Sets the response's body: plain text, unless a header says otherwise. Only for
    /// [`Fault::status`]; other faults have no use for it.
    pub fn body(mut self, text: impl Into<String>) -> Self {
        if let FaultKind::Status { body, .. } = &mut self.kind {
            *body = Some(text.into());
        }
        self
    }

    /// Lets this time pass before the fault: before the operation takes effect, or after it with
    /// [`applied`](Self::applied).
    pub fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Lets the operation take effect first: what a client sees when a response gets lost.
    pub fn applied(mut self) -> Self {
        self.applied = true;
        self
    }

    /// Strikes the next `calls` calls, and is gone then. By default one.
    pub fn times(mut self, calls: u64) -> Self {
        self.selection = Selection::Next(calls);
        self
    }

    /// Strikes every call until the faults are cleared.
    pub fn always(mut self) -> Self {
        self.selection = Selection::Always;
        self
    }

    /// Strikes calls with this probability, from 0 to 1, until the faults are cleared. Which ones is
    /// drawn from the seed: with the same seed, the same of an operation's calls by their number. So
    /// with calls one after the other a run can be repeated exactly.
    pub fn with_probability(mut self, probability: f64, seed: u64) -> Self {
        self.selection = Selection::Probability { probability, seed };
        self
    }

    fn of(kind: FaultKind) -> Self {
        Self { operation: None, kind, delay: Duration::ZERO, applied: false, selection: Selection::Next(1) }
    }

    /// The fault's name in the request log.
    pub(crate) fn code(&self) -> &'static str {
        match self.kind {
            FaultKind::Delay => "delay",
            FaultKind::Status { .. } => "status",
            FaultKind::Reset => "reset",
            FaultKind::CutBody => "cut_body",
        }
    }

    pub(crate) fn is_for(&self, operation_id: &str) -> bool {
        self.operation.as_deref().is_none_or(|operation| operation == operation_id)
    }

    pub(crate) fn validate(&self) -> Result<(), InvalidFault> {
        if let Some(operation) = &self.operation
            && !operations().any(|known| known.id == operation)
        {
            return Err(InvalidFault::UnknownOperation { operation: operation.clone() });
        }
        if let Selection::Probability { probability, .. } = self.selection
            && !(0.0..=1.0).contains(&probability)
        {
            return Err(InvalidFault::Probability { probability });
        }
        if let FaultKind::Status { status, headers, .. } = &self.kind {
            if !(200..600).contains(status) || StatusCode::from_u16(*status).is_err() {
                return Err(InvalidFault::Status { status: *status });
            }
            for header in headers {
                checked_header(header).map(drop)?;
            }
        }
        Ok(())
    }
}

/// A header as HTTP has it. Those that say where a message ends are the server's own business.
pub(crate) fn checked_header(header: &(String, String)) -> Result<(HeaderName, HeaderValue), InvalidFault> {
    let (name, value) = header;
    let refused = || InvalidFault::Header { name: name.clone() };
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
    if [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&parsed) {
        return Err(refused());
    }
    Ok((parsed, HeaderValue::from_str(value).map_err(|_| refused())?))
}
