//! Reads all of an input and sends nothing.

use iampass_management::{Chunk, SkipReason, UserId};

use super::error::BulkError;
use super::outcome::Outcome;
use super::outcome_counts::OutcomeCounts;
use super::preflight::Input;
use super::prepare::{ChunkOptions, PrepareError, Prepared, ReceiverClosed, prepare};
use super::progress::Progress;
use super::report::{Report, ReportProblem, Row};
use super::summary::DryRun;
use crate::args::BulkArguments;
use crate::error::Failure;

/// How many ids are shown as they would be sent.
const FIRST: usize = 3;

/// Prints warnings, writes the report, and passes the ids of each chunk to `take`.
pub(super) fn read_all(
    arguments: &BulkArguments,
    input: Input,
    options: &ChunkOptions,
    take: impl Fn(Vec<UserId>) -> Result<(), Failure>,
) -> Result<(OutcomeCounts, DryRun), Failure> {
    let for_report = |problem| {
        let path = arguments.report.clone().unwrap_or_default();
        Failure::from(BulkError::Report { path, problem })
    };
    let report = arguments.report.as_deref().map(Report::begin).transpose().map_err(for_report)?;
    let mut report = report.map(|report| report.spreadsheet_safe(arguments.spreadsheet_safe));
    let mut progress = Progress::new("check", None, arguments.quiet, true).with_all_warnings();
    let mut counts = OutcomeCounts::default();
    let mut found = DryRun::default();
    let mut not_taken = None;
    let (reader, _) = input.into_reader();
    let mut give = |Prepared { chunk, warnings, .. }: Prepared| {
        for warning in warnings {
            found.odd += u64::from(warning.is_odd());
            progress.warn(&warning.to_string());
        }
        for id in &chunk.skipped {
            if let SkipReason::Invalid(reason) = id.reason {
                progress.warn(&format!("line {}: {reason}", id.position));
            }
            counts.add(Outcome::of_skipped(id.reason), 1);
        }
        counts.add(Outcome::Valid, chunk.ids.len() as u64);
        let missing = FIRST.saturating_sub(found.first_ids.len());
        found.first_ids.extend(chunk.ids.iter().take(missing).map(ToString::to_string));
        let written = report.as_mut().map_or(Ok(()), |report| write(report, &chunk).map_err(for_report));
        let taken = written.and_then(|()| if chunk.ids.is_empty() { Ok(()) } else { take(chunk.ids) });
        taken.map_err(|failure| {
            not_taken = Some(failure);
            ReceiverClosed
        })
    };
    match prepare(reader, options, &mut give) {
        Ok(()) | Err(PrepareError::ReceiverClosed(_)) => {}
        Err(PrepareError::Input(source)) => {
            return Err(BulkError::input(&arguments.input, source, false).into());
        }
    }
    if let Some(failure) = not_taken {
        return Err(failure);
    }
    if let Some(report) = report {
        report.sync().map_err(for_report)?;
        report.note().iter().for_each(|note| progress.say(note));
    }
    Ok((counts, found))
}

/// Writes the rows of a chunk in the order of the input.
fn write(report: &mut Report, chunk: &Chunk) -> Result<(), ReportProblem> {
    let reasons: Vec<_> = chunk
        .skipped
        .iter()
        .map(|id| if let SkipReason::Invalid(reason) = id.reason { Some(reason.to_string()) } else { None })
        .collect();
    let skipped = chunk.skipped.iter().zip(&reasons).map(|(id, reason)| Row {
        line: id.position,
        id: &id.id,
        outcome: Outcome::of_skipped(id.reason),
        chunk: None,
        reason: reason.as_deref(),
    });
    let valid = chunk.positions.iter().zip(&chunk.ids).map(|(line, id)| Row {
        line: *line,
        id: id.as_str(),
        outcome: Outcome::Valid,
        chunk: None,
        reason: None,
    });
    let mut rows: Vec<_> = skipped.chain(valid).collect();
    rows.sort_by_key(|row| row.line);
    report.write(rows)
}
