//! Reads all of an input and sends nothing.

use iampass_management::UserId;

use super::checkpoint::Mark;
use super::error::BulkError;
use super::outcome::Outcome;
use super::outcome_counts::OutcomeCounts;
use super::preflight::Input;
use super::prepare::{ChunkOptions, PrepareError, Prepared, ReceiverClosed, prepare};
use super::progress::Progress;
use super::report::Report;
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
    let mut give = |prepared: Prepared| {
        for warning in prepared.warnings() {
            progress.warn(&warning);
        }
        found.odd += prepared.odd();
        let Prepared { chunk, part, .. } = prepared;
        for id in &chunk.skipped {
            counts.add(Outcome::of_skipped(id.reason), 1);
        }
        counts.add(Outcome::Valid, chunk.ids.len() as u64);
        let missing = FIRST.saturating_sub(found.first_ids.len());
        found.first_ids.extend(chunk.ids.iter().take(missing).map(ToString::to_string));
        let written = report.as_mut().map_or(Ok(()), |report| {
            let valid = vec![Some((Outcome::Valid, None)); chunk.ids.len()];
            report.write(&chunk, &part, &valid).map_err(for_report)
        });
        let taken = written.and_then(|()| if chunk.ids.is_empty() { Ok(()) } else { take(chunk.ids) });
        taken.map_err(|failure| {
            not_taken = Some(failure);
            ReceiverClosed
        })
    };
    match prepare(reader, options, &Mark::default(), &mut give) {
        // Of a new mark, every input is the right one.
        Ok(()) | Err(PrepareError::ReceiverClosed(_) | PrepareError::Checkpoint(_)) => {}
        Err(PrepareError::Input(source)) => {
            return Err(BulkError::input(&arguments.input, source, false).into());
        }
    }
    if let Some(failure) = not_taken {
        return Err(failure);
    }
    if let Some(report) = report {
        report.sync().map_err(for_report)?;
        if let Some(note) = report.note() {
            progress.say(&note);
        }
    }
    Ok((counts, found))
}
