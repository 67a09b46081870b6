//! The first line of a checkpoint: what has to be the same for a run to go on with it. It names no secret.

use serde::{Deserialize, Serialize};

use super::error::CheckpointProblem;
use crate::bulk::operation::Operation;
use crate::bulk::preflight::Content;
use crate::bulk::prepare::ChunkOptions;

/// The format's number. It changes when older programs could not read it any more.
const FORMAT: u64 = 1;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::bulk) struct Header {
    /// First, so that a file is known by its first bytes.
    iampass_checkpoint: u64,
    pub(in crate::bulk) operation: Operation,
    pub(in crate::bulk) server: String,
    pub(in crate::bulk) application_id: String,
    /// As in `--format`, with the options that say how it is read.
    pub(in crate::bulk) format: String,
    /// `None` where there are no columns.
    pub(in crate::bulk) column: Option<String>,
    pub(in crate::bulk) chunk: u64,
    pub(in crate::bulk) keep_duplicates: bool,
    /// Whether what became of each id is in a report.
    pub(in crate::bulk) report: bool,
    /// `None` for an input that comes once: its chunks have digests then.
    pub(in crate::bulk) input: Option<Content>,
}

/// How the first line of every checkpoint begins.
pub(super) const BEGINNING: &[u8] = b"{\"iampass_checkpoint\":";

impl Header {
    pub(in crate::bulk) fn new(operation: Operation, server: String, application_id: String) -> Self {
        Self {
            iampass_checkpoint: FORMAT,
            operation,
            server,
            application_id,
            format: String::new(),
            column: None,
            chunk: 0,
            keep_duplicates: false,
            report: false,
            input: None,
        }
    }

    /// With the rest of what has to be the same.
    pub(in crate::bulk) fn of_run(
        self,
        options: &ChunkOptions,
        report: bool,
        input: Option<Content>,
    ) -> Self {
        let layout = &options.layout;
        Self {
            format: layout.described(),
            column: layout.format.has_columns().then(|| layout.column_name()),
            chunk: options.chunk_size as u64,
            keep_duplicates: options.keep_duplicates,
            report,
            input,
            ..self
        }
    }

    pub(super) fn parse(line: &[u8]) -> Result<Self, CheckpointProblem> {
        #[derive(Deserialize)]
        struct Format {
            iampass_checkpoint: u64,
        }
        let Ok(Format { iampass_checkpoint: found }) = serde_json::from_slice(line) else {
            return Err(CheckpointProblem::Foreign);
        };
        if found != FORMAT {
            return Err(CheckpointProblem::Release { found, ours: FORMAT });
        }
        let header = serde_json::from_slice(line).ok().filter(|header| is_written_as(header, line));
        header.ok_or(CheckpointProblem::Damaged { line: 1 })
    }

    /// Whether a run that is `self` may go on with what `earlier` has done.
    pub(super) fn check_compatible(&self, earlier: &Self) -> Result<(), CheckpointProblem> {
        for (before, now) in earlier.phrases().into_iter().zip(self.phrases()) {
            if before != now {
                return Err(CheckpointProblem::Other { before, now });
            }
        }
        match (&earlier.input, &self.input) {
            (Some(before), Some(now)) if before.bytes != now.bytes => {
                Err(CheckpointProblem::Length { before: before.bytes, now: now.bytes })
            }
            (Some(before), Some(now)) if before != now => Err(CheckpointProblem::Content),
            _ => Ok(()),
        }
    }

    /// What has to be the same, for people.
    fn phrases(&self) -> [String; 9] {
        let Self { operation, server, application_id, format, column, chunk, .. } = self;
        let either = |this: bool, one: &str, other: &str| if this { one } else { other }.to_owned();
        [
            format!("`{}`", operation.name()),
            format!("the server {server}"),
            format!("the application {application_id}"),
            format!("the format {format}"),
            column.as_ref().map_or_else(|| "no column".to_owned(), |column| format!("the column `{column}`")),
            format!("chunks of {chunk}"),
            either(self.keep_duplicates, "`--keep-duplicates`", "duplicates skipped"),
            either(self.report, "a report", "no report"),
            either(self.input.is_some(), "a file as its input", "a stream as its input"),
        ]
    }
}

/// Whether this is written as just this line.
pub(super) fn is_written_as(record: &impl Serialize, line: &[u8]) -> bool {
    serde_json::to_vec(record).is_ok_and(|written| line.strip_suffix(b"\n") == Some(&written))
}
