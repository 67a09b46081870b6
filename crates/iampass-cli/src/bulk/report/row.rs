//! A line of a report.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::cell::Cells;
use crate::bulk::outcome::Outcome;
use crate::output::write_json;

pub(super) const CSV_HEADER: &str = "line,id,outcome,chunk,reason\n";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Csv,
    Json,
}

impl Form {
    pub(super) fn of(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("csv") => Self::Csv,
            _ => Self::Json,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(in crate::bulk) struct Row<'a> {
    /// Where the id stands in the input.
    pub(in crate::bulk) line: u64,
    pub(in crate::bulk) id: &'a str,
    pub(in crate::bulk) outcome: Outcome,
    /// The chunk that it was sent with.
    pub(in crate::bulk) chunk: Option<u64>,
    /// Why it is invalid or has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::bulk) reason: Option<&'a str>,
}

impl Row<'_> {
    pub(super) fn write(&self, form: Form, cells: &mut Cells, text: &mut Vec<u8>) -> io::Result<()> {
        match form {
            Form::Json => {
                write_json(&mut *text, self)?;
                text.push(b'\n');
                Ok(())
            }
            Form::Csv => {
                let mut row = csv::Writer::from_writer(&mut *text);
                let (line, chunk) = (self.line.to_string(), self.chunk.map(|chunk| chunk.to_string()));
                row.write_record([
                    line.as_str(),
                    &cells.written(self.id),
                    self.outcome.name(),
                    chunk.as_deref().unwrap_or_default(),
                    &cells.written(self.reason.unwrap_or_default()),
                ])
                .map_err(io::Error::other)?;
                row.flush()
            }
        }
    }
}
