//! What a scripted server does with a request.

use std::time::{Duration, UNIX_EPOCH};

use crate::support::success;

/// One reply: the steps that follow a request or, for faults that come before it, a connection.
pub(crate) struct Reply {
    pub(crate) when: When,
    pub(crate) steps: Vec<Step>,
}

pub(crate) enum When {
    /// As soon as the connection is there; no request is read.
    Connected,
    /// When a request has been read.
    Requested,
}

/// The bytes to send, made when they are sent.
pub(crate) type Bytes = Box<dyn Fn(&Asked) -> Vec<u8> + Send + Sync>;

/// What a response may depend on.
pub(crate) struct Asked {
    /// Unix seconds.
    pub(crate) now: u64,
    /// The request's own time; 0 where no request was read.
    pub(crate) timestamp: u64,
    /// The operation that the request is for; empty where no request was read.
    pub(crate) operation: String,
}

pub(crate) enum Step {
    Send(Bytes),
    /// Byte by byte, each after a wait.
    Drip {
        bytes: Vec<u8>,
        every: Duration,
    },
    /// The same again and again, each after a wait, until the client goes.
    Flood {
        bytes: Vec<u8>,
        every: Duration,
    },
    Wait(Duration),
    /// Says nothing until the client goes.
    Hold,
    /// Ends this side of the connection and goes on reading.
    Finish,
    Close,
    /// Ends the connection with a TCP reset.
    Reset,
}

/// What the service writes under an error: services like to repeat what they were given.
pub(crate) const ERROR_TEXT: &str = "No: marker-user, Marker Name, MARKERSECRET0123456789ABCDEFGHIJ";

impl Reply {
    pub(crate) fn to_request(steps: impl Into<Vec<Step>>) -> Self {
        Self { when: When::Requested, steps: steps.into() }
    }

    pub(crate) fn to_connection(steps: impl Into<Vec<Step>>) -> Self {
        Self { when: When::Connected, steps: steps.into() }
    }

    /// These bytes; the connection stays open.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::to_request([Step::send(bytes)])
    }

    /// A 200 with this body.
    pub(crate) fn body(body: impl AsRef<[u8]>) -> Self {
        Self::raw(http("200 OK", "", body))
    }

    /// A success of the operation that is asked for.
    pub(crate) fn success() -> Self {
        Self::to_request([Step::made(|asked| http("200 OK", "", success(&asked.operation).0))])
    }

    /// A status with an error's text. Headers are whole lines.
    pub(crate) fn status(status: &str, headers: &str) -> Self {
        Self::raw(http(status, headers, ERROR_TEXT))
    }

    /// A 401 by a service whose clock is this many seconds ahead.
    pub(crate) fn unauthorized(ahead: i64) -> Self {
        Self::to_request([Step::dated("401 Unauthorized", "", ahead)])
    }

    pub(crate) fn then(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.steps.extend(steps);
        self
    }
}

impl Step {
    pub(crate) fn send(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::Send(Box::new(move |_| bytes.clone()))
    }

    /// A status with an error's text and the `Date` of a service whose clock is this many seconds ahead.
    pub(crate) fn dated(status: &'static str, headers: &'static str, ahead: i64) -> Self {
        Self::made(move |asked| {
            let date = http_date(asked.now.saturating_add_signed(ahead));
            http(status, &format!("date: {date}\r\n{headers}"), ERROR_TEXT)
        })
    }

    pub(crate) fn made(bytes: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::Send(Box::new(bytes))
    }

    /// As fast as the client takes it. Some virtual time passes all the same, or no time limit could end it.
    pub(crate) fn flood(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Flood { bytes: bytes.into(), every: Duration::from_millis(1) }
    }

    pub(crate) fn drip(bytes: impl Into<Vec<u8>>, every: Duration) -> Self {
        Self::Drip { bytes: bytes.into(), every }
    }
}

/// A response with its length. Headers are whole lines.
pub(crate) fn http(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

pub(crate) fn http_date(unix_seconds: u64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(unix_seconds))
}
