//! The report: a line for each id that was read, in JSON or CSV, in the order in which chunks end.
//!
//! Each line of a chunk names it. So when a run goes on with a checkpoint, the lines of chunks that the
//! checkpoint has as done are kept, and all others are dropped: they come again.

mod compact;
mod row;

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(super) use self::row::Row;
use super::checkpoint::sync_folder_of;
use crate::private_file;

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReportProblem {
    #[error("it cannot be opened")]
    Open(#[source] io::Error),
    #[error("it is there already")]
    Exists,
    #[error("it is not there, and the checkpoint has chunks whose ids are in it")]
    Missing,
    #[error("it cannot be read")]
    Read(#[source] io::Error),
    #[error("it cannot be written")]
    Write(#[source] io::Error),
    #[error("its line {line} is no line of a report")]
    Damaged { line: u64 },
    #[error(
        "it is not the report that belongs to the checkpoint: of chunk {chunk} it has {found} ids, not {expected}"
    )]
    Other { chunk: u64, found: u64, expected: u64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Json,
}

impl Form {
    fn of(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("csv") => Self::Csv,
            _ => Self::Json,
        }
    }
}

/// An open report.
#[derive(Debug)]
pub(super) struct Report {
    file: File,
    form: Form,
    /// A pipe or a device cannot be synced, and need not be.
    regular: bool,
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
        let mut file = open_private(path, regular).map_err(ReportProblem::Open)?;
        if form == Form::Csv {
            file.write_all(row::CSV_HEADER.as_bytes()).map_err(ReportProblem::Write)?;
        }
        if regular {
            file.sync_all().and_then(|()| sync_folder_of(path)).map_err(ReportProblem::Write)?;
        }
        Ok(Self { file, form, regular })
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
        compact::compact(path, &beside(path), form, done)?;
        let file = OpenOptions::new().append(true).open(path).map_err(ReportProblem::Open)?;
        Ok(Self { file, form, regular: true })
    }

    /// Writes lines; all of them, or it fails.
    pub(super) fn write<'a>(
        &mut self,
        lines: impl IntoIterator<Item = Row<'a>>,
    ) -> Result<(), ReportProblem> {
        let mut text = Vec::new();
        for line in lines {
            line.write(self.form, &mut text).map_err(ReportProblem::Write)?;
        }
        self.file.write_all(&text).map_err(ReportProblem::Write)
    }

    /// When this returns, what was written is on the disk.
    pub(super) fn sync(&self) -> Result<(), ReportProblem> {
        if self.regular { self.file.sync_data().map_err(ReportProblem::Write) } else { Ok(()) }
    }
}

/// The file that takes a report's place when it is whole.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Opens a file for a report from its beginning. A report lists users: its owner alone may read it.
fn open_private(path: &Path, truncate: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let file = private_file::open_or_create(path, options.write(true).truncate(truncate))?;
    private_file::make_private(&file)?;
    Ok(file)
}

#[cfg(test)]
mod tests;
