//! A fault in words, for people.

use super::fault::{Fault, FaultKind, Selection};

impl Fault {
    /// What goes wrong, and for what.
    pub(crate) fn description(&self) -> String {
        let what = match &self.kind {
            FaultKind::Delay => "late response".to_owned(),
            FaultKind::Status { status, .. } => format!("status {status}"),
            FaultKind::Reset => "connection reset".to_owned(),
            FaultKind::CutBody => "half of the body".to_owned(),
        };
        let operation = self.operation.as_deref().unwrap_or("any operation");
        let delay = if self.delay.is_zero() { String::new() } else { format!(", after {:?}", self.delay) };
        let applied = if self.applied { ", which takes effect all the same" } else { "" };
        format!("{what} for {operation}{delay}{applied}")
    }

    /// Which calls it applies to.
    pub(crate) fn struck_calls(&self) -> String {
        match self.selection {
            Selection::Next(1) => "the next one".to_owned(),
            Selection::Next(calls) => format!("{calls}, one after the other"),
            Selection::Always => "every one".to_owned(),
            Selection::Probability { probability, .. } => format!("{} in a hundred", probability * 100.0),
        }
    }
}
