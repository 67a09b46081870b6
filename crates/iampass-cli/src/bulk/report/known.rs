//! What a report has behind what a checkpoint knows of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;

use csv::ReaderBuilder;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::error::ReportProblem;
use crate::bulk::digest::{Beginning, Digest};
use crate::bulk::outcome::Outcome;
use crate::bulk::report_format::ReportFormat;

/// Of all whole lines, and of those behind `before` the outcomes of ids that are done, by their numbers.
pub(super) fn read(
    file: &mut File,
    format: ReportFormat,
    before: &Beginning,
) -> Result<(Digest, BTreeMap<u64, Outcome>), ReportProblem> {
    let mut digest = Digest::default();
    let mut buffer = [0; 8 * 1024];
    let mut beginning = file.by_ref().take(before.bytes);
    loop {
        match beginning.read(&mut buffer).map_err(ReportProblem::Read)? {
            0 => break,
            read => digest.update(&buffer[..read]),
        }
    }
    if digest.beginning() != *before {
        return Err(ReportProblem::Other);
    }
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(ReportProblem::Read)?;
    let (whole, _torn) = text.split_at(whole(format, &text));
    digest.update(whole);
    let known = match format {
        ReportFormat::Json => from_json(whole),
        ReportFormat::Csv => from_csv(whole),
    };
    let mut known = known.ok_or(ReportProblem::Other)?;
    known.retain(|_, outcome| outcome.is_done());
    Ok((digest, known))
}

/// The length of the whole lines. In CSV, a text in quotes may have line ends.
fn whole(format: ReportFormat, text: &[u8]) -> usize {
    let (mut end, mut quoted) = (0, false);
    for (at, byte) in (1..).zip(text) {
        quoted ^= format == ReportFormat::Csv && *byte == b'"';
        if *byte == b'\n' && !quoted {
            end = at;
        }
    }
    end
}

fn from_json(text: &[u8]) -> Option<BTreeMap<u64, Outcome>> {
    #[derive(Deserialize)]
    struct Known {
        number: u64,
        outcome: Outcome,
    }
    let lines = serde_json::Deserializer::from_slice(text).into_iter::<Known>();
    lines.map(|line| line.ok().map(|line| (line.number, line.outcome))).collect()
}

fn from_csv(text: &[u8]) -> Option<BTreeMap<u64, Outcome>> {
    type Known = (u64, IgnoredAny, Outcome, u64, IgnoredAny);
    let mut reader = ReaderBuilder::new().has_headers(false).from_reader(text);
    let lines = reader.deserialize::<Known>();
    lines.map(|line| line.ok().map(|(_, _, outcome, number, _)| (number, outcome))).collect()
}
