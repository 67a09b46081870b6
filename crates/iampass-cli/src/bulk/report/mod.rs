//! The report: a line for each id that was read, in JSON or CSV, in the order in which chunks end.
//!
//! Each line of a chunk names it. So when a run goes on with a checkpoint, the lines of chunks that the
//! checkpoint has as done are kept, and all others are dropped: they come again.

mod cell;
mod compact;
mod error;
mod row;

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use self::cell::Cells;
pub(crate) use self::error::ReportProblem;
use self::row::Form;
pub(super) use self::row::Row;
use super::checkpoint::sync_folder_of;
use crate::private_file;

/// An open report.
#[derive(Debug)]
pub(super) struct Report {
    file: File,
    form: Form,
    /// A pipe or a device cannot be synced, and need not be.
    regular: bool,
    cells: Cells,
}

impl Report {
    /// Makes a report. One that is there already is not touched, unless it is empty.
    pub(super) fn begin(path: &Path) -> Result<Self, ReportProblem> {
        let form = Form::of(path);
        let before = std::fs::metadata(path).ok();
        let regular = before.as_ref().is_none_or(std::fs::Metadata::is_file);
        let empty = if form == Form::Csv { row::CSV_HEADER.len() as u64 } else { 0 };
        if regular && before.is_some_and(|metadata| metadata.len() > empty) {
            return Err(ReportProblem::Exists);
        }
        let mut options = OpenOptions::new();
        options.write(true).truncate(regular);
        // A report lists users: its owner alone may read it.
        let mut file = private_file::open_or_create(path, &options).map_err(ReportProblem::Open)?;
        private_file::make_private(&file).map_err(ReportProblem::Open)?;
        if form == Form::Csv {
            file.write_all(row::CSV_HEADER.as_bytes()).map_err(ReportProblem::Write)?;
        }
        if regular {
            file.sync_all().and_then(|()| sync_folder_of(path)).map_err(ReportProblem::Write)?;
        }
        Ok(Self { file, form, regular, cells: Cells::default() })
    }

    /// Opens the report of a run that is gone on with: `done` has the number of ids of each chunk whose
    /// lines must be in it.
    pub(super) fn go_on(path: &Path, done: &BTreeMap<u64, u64>) -> Result<Self, ReportProblem> {
        let before = std::fs::metadata(path);
        match before {
            // What went into a pipe or to a device is there.
            Ok(metadata) if !metadata.is_file() => return Self::begin(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return if done.is_empty() { Self::begin(path) } else { Err(ReportProblem::Missing) };
            }
            _ => {}
        }
        let form = Form::of(path);
        compact::compact(path, form, done)?;
        let file = OpenOptions::new().append(true).open(path).map_err(ReportProblem::Open)?;
        Ok(Self { file, form, regular: true, cells: Cells::default() })
    }

    /// With cells that no spreadsheet takes for formulas, if they are to be so.
    pub(super) fn spreadsheet_safe(mut self, safe: bool) -> Self {
        self.cells.safe = safe;
        self
    }

    /// What is to be told of it at the end.
    pub(super) fn note(&self) -> Option<String> {
        self.cells.note()
    }

    /// Writes lines; all of them, or it fails.
    pub(super) fn write<'a>(
        &mut self,
        lines: impl IntoIterator<Item = Row<'a>>,
    ) -> Result<(), ReportProblem> {
        let mut text = Vec::new();
        for line in lines {
            line.write(self.form, &mut self.cells, &mut text).map_err(ReportProblem::Write)?;
        }
        self.file.write_all(&text).map_err(ReportProblem::Write)
    }

    /// When this returns, what was written is on the disk.
    pub(super) fn sync(&self) -> Result<(), ReportProblem> {
        if self.regular { self.file.sync_data().map_err(ReportProblem::Write) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
