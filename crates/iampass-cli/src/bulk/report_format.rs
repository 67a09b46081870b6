//! The format of a report.

use std::path::Path;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReportFormat {
    Csv,
    Json,
}

impl ReportFormat {
    /// What stands before the first line.
    pub(super) fn header(self) -> &'static str {
        match self {
            Self::Csv => "line,id,outcome,number,reason\n",
            Self::Json => "",
        }
    }

    /// By the end of the file's name.
    pub(super) fn of(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("csv") => Self::Csv,
            _ => Self::Json,
        }
    }
}
