//! What is printed of a sign-in and of its session.

use std::io::{self, Write};

use iampass_authentication::SessionStatus;
use serde::Serialize;
use serde_json::json;

use crate::output::{Records, Report, printable};

/// What came of a sign-in.
#[derive(Serialize)]
pub(in crate::commands) struct SignInReport {
    started: bool,
    signed_in: bool,
    /// `None` where the service was not asked for it.
    session_status: Option<String>,
    /// Why it has not started, in the service's words.
    reason: Option<String>,
}

impl SignInReport {
    /// The sign-in has started, and is not waited for.
    pub(in crate::commands) fn started() -> Self {
        Self { started: true, signed_in: false, session_status: None, reason: None }
    }

    pub(in crate::commands) fn not_started(reason: Option<String>) -> Self {
        Self { started: false, signed_in: false, session_status: None, reason }
    }

    pub(in crate::commands) fn of(status: &SessionStatus) -> Self {
        let session_status = Some(status.as_str().to_owned());
        Self { started: true, signed_in: status.is_active(), session_status, reason: None }
    }
}

impl Report for SignInReport {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        match (&self.session_status, &self.reason) {
            (Some(status), _) => state(out, self.signed_in, status),
            (None, Some(reason)) => state(out, false, reason.trim()),
            (None, None) if self.started => writeln!(out, "started"),
            (None, None) => state(out, false, "the service gave no reason"),
        }
    }

    fn records(&self) -> Records {
        Records::new(&["started", "signed_in", "session_status", "reason"]).with(vec![
            json!(self.started),
            json!(self.signed_in),
            json!(self.session_status),
            json!(self.reason),
        ])
    }
}

/// The state of a session.
#[derive(Serialize)]
pub(super) struct SessionReport {
    signed_in: bool,
    session_status: String,
}

impl SessionReport {
    pub(super) fn of(status: &SessionStatus) -> Self {
        Self { signed_in: status.is_active(), session_status: status.as_str().to_owned() }
    }
}

impl Report for SessionReport {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        state(out, self.signed_in, &self.session_status)
    }

    fn records(&self) -> Records {
        Records::new(&["signed_in", "session_status"])
            .with(vec![json!(self.signed_in), json!(self.session_status)])
    }
}

fn state(out: &mut dyn Write, signed_in: bool, why: &str) -> io::Result<()> {
    if signed_in { writeln!(out, "signed in") } else { writeln!(out, "not signed in: {}", printable(why)) }
}

/// A session that has ended.
#[derive(Serialize)]
pub(super) struct Ended {
    pub(super) ended: bool,
}

impl Report for Ended {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "ended")
    }

    fn records(&self) -> Records {
        Records::new(&["ended"]).with(vec![json!(self.ended)])
    }
}
