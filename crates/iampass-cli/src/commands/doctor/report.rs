//! What the doctor found, check by check.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use crate::exit::Exit;
use crate::output::{self, Records, Report, printable};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    Warning,
    Failed,
    Skipped,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::Ok => "32",
            Self::Warning => "33",
            Self::Failed => "1;31",
            Self::Skipped => "2",
        }
    }
}

#[derive(Debug, Serialize)]
struct Check {
    #[serde(rename = "check")]
    name: &'static str,
    status: Status,
    detail: String,
    /// What to do about it.
    advice: Option<String>,
}

/// The results of all checks, in their order.
#[derive(Debug, Serialize)]
pub(super) struct Findings {
    ok: bool,
    checks: Vec<Check>,
    #[serde(skip)]
    exit: Exit,
}

impl Findings {
    pub(super) fn new() -> Self {
        Self { ok: true, checks: Vec::new(), exit: Exit::Done }
    }

    pub(super) fn ok(&mut self, check: &'static str, detail: impl Into<String>) {
        self.note(check, Status::Ok, detail, None);
    }

    pub(super) fn skipped(&mut self, check: &'static str, why: impl Into<String>) {
        self.note(check, Status::Skipped, why, None);
    }

    pub(super) fn all_skipped(&mut self, checks: &[&'static str], why: &str) {
        for check in checks {
            self.skipped(check, why);
        }
    }

    pub(super) fn warning(
        &mut self,
        check: &'static str,
        detail: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.note(check, Status::Warning, detail, Some(advice.into()));
    }

    /// The first failure decides how the program ends: what comes after it mostly follows from it.
    pub(super) fn failed(
        &mut self,
        check: &'static str,
        exit: Exit,
        detail: impl Into<String>,
        advice: Option<String>,
    ) {
        self.note(check, Status::Failed, detail, advice);
        if self.ok {
            (self.ok, self.exit) = (false, exit);
        }
    }

    pub(super) fn exit(&self) -> Exit {
        self.exit
    }

    fn note(
        &mut self,
        name: &'static str,
        status: Status,
        detail: impl Into<String>,
        advice: Option<String>,
    ) {
        self.checks.push(Check { name, status, detail: detail.into(), advice });
    }
}

impl Report for Findings {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        for Check { name, status, detail, advice } in &self.checks {
            let word = format!("{:<7}", status.word());
            let word = if output::colours_on_stdout() {
                format!("\u{1b}[{}m{word}\u{1b}[0m", status.colour())
            } else {
                word
            };
            writeln!(out, "{word}  {name:<15}  {}", printable(detail))?;
            if let Some(advice) = advice {
                writeln!(out, "{:26}→ {}", "", printable(advice))?;
            }
        }
        Ok(())
    }

    fn records(&self) -> Records {
        let mut records = Records::new(&["check", "status", "detail", "advice"]);
        for Check { name, status, detail, advice } in &self.checks {
            records.push(vec![json!(name), json!(status), json!(detail), json!(advice)]);
        }
        records
    }
}
