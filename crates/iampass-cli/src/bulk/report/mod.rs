//! The report: a line for each id that was come to, in JSON or CSV, in the order in which chunks end.
//!
//! It only grows. The checkpoint tells how far it had come, so a run that goes on finds the lines that the checkpoint does
//! not know of: those of chunks that were answered just before a crash. These lines hold.

mod cell;
mod error;
mod known;
mod row;

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use iampass_management::{Chunk, SkipReason};

use self::cell::Cells;
pub(crate) use self::error::ReportProblem;
use self::row::{Form, Row};
use super::digest::{Beginning, Digest};
use super::outcome::{Outcome, Sent};
use super::prepare::Part;
use crate::private_file::{self, sync_folder_of};

/// An open report.
#[derive(Debug)]
pub(super) struct Report {
    file: File,
    form: Form,
    /// A pipe or a device cannot be synced or read again, and need not be.
    regular: bool,
    cells: Cells,
    digest: Digest,
    known: BTreeMap<u64, Outcome>,
}

impl Report {
    /// Makes a report. One that is there already is not touched, unless it is empty.
    pub(super) fn begin(path: &Path) -> Result<Self, ReportProblem> {
        let form = Form::of(path);
        let header = form.header();
        let before = std::fs::metadata(path).ok();
        let regular = before.as_ref().is_none_or(std::fs::Metadata::is_file);
        if regular && before.is_some_and(|metadata| metadata.len() > header.len() as u64) {
            return Err(ReportProblem::Exists);
        }
        let mut file = open_private(path, regular).map_err(ReportProblem::Open)?;
        file.write_all(header.as_bytes()).map_err(ReportProblem::Write)?;
        if regular {
            file.sync_all().and_then(|()| sync_folder_of(path)).map_err(ReportProblem::Write)?;
        }
        let mut digest = Digest::default();
        digest.update(header.as_bytes());
        Ok(Self { file, form, regular, cells: Cells::default(), digest, known: BTreeMap::new() })
    }

    /// Opens the report of a run that is gone on with, whose checkpoint has this of it.
    pub(super) fn go_on(path: &Path, before: &Beginning) -> Result<Self, ReportProblem> {
        let form = Form::of(path);
        match std::fs::metadata(path) {
            // What went into a pipe or to a device is there.
            Ok(metadata) if !metadata.is_file() => return Self::begin(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let had_lines = before.bytes > form.header().len() as u64;
                return if had_lines { Err(ReportProblem::Missing) } else { Self::begin(path) };
            }
            _ => {}
        }
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).open(path).map_err(ReportProblem::Open)?;
        let (digest, known) = known::read(&mut file, form, before)?;
        // The last line of a run that was killed may be torn.
        file.set_len(digest.beginning().bytes).map_err(ReportProblem::Write)?;
        private_file::make_private(&file).map_err(ReportProblem::Open)?;
        Ok(Self { file, form, regular: true, cells: Cells::default(), digest, known })
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

    /// What it has of ids that are done, and the checkpoint does not know of.
    pub(super) fn known(&self) -> &BTreeMap<u64, Outcome> {
        &self.known
    }

    /// Writes a line for each id of a chunk, in the order of the input, but for those that are known and those that were
    /// not sent. `sent` is of the chunk's ids.
    pub(super) fn write(&mut self, chunk: &Chunk, part: &Part, sent: &[Sent]) -> Result<(), ReportProblem> {
        let reasons: Vec<_> = chunk.skipped.iter().map(|id| invalid(id.reason)).collect();
        let skipped = chunk.skipped.iter().zip(&reasons).map(|(id, reason)| {
            (id.position, id.id.as_str(), Outcome::of_skipped(id.reason), reason.as_deref())
        });
        let sent = chunk.positions.iter().zip(&chunk.ids).zip(sent).filter_map(|((number, id), sent)| {
            let (outcome, reason) = sent.as_ref()?;
            Some((*number, id.as_str(), *outcome, reason.as_deref()))
        });
        let mut rows: Vec<_> = skipped
            .chain(sent)
            .filter(|(number, ..)| !self.known.contains_key(number))
            .map(|(number, id, outcome, reason)| Row { line: part.line(number), id, outcome, number, reason })
            .collect();
        rows.sort_unstable_by_key(|row| row.number);
        let mut text = Vec::new();
        for row in rows {
            row.write(self.form, &mut self.cells, &mut text).map_err(ReportProblem::Write)?;
        }
        self.file.write_all(&text).map_err(ReportProblem::Write)?;
        self.digest.update(&text);
        Ok(())
    }

    /// When this returns, all of it is on the disk.
    pub(super) fn sync(&self) -> Result<Beginning, ReportProblem> {
        if self.regular {
            self.file.sync_data().map_err(ReportProblem::Write)?;
        }
        Ok(self.digest.beginning())
    }
}

/// Why an id cannot be sent.
fn invalid(reason: SkipReason) -> Option<String> {
    if let SkipReason::Invalid(reason) = reason { Some(reason.to_string()) } else { None }
}

/// Opens a file for a report from its beginning. A report lists users: its owner alone may read it.
fn open_private(path: &Path, truncate: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let file = private_file::open_or_create(path, options.write(true).truncate(truncate))?;
    private_file::make_private(&file)?;
    Ok(file)
}
