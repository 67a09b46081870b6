//! The report: a line for each id that was reached, in JSON or CSV, in the order in which chunks end.
//!
//! It only grows. The checkpoint has its length, so a run that is resumed finds the lines that the checkpoint does
//! not know of: those of chunks that were answered just before a crash. These lines hold.

mod cell;
mod error;
mod known;
mod row;

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use iampass_management::{Chunk, SkipReason};

use self::cell::Cells;
pub(crate) use self::error::ReportProblem;
use self::row::Row;
use super::digest::{Beginning, Digest};
use super::outcome::{Outcome, Sent};
use super::prepare::Part;
use super::report_format::ReportFormat;
use crate::private_file::{self, check_stream, not_regular, sync_folder_of, try_lock};

/// An open report.
#[derive(Debug)]
pub(super) struct Report {
    file: File,
    format: ReportFormat,
    /// A pipe or a device cannot be synced or read again, and need not be.
    regular: bool,
    cells: Cells,
    digest: Digest,
    known: BTreeMap<u64, Outcome>,
}

impl Report {
    /// Makes a report. One that is there already is not touched, unless it has no line.
    pub(super) fn begin(path: &Path) -> Result<Self, ReportProblem> {
        let (mut file, regular) = open(path)?;
        let format = ReportFormat::of(path);
        let header = format.header().as_bytes();
        if regular {
            let mut there = Vec::new();
            let beginning = (&file).take(header.len() as u64 + 1).read_to_end(&mut there);
            beginning.map_err(ReportProblem::Read)?;
            if !header.starts_with(&there) {
                return Err(ReportProblem::Exists);
            }
            private_file::make_private(&file).map_err(ReportProblem::Open)?;
            cut(&mut file, 0)?;
        }
        file.write_all(header).map_err(ReportProblem::Write)?;
        if regular {
            file.sync_all().and_then(|()| sync_folder_of(path)).map_err(ReportProblem::Write)?;
        }
        let mut digest = Digest::default();
        digest.update(header);
        Ok(Self { file, format, regular, cells: Cells::default(), digest, known: BTreeMap::new() })
    }

    /// Opens the report of an earlier run, whose checkpoint has this of it.
    pub(super) fn go_on(path: &Path, before: &Beginning) -> Result<Self, ReportProblem> {
        let format = ReportFormat::of(path);
        let is_new = !path.exists();
        if is_new && before.bytes > format.header().len() as u64 {
            return Err(ReportProblem::Missing);
        }
        // What went into a pipe or to a device is there.
        if is_new || private_file::is_stream(path) {
            return Self::begin(path);
        }
        let (mut file, regular) = open(path)?;
        let (digest, known) = known::read(&mut file, format, before)?;
        // The last line of a run that was killed may be torn.
        cut(&mut file, digest.beginning().bytes)?;
        private_file::make_private(&file).map_err(ReportProblem::Open)?;
        Ok(Self { file, format, regular, cells: Cells::default(), digest, known })
    }

    /// With cells that no spreadsheet takes for formulas, if they are to be so.
    pub(super) fn spreadsheet_safe(mut self, safe: bool) -> Self {
        self.cells.safe = safe;
        self
    }

    /// The note on it for the end of the run.
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
            row.write(self.format, &mut self.cells, &mut text).map_err(ReportProblem::Write)?;
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

/// Truncates it, to append there. A file that is opened to be appended to cannot be cut on Windows.
fn cut(file: &mut File, bytes: u64) -> Result<(), ReportProblem> {
    let cut = file.set_len(bytes).and_then(|()| file.seek(SeekFrom::End(0)));
    cut.map(drop).map_err(ReportProblem::Write)
}

/// Opens a report to add to it, or creates it. A report lists users: its owner alone may read it. If it is a regular file,
/// which is said too, no other run can use it as long as it is open.
fn open(path: &Path) -> Result<(File, bool), ReportProblem> {
    let is_stream = private_file::is_stream(path);
    let mut options = OpenOptions::new();
    // What this reads from a pipe is lost for the pipe's reader.
    options.write(true).read(!is_stream);
    let file = private_file::open_or_create(path, &options).map_err(ReportProblem::Open)?;
    let metadata = file.metadata().map_err(ReportProblem::Open)?;
    if is_stream {
        check_stream(path, &metadata).map_err(ReportProblem::Open)?;
    } else if !metadata.is_file() {
        return Err(ReportProblem::Open(not_regular()));
    } else if private_file::is_standard_output(&metadata) {
        return Err(ReportProblem::StandardOutput);
    } else if cfg!(unix) && !try_lock(&file).map_err(ReportProblem::Open)? {
        // Elsewhere a lock would keep those away, too, who look at the report.
        return Err(ReportProblem::InUse);
    }
    Ok((file, !is_stream))
}
