//! The state of a run: what is sent and what came of it, written down in time.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use iampass_management::{
    AddUsersOutcome, Chunk, ChunkReport, ChunkResult, StopReason, UnfinishedIds, UserId,
};

use super::checkpoint::{Checkpoint, CheckpointProblem, Mark, Place};
use super::digest::Beginning;
use super::error::BulkError;
use super::files::Files;
use super::input::InputError;
use super::outcome::{Outcome, Sent};
use super::outcome_counts::OutcomeCounts;
use super::prepare::{Part, Prepared};
use super::report::Report;
use crate::call_reason::CallReason;

pub(super) struct RunState {
    files: Files,
    checkpoint: Option<Checkpoint>,
    mark: Mark,
    report: Option<Report>,
    /// The parts of the input that are being sent, by the number of the chunk.
    sending: HashMap<u64, Part>,
    /// So many chunks were begun.
    pub(super) begun: u64,
    pub(super) counts: OutcomeCounts,
    /// Of `counts`, what earlier runs have done.
    pub(super) earlier: OutcomeCounts,
    /// The first failure of a request, or the one that the client has stopped at; and how many there were.
    pub(super) failure: Option<CallReason>,
    pub(super) failures: u64,
    /// The input has been read to its end.
    pub(super) all_read: bool,
    /// No chunk is begun any more.
    pub(super) stopping: bool,
    /// Why the client has stopped, if it has.
    pub(super) stopped: Option<StopReason>,
    /// A file could not be written: what would be written behind that could not be relied on.
    broken: bool,
    /// Why it could not continue, if it could not.
    pub(super) fault: Option<BulkError>,
    /// Where it resumes, to be printed when the input is known to be the right one.
    pub(super) resumes_at: Option<String>,
    /// Warnings that are not printed yet.
    pub(super) warnings: Vec<String>,
}

impl RunState {
    pub(super) fn new(
        files: Files,
        checkpoint: Option<Checkpoint>,
        mark: Mark,
        report: Option<Report>,
    ) -> Self {
        Self {
            files,
            checkpoint,
            report,
            sending: HashMap::new(),
            begun: 0,
            counts: mark.outcomes.clone(),
            earlier: mark.outcomes.clone(),
            mark,
            failure: None,
            failures: 0,
            all_read: false,
            stopping: false,
            stopped: None,
            broken: false,
            fault: None,
            resumes_at: None,
            warnings: Vec::new(),
        }
    }

    /// Takes a chunk before it is sent; gives it back if it is to be sent.
    pub(super) fn begin(&mut self, prepared: Prepared) -> Option<Chunk> {
        for warning in prepared.warnings() {
            self.warn(warning);
        }
        let Prepared { chunk, part, input, .. } = prepared;
        if self.stopping {
            return None;
        }
        self.mark.begin(part.first, part.last(), input);
        // First: of an id that the checkpoint has not as begun, the report must not have a line.
        if let Err(fault) = self.save() {
            self.break_off(fault);
            return None;
        }
        if chunk.ids.is_empty() {
            self.end(&chunk, &part, &[], &[]);
            return None;
        }
        self.sending.insert(chunk.number, part);
        self.begun += 1;
        Some(chunk)
    }

    /// Notes what came of a chunk.
    pub(super) fn finish<T: Answer>(&mut self, report: ChunkReport<T>) {
        let ChunkReport { chunk, result, .. } = report;
        let Some(part) = self.sending.remove(&chunk.number) else { return };
        let (done, unfinished) = match result {
            ChunkResult::Done(done) => (Some(done), Vec::new()),
            ChunkResult::Partial { done, unfinished } => (Some(done), unfinished),
            ChunkResult::Failed(error) => (None, vec![UnfinishedIds::new(0..chunk.ids.len(), Some(error))]),
            // The client had stopped.
            _ => return,
        };
        let outcomes = done.map(|done| done.outcomes(&chunk.ids, part.before != Place::New));
        let mut sent: Vec<Sent> = match outcomes {
            Some(outcomes) => outcomes.into_iter().map(|outcome| Some((outcome, None))).collect(),
            None => vec![None; chunk.ids.len()],
        };
        let (mut again, mut failures) = (Vec::new(), Vec::new());
        for UnfinishedIds { ids, error, .. } in unfinished {
            let (Some(first), Some(last)) =
                (chunk.positions.get(ids.start), chunk.positions.get(ids.end - 1))
            else {
                continue;
            };
            again.push((*first, *last));
            let Some(error) = error.map(CallReason::new) else {
                sent[ids].fill(None);
                continue;
            };
            let reason = self.failed(&part, (*first, *last), &error);
            sent[ids].fill(Some((Outcome::Failed, Some(reason))));
            failures.push(error);
        }
        // If the client has stopped, it was at the last one.
        let failure = if self.stopped.is_some() { failures.pop() } else { failures.into_iter().next() };
        if self.failure.is_none() {
            self.failure = failure;
        }
        self.end(&chunk, &part, &sent, &again);
    }

    /// Notes that a request for these ids failed; gives the reason.
    fn failed(&mut self, part: &Part, (first, last): (u64, u64), error: &CallReason) -> Rc<str> {
        let reason = match error.server_message().map(str::trim) {
            None | Some("") => error.to_string(),
            Some(text) => format!("{error}: {text}"),
        };
        let (first, last) = (part.line(first), part.line(last));
        let lines = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
        self.warn(format!("{lines}: {reason}"));
        self.failures += 1;
        reason.into()
    }

    /// The client has stopped, and sends nothing more. The failure at which it has comes next.
    pub(super) fn stop(&mut self, reason: StopReason) {
        self.stopping = true;
        self.stopped = Some(reason);
        self.failure = None;
    }

    /// Within bounds: there may be a million of them before anyone looks.
    fn warn(&mut self, warning: String) {
        const AT_MOST: usize = 100;
        if self.warnings.len() < AT_MOST {
            self.warnings.push(warning);
        }
    }

    /// Counts what became of a part of the input, of which these ranges are to be sent again. Its lines are in the report
    /// before the mark has it as done.
    fn end(&mut self, chunk: &Chunk, part: &Part, sent: &[Sent], again: &[(u64, u64)]) {
        let skipped = chunk.skipped.iter().map(|id| Outcome::of_skipped(id.reason));
        let outcomes = sent.iter().flatten().map(|(outcome, _)| *outcome);
        let counts: OutcomeCounts = skipped.chain(outcomes).collect();
        self.counts.add_all(&counts);
        if self.broken {
            return;
        }
        if let Some(Err(problem)) = self.report.as_mut().map(|report| report.write(chunk, part, sent)) {
            return self.break_off(BulkError::Report { path: self.files.report(), problem });
        }
        self.mark.end(part.first, part.last(), again, &counts);
    }

    /// Writes the checkpoint. What the report has is on the disk first.
    fn save(&mut self) -> Result<(), BulkError> {
        let Some(checkpoint) = &mut self.checkpoint else { return Ok(()) };
        self.mark.report = synced(self.report.as_ref(), &self.files)?;
        let saved = checkpoint.save(&self.mark);
        saved.map_err(|problem| BulkError::Checkpoint { path: self.files.checkpoint(), problem })
    }

    /// The input cannot be read beyond here.
    pub(super) fn bad_input(&mut self, source: InputError) {
        let sent = self.begun > 0 || self.earlier.total() > 0;
        let fault = BulkError::input(&self.files.input, source, sent);
        self.stop_for(fault);
    }

    /// The input is not that of the checkpoint.
    pub(super) fn other_input(&mut self, problem: CheckpointProblem) {
        self.stop_for(BulkError::Checkpoint { path: self.files.checkpoint(), problem });
    }

    /// Begins nothing any more, for this reason if there was none before.
    pub(super) fn stop_for(&mut self, fault: BulkError) {
        self.stopping = true;
        self.fault.get_or_insert(fault);
    }

    fn break_off(&mut self, fault: BulkError) {
        self.broken = true;
        self.stop_for(fault);
    }

    /// Everything is on the disk when this returns.
    pub(super) fn close(&mut self) {
        let closed = if self.checkpoint.is_some() {
            self.save()
        } else {
            synced(self.report.as_ref(), &self.files).map(drop)
        };
        if let Err(fault) = closed {
            self.break_off(fault);
        }
    }

    /// The note on the report for the end of the run.
    pub(super) fn report_note(&self) -> Option<String> {
        self.report.as_ref().and_then(Report::note)
    }

    /// Where it resumes, once, as soon as that is known.
    pub(super) fn take_resumes_at(&mut self) -> Option<String> {
        if self.begun > 0 || self.all_read { self.resumes_at.take() } else { None }
    }

    /// The chunks that may have been sent although they have no answer.
    pub(super) fn unanswered(&self) -> usize {
        self.sending.len()
    }
}

/// What the report has, all of which is on the disk.
fn synced(report: Option<&Report>, files: &Files) -> Result<Beginning, BulkError> {
    let synced = report.map_or(Ok(Beginning::default()), Report::sync);
    synced.map_err(|problem| BulkError::Report { path: files.report(), problem })
}

/// A call's answer, as what became of each id.
pub(super) trait Answer: Send + 'static {
    /// In the order of `ids`. `again`: they may have been sent before.
    fn outcomes(self, ids: &[UserId], again: bool) -> Vec<Outcome>;
}

impl Answer for AddUsersOutcome {
    fn outcomes(self, ids: &[UserId], again: bool) -> Vec<Outcome> {
        let created: HashSet<&UserId> = self.created.iter().collect();
        let existing: HashSet<&UserId> = self.existing.iter().collect();
        let outcome = |id| match (created.contains(id), existing.contains(id)) {
            (true, _) => Outcome::Created,
            (false, true) if again => Outcome::SentAgain,
            (false, true) => Outcome::Existing,
            (false, false) => Outcome::Unlisted,
        };
        ids.iter().map(outcome).collect()
    }
}

impl Answer for () {
    fn outcomes(self, ids: &[UserId], _again: bool) -> Vec<Outcome> {
        vec![Outcome::Deleted; ids.len()]
    }
}

#[cfg(test)]
mod tests;
