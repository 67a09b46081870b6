//! What an earlier run's report has that stays true.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use csv::ByteRecord;
use serde::Deserialize;
use tempfile::NamedTempFile;

use super::error::ReportProblem;
use super::row::Form;
use crate::bulk::checkpoint::sync_folder_of;

/// Writes the lines of `done` chunks to a temporary file and puts that in the report's place. Until then the report
/// is as it was.
pub(super) fn compact(path: &Path, form: Form, done: &BTreeMap<u64, u64>) -> Result<(), ReportProblem> {
    // Through a link, what it leads to is replaced.
    let path = &path.canonicalize().map_err(ReportProblem::Open)?;
    let report = BufReader::new(File::open(path).map_err(ReportProblem::Open)?);
    // Its name is random, it is new, and its mode is 0600.
    let folder = path.parent().unwrap_or(path);
    let mut kept = BufWriter::new(NamedTempFile::new_in(folder).map_err(ReportProblem::Write)?);
    let mut found = BTreeMap::<u64, u64>::new();
    let mut count = |chunk: Option<u64>| {
        let chunk = chunk.filter(|chunk| done.contains_key(chunk));
        chunk.map(|chunk| *found.entry(chunk).or_default() += 1).is_some()
    };
    match form {
        Form::Json => compact_json(report, &mut kept, &mut count)?,
        Form::Csv => compact_csv(report, &mut kept, &mut count)?,
    }
    for (chunk, expected) in done {
        let found = found.get(chunk).copied().unwrap_or_default();
        if found != *expected {
            return Err(ReportProblem::Other { chunk: *chunk, found, expected: *expected });
        }
    }
    let kept = kept.into_inner().map_err(|error| ReportProblem::Write(error.into_error()))?;
    kept.as_file().sync_all().map_err(ReportProblem::Write)?;
    kept.persist(path).map_err(|error| ReportProblem::Write(error.error))?;
    sync_folder_of(path).map_err(ReportProblem::Write)
}

#[derive(Deserialize)]
struct Chunk {
    chunk: Option<u64>,
}

fn compact_json(
    mut report: impl BufRead,
    kept: &mut impl Write,
    is_kept: &mut impl FnMut(Option<u64>) -> bool,
) -> Result<(), ReportProblem> {
    let mut text = Vec::new();
    for line in 1.. {
        text.clear();
        report.read_until(b'\n', &mut text).map_err(ReportProblem::Read)?;
        // The last line of a run that was killed may be torn.
        if !text.ends_with(b"\n") {
            break;
        }
        let Chunk { chunk } = serde_json::from_slice(&text).map_err(|_| ReportProblem::Damaged { line })?;
        if is_kept(chunk) {
            kept.write_all(&text).map_err(ReportProblem::Write)?;
        }
    }
    Ok(())
}

fn compact_csv(
    report: impl BufRead,
    kept: &mut impl Write,
    is_kept: &mut impl FnMut(Option<u64>) -> bool,
) -> Result<(), ReportProblem> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(report);
    let mut writer = csv::Writer::from_writer(kept);
    let written = |error: csv::Error| ReportProblem::Write(std::io::Error::other(error));
    let names = reader.byte_headers().map_err(unread)?;
    if names.is_empty() || names.get(3) != Some(b"chunk") {
        return Err(ReportProblem::Damaged { line: 1 });
    }
    writer.write_byte_record(names).map_err(written)?;
    let (fields, mut damaged, mut row) = (names.len(), None, ByteRecord::new());
    while reader.read_byte_record(&mut row).map_err(unread)? {
        // The last row of a run that was killed may be torn, but no other.
        if let Some(line) = damaged {
            return Err(ReportProblem::Damaged { line });
        }
        let chunk = row.get(3).map(|chunk| str::from_utf8(chunk).map(str::parse));
        match chunk {
            Some(Ok(Ok(chunk))) if row.len() == fields => {
                if is_kept(Some(chunk)) {
                    writer.write_byte_record(&row).map_err(written)?;
                }
            }
            _ if row.len() == fields && row.get(3) == Some(b"") => {}
            _ => damaged = Some(row.position().map_or(0, csv::Position::line)),
        }
    }
    writer.flush().map_err(ReportProblem::Write)
}

fn unread(error: csv::Error) -> ReportProblem {
    ReportProblem::Read(std::io::Error::other(error))
}
