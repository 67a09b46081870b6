//! A line of a report.

use std::io;

use serde::Serialize;

use super::cell::Cells;
use crate::bulk::outcome::Outcome;
use crate::bulk::report_format::ReportFormat;
use crate::output::write_json;

#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    /// Where the id stands in the input.
    pub(super) line: u64,
    pub(super) id: &'a str,
    pub(super) outcome: Outcome,
    /// Which one it is of the input's ids, from 1: a line may have several.
    pub(super) number: u64,
    /// Why it is invalid or has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'a str>,
}

impl Row<'_> {
    pub(super) fn write(
        &self,
        format: ReportFormat,
        cells: &mut Cells,
        text: &mut Vec<u8>,
    ) -> io::Result<()> {
        match format {
            ReportFormat::Json => {
                write_json(&mut *text, self)?;
                text.push(b'\n');
                Ok(())
            }
            ReportFormat::Csv => {
                let mut row = csv::Writer::from_writer(&mut *text);
                let (line, number) = (self.line.to_string(), self.number.to_string());
                row.write_record([
                    line.as_str(),
                    &cells.written(self.id),
                    self.outcome.name(),
                    &number,
                    &cells.written(self.reason.unwrap_or_default()),
                ])
                .map_err(io::Error::other)?;
                row.flush()
            }
        }
    }
}
