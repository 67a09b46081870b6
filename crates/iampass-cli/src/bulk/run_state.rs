//! The state of a run: what is sent and what came of it, written down in time.

use std::collections::{HashMap, HashSet};

use iampass_management::{AddUsersOutcome, Chunk, ChunkReport, ChunkResult, SkipReason, SkippedId, UserId};

use super::checkpoint::{Earlier, Journal};
use super::error::{BulkError, is_hopeless};
use super::files::Files;
use super::input::InputError;
use super::outcome::Outcome;
use super::outcome_counts::OutcomeCounts;
use super::prepare::Prepared;
use super::report::{Report, Row};
use crate::call_reason::CallReason;

/// After so many failures without a success in between, the service is taken to refuse everything.
const FAILURES_IN_A_ROW: u32 = 10;

/// A chunk that is being sent.
struct Sending {
    digest: Option<String>,
    /// An earlier run may have sent it.
    again: bool,
}

pub(super) struct RunState {
    files: Files,
    journal: Option<Journal>,
    earlier: Earlier,
    report: Option<Report>,
    /// By the chunk's number.
    sending: HashMap<u64, Sending>,
    failures_in_a_row: u32,
    /// So many chunks were begun.
    begun: u64,
    pub(super) counts: OutcomeCounts,
    /// Of `counts`, what earlier runs have done.
    pub(super) done_earlier: u64,
    /// The first failure of a request, and how many there were.
    pub(super) failure: Option<CallReason>,
    pub(super) failures: u64,
    /// The input has been read to its end.
    pub(super) all_read: bool,
    /// No chunk is begun any more.
    pub(super) stopping: bool,
    /// A file could not be written: whatever was written behind that could not be relied on.
    broken: bool,
    /// Why it could not go on, if it could not.
    pub(super) fault: Option<BulkError>,
    /// What the person at the terminal should hear of.
    pub(super) news: Vec<String>,
}

impl RunState {
    pub(super) fn new(
        files: Files,
        journal: Option<Journal>,
        earlier: Earlier,
        report: Option<Report>,
    ) -> Self {
        Self {
            files,
            journal,
            earlier,
            report,
            sending: HashMap::new(),
            failures_in_a_row: 0,
            begun: 0,
            counts: OutcomeCounts::default(),
            done_earlier: 0,
            failure: None,
            failures: 0,
            all_read: false,
            stopping: false,
            broken: false,
            fault: None,
            news: Vec::new(),
        }
    }

    /// Notes ids that will not be sent.
    fn skip(&mut self, ids: &[SkippedId]) {
        for SkippedId { position: line, reason, .. } in ids {
            self.counts.add(Outcome::of_skipped(*reason), 1);
            if let SkipReason::Invalid(reason) = reason {
                self.tell(format!("line {line}: {reason}"));
            }
        }
        if let Some(report) = self.report.as_mut().filter(|_| !self.broken) {
            let reason = |id: &SkippedId| match id.reason {
                SkipReason::Invalid(reason) => Some(reason.to_string()),
                _ => None,
            };
            let reasons: Vec<_> = ids.iter().map(reason).collect();
            let lines = ids.iter().zip(&reasons).map(|(id, reason)| Row {
                line: id.position,
                id: &id.id,
                outcome: Outcome::of_skipped(id.reason),
                chunk: None,
                reason: reason.as_deref(),
            });
            if let Err(problem) = report.write(lines) {
                self.break_off(BulkError::Report { path: self.files.report(), problem });
            }
        }
    }

    /// Takes a chunk before it is sent; gives it back if it is to be sent.
    pub(super) fn begin(&mut self, Prepared { mut chunk, digest, warnings }: Prepared) -> Option<Chunk> {
        for warning in warnings {
            self.tell(warning.to_string());
        }
        let skipped = std::mem::take(&mut chunk.skipped);
        self.skip(&skipped);
        if self.stopping {
            return None;
        }
        let number = chunk.number;
        if let Some((outcomes, before)) = self.earlier.done.remove(&number) {
            if outcomes.total() != chunk.ids.len() as u64 || before != digest {
                let (first, last) = lines(&chunk.positions, &skipped);
                self.stop_for(self.files.changed(first, last));
                return None;
            }
            self.counts.add_all(&outcomes);
            self.done_earlier += outcomes.total();
            return None;
        }
        if chunk.ids.is_empty() {
            return None;
        }
        if let Some(Err(problem)) =
            self.journal.as_mut().filter(|_| !self.broken).map(|journal| journal.begin(number))
        {
            self.break_off(BulkError::Checkpoint { path: self.files.checkpoint(), problem });
            return None;
        }
        let again = self.earlier.begun.contains(&number);
        self.sending.insert(number, Sending { digest, again });
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
        let Some(sent) = self.sending.remove(&chunk.number) else { return };
        self.failures_in_a_row = 0;
        let outcomes = answer.outcomes(&chunk.ids, sent.again);
        self.write_down(chunk, &outcomes, None);
        let counts: OutcomeCounts = outcomes.iter().copied().collect();
        self.counts.add_all(&counts);
        if let Some(journal) = self.journal.as_mut().filter(|_| !self.broken)
            && let Err(problem) = journal.finish(chunk.number, counts, sent.digest)
        {
            self.break_off(BulkError::Checkpoint { path: self.files.checkpoint(), problem });
        }
    }

    fn failed(&mut self, chunk: &Chunk, error: CallReason) {
        if self.sending.remove(&chunk.number).is_none() {
            return;
        }
        let outcomes = vec![Outcome::Failed; chunk.ids.len()];
        let reason = match error.server_message() {
            Some(text) => format!("{error}: {}", text.trim()),
            None => error.to_string(),
        };
        self.write_down(chunk, &outcomes, Some(&reason));
        self.counts.add(Outcome::Failed, chunk.ids.len() as u64);
        let (first, last) = lines(&chunk.positions, &[]);
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

    /// A chunk's lines are on the disk before the checkpoint has the chunk.
    fn write_down(&mut self, chunk: &Chunk, outcomes: &[Outcome], reason: Option<&str>) {
        let Some(report) = self.report.as_mut().filter(|_| !self.broken) else { return };
        let ids = chunk.positions.iter().zip(&chunk.ids);
        let lines = ids.zip(outcomes).map(|((line, id), outcome)| Row {
            line: *line,
            id: id.as_str(),
            outcome: *outcome,
            chunk: Some(chunk.number),
            reason,
        });
        let written = report.write(lines).and_then(|()| {
            let matters = self.journal.is_some() && reason.is_none();
            if matters { report.sync() } else { Ok(()) }
        });
        if let Err(problem) = written {
            self.break_off(BulkError::Report { path: self.files.report(), problem });
        }
    }

    /// The input has ended: the chunks that a checkpoint has must all have been met.
    pub(super) fn input_ended(&mut self) {
        self.all_read = true;
        if !self.earlier.done.is_empty() {
            self.stop_for(self.files.shorter());
        }
    }

    /// The input cannot be read beyond here.
    pub(super) fn bad_input(&mut self, source: InputError) {
        let sent = self.begun > 0 || self.done_earlier > 0;
        let fault = BulkError::input(&self.files.input, source, sent);
        self.stop_for(fault);
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
        if let Some(Err(problem)) = self.report.as_ref().map(Report::sync) {
            self.break_off(BulkError::Report { path: self.files.report(), problem });
        }
        if let Some(Err(problem)) = self.journal.as_ref().map(Journal::sync) {
            self.break_off(BulkError::Checkpoint { path: self.files.checkpoint(), problem });
        }
    }

    /// What is to be told of the report at the end.
    pub(super) fn report_note(&self) -> Option<String> {
        self.report.as_ref().and_then(Report::note)
    }

    /// The chunks that may have been sent although they have no answer.
    pub(super) fn unanswered(&self) -> usize {
        self.sending.len()
    }
}

/// The first and the last line of a chunk.
fn lines(positions: &[u64], skipped: &[SkippedId]) -> (u64, u64) {
    let all = || positions.iter().copied().chain(skipped.iter().map(|id| id.position));
    (all().min().unwrap_or_default(), all().max().unwrap_or_default())
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
