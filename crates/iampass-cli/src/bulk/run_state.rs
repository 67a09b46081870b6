//! The state of a run: what is sent and what came of it, written down in time.

use std::collections::{HashMap, HashSet};

use iampass_management::{AddUsersOutcome, Chunk, ChunkReport, ChunkResult, SkipReason, UserId};

use super::checkpoint::{Checkpoint, CheckpointProblem, Mark, Place};
use super::error::{BulkError, is_hopeless};
use super::files::Files;
use super::input::InputError;
use super::outcome::Outcome;
use super::outcome_counts::OutcomeCounts;
use super::prepare::{Part, Prepared};
use super::report::Report;
use crate::call_reason::CallReason;

/// After so many failures without a success in between, the service is taken to refuse everything.
const FAILURES_IN_A_ROW: u32 = 10;

pub(super) struct RunState {
    files: Files,
    checkpoint: Option<Checkpoint>,
    mark: Mark,
    /// The checkpoint does not have the mark yet.
    unsaved: bool,
    report: Option<Report>,
    /// The parts of the input that are being sent, by the number of the chunk.
    sending: HashMap<u64, Part>,
    failures_in_a_row: u32,
    /// So many chunks were begun.
    pub(super) begun: u64,
    pub(super) counts: OutcomeCounts,
    /// Of `counts`, what earlier runs have done.
    pub(super) earlier: OutcomeCounts,
    /// The first failure of a request, and how many there were.
    pub(super) failure: Option<CallReason>,
    pub(super) failures: u64,
    /// The input has been read to its end.
    pub(super) all_read: bool,
    /// No chunk is begun any more.
    pub(super) stopping: bool,
    /// A file could not be written: what would be written behind that could not be relied on.
    broken: bool,
    /// Why it could not go on, if it could not.
    pub(super) fault: Option<BulkError>,
    /// Where it goes on, to be told when the input is known to be the right one.
    pub(super) goes_on: Option<String>,
    /// What the person at the terminal should hear of.
    pub(super) news: Vec<String>,
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
            unsaved: false,
            report,
            sending: HashMap::new(),
            failures_in_a_row: 0,
            begun: 0,
            counts: mark.outcomes.clone(),
            earlier: mark.outcomes.clone(),
            mark,
            failure: None,
            failures: 0,
            all_read: false,
            stopping: false,
            broken: false,
            fault: None,
            goes_on: None,
            news: Vec::new(),
        }
    }

    /// Takes a chunk before it is sent; gives it back if it is to be sent.
    pub(super) fn begin(&mut self, Prepared { chunk, part, input, warnings }: Prepared) -> Option<Chunk> {
        for warning in warnings {
            self.tell(warning.to_string());
        }
        for id in &chunk.skipped {
            if let SkipReason::Invalid(reason) = id.reason {
                self.tell(format!("line {}: {reason}", part.line(id.position)));
            }
        }
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
            self.end(&chunk, &part, &[], None);
            return None;
        }
        self.sending.insert(chunk.number, part);
        self.begun += 1;
        Some(chunk)
    }

    /// Notes what came of a chunk.
    pub(super) fn finish<T: Answer>(&mut self, report: ChunkReport<T>) {
        let ChunkReport { chunk, result, .. } = report;
        match result {
            ChunkResult::Done(answer) => self.answered(&chunk, answer),
            ChunkResult::Failed(error) => self.failed(&chunk, CallReason::new(error)),
            // Chunks without ids are not given to the client.
            _ => drop(self.sending.remove(&chunk.number)),
        }
    }

    /// Notes that a chunk's request was answered.
    pub(super) fn answered(&mut self, chunk: &Chunk, answer: impl Answer) {
        let Some(part) = self.sending.remove(&chunk.number) else { return };
        self.failures_in_a_row = 0;
        let outcomes = answer.outcomes(&chunk.ids, part.before != Place::New);
        self.end(chunk, &part, &outcomes, None);
    }

    fn failed(&mut self, chunk: &Chunk, error: CallReason) {
        let Some(part) = self.sending.remove(&chunk.number) else { return };
        let reason = match error.server_message() {
            Some(text) => format!("{error}: {}", text.trim()),
            None => error.to_string(),
        };
        self.end(chunk, &part, &vec![Outcome::Failed; chunk.ids.len()], Some(&reason));
        let (first, last) = part.ends();
        let lines = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
        self.tell(format!("{lines}: {reason}"));
        self.failures += 1;
        self.failures_in_a_row += 1;
        self.stopping |= is_hopeless(&error) || self.failures_in_a_row >= FAILURES_IN_A_ROW;
        self.failure.get_or_insert(error);
    }

    /// Within bounds: there may be a million of them before anyone looks.
    fn tell(&mut self, news: String) {
        const AT_MOST: usize = 100;
        if self.news.len() < AT_MOST {
            self.news.push(news);
        }
    }

    /// Counts what became of a part of the input. Its lines are in the report before the mark has it as done.
    fn end(&mut self, chunk: &Chunk, part: &Part, outcomes: &[Outcome], reason: Option<&str>) {
        let skipped = chunk.skipped.iter().map(|id| Outcome::of_skipped(id.reason));
        let counts: OutcomeCounts = skipped.chain(outcomes.iter().copied()).collect();
        self.counts.add_all(&counts);
        if self.broken {
            return;
        }
        if let Some(Err(problem)) =
            self.report.as_mut().map(|report| report.write(chunk, part, outcomes, reason))
        {
            return self.break_off(BulkError::Report { path: self.files.report(), problem });
        }
        self.mark.end(part.first, part.last(), &counts);
        self.unsaved = true;
    }

    /// Writes the checkpoint. What the report has is on the disk first.
    fn save(&mut self) -> Result<(), BulkError> {
        let Some(checkpoint) = &self.checkpoint else { return Ok(()) };
        if let Some(report) = &self.report {
            let synced = report.sync();
            self.mark.report =
                synced.map_err(|problem| BulkError::Report { path: self.files.report(), problem })?;
        }
        let saved = checkpoint.save(&self.mark);
        saved.map_err(|problem| BulkError::Checkpoint { path: self.files.checkpoint(), problem })?;
        self.unsaved = false;
        Ok(())
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
        if self.all_read && !self.mark.finished && self.mark.unfinished() == 0 {
            self.mark.finished = true;
            self.unsaved = true;
        }
        let saved = if self.unsaved { self.save() } else { Ok(()) };
        let synced = self.report.as_ref().map_or(Ok(()), |report| report.sync().map(drop));
        let synced = synced.map_err(|problem| BulkError::Report { path: self.files.report(), problem });
        if let Err(fault) = saved.and(synced) {
            self.break_off(fault);
        }
    }

    /// What is to be told of the report at the end.
    pub(super) fn report_note(&self) -> Option<String> {
        self.report.as_ref().and_then(Report::note)
    }

    /// Where it goes on, once, as soon as that is known.
    pub(super) fn take_goes_on(&mut self) -> Option<String> {
        if self.begun > 0 || self.all_read { self.goes_on.take() } else { None }
    }

    /// The chunks that may have been sent although they have no answer.
    pub(super) fn unanswered(&self) -> usize {
        self.sending.len()
    }
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
