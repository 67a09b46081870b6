//! Keeps account of a run: what is sent, what came of it, and that it is written down in time.

use std::collections::{HashMap, HashSet};

use iampass_management::{AddUsersOutcome, ChunkReport, ChunkResult, Error, UserId};

use super::checkpoint::{Earlier, Journal};
use super::error::{BulkError, is_hopeless};
use super::input::InputError;
use super::outcome::Outcome;
use super::prepare::{Chunk, SetAside, Why};
use super::report::{Report, Row};
use super::run::Files;
use super::tally::Tally;

/// After so many failures without a success in between, the service is taken to refuse everything.
const FAILURES_IN_A_ROW: u32 = 10;

/// A chunk that is being sent.
struct Sending {
    number: u64,
    lines: Vec<u64>,
    digest: Option<String>,
    /// An earlier run may have sent it.
    again: bool,
}

pub(super) struct Ledger {
    files: Files,
    journal: Option<Journal>,
    earlier: Earlier,
    report: Option<Report>,
    /// By the number that the bulk gives: it counts the chunks that it gets.
    sending: HashMap<u64, Sending>,
    given: u64,
    failures_in_a_row: u32,
    pub(super) tally: Tally,
    /// Of `tally`, what earlier runs have done.
    pub(super) done_earlier: u64,
    /// The first failure of a request, and how many there were.
    pub(super) failure: Option<Error>,
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

impl Ledger {
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
            given: 0,
            failures_in_a_row: 0,
            tally: Tally::default(),
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
    pub(super) fn set_aside(&mut self, ids: &[SetAside]) {
        self.tally.add_all(&ids.iter().map(|id| id.why.outcome()).collect());
        for SetAside { line, why, .. } in ids {
            if let Why::Invalid(reason) = why {
                self.tell(format!("line {line}: {reason}"));
            }
        }
        if let Some(report) = self.report.as_mut().filter(|_| !self.broken) {
            let reasons: Vec<_> = ids.iter().map(|id| id.why.reason()).collect();
            let lines = ids.iter().zip(&reasons).map(|(SetAside { line, id, why }, reason)| Row {
                line: *line,
                id,
                outcome: why.outcome(),
                chunk: None,
                reason: reason.as_deref(),
            });
            if let Err(problem) = report.write(lines) {
                self.break_off(BulkError::Report { path: self.files.report(), problem });
            }
        }
    }

    /// Takes a chunk before it is sent; gives its ids back if it is to be sent.
    pub(super) fn begin(&mut self, chunk: Chunk) -> Option<Vec<UserId>> {
        let Chunk { number, ids, lines, digest } = chunk;
        if let Some((outcomes, before)) = self.earlier.done.remove(&number) {
            if outcomes.total() != ids.len() as u64 || before != digest {
                let (first, last) = range(&lines);
                self.stop_for(self.files.changed(first, last));
                return None;
            }
            self.tally.add_all(&outcomes);
            self.done_earlier += outcomes.total();
            return None;
        }
        if let Some(Err(problem)) =
            self.journal.as_mut().filter(|_| !self.broken).map(|journal| journal.begin(number))
        {
            self.break_off(BulkError::Checkpoint { path: self.files.checkpoint(), problem });
            return None;
        }
        let again = self.earlier.begun.contains(&number);
        self.sending.insert(self.given, Sending { number, lines, digest, again });
        self.given += 1;
        Some(ids)
    }

    /// Notes what came of a chunk.
    pub(super) fn finish<T: Answer>(&mut self, chunk: ChunkReport<T>) {
        let ChunkReport { number, ids, result, .. } = chunk;
        match result {
            ChunkResult::Done(answer) => self.answered(number, &ids, answer),
            ChunkResult::Failed(error) => self.failed(number, &ids, error),
            // Chunks with nothing in them, or to be skipped, are not given to the bulk.
            _ => drop(self.sending.remove(&number)),
        }
    }

    /// Notes that a chunk's request was answered.
    pub(super) fn answered(&mut self, number: u64, ids: &[UserId], answer: impl Answer) {
        let Some(sent) = self.sending.remove(&number) else { return };
        self.failures_in_a_row = 0;
        let outcomes = answer.outcomes(ids, sent.again);
        self.write_down(&sent, ids, &outcomes, None);
        let tally: Tally = outcomes.iter().copied().collect();
        self.tally.add_all(&tally);
        if let Some(journal) = self.journal.as_mut().filter(|_| !self.broken)
            && let Err(problem) = journal.finish(sent.number, tally, sent.digest)
        {
            self.break_off(BulkError::Checkpoint { path: self.files.checkpoint(), problem });
        }
    }

    fn failed(&mut self, number: u64, ids: &[UserId], error: Error) {
        let Some(sent) = self.sending.remove(&number) else { return };
        let outcomes = vec![Outcome::Failed; ids.len()];
        let reason = match error.service_text() {
            Some(text) => format!("{error}: {}", text.trim()),
            None => error.to_string(),
        };
        self.write_down(&sent, ids, &outcomes, Some(&reason));
        self.tally.add(Outcome::Failed, ids.len() as u64);
        let (first, last) = range(&sent.lines);
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
    fn write_down(&mut self, sent: &Sending, ids: &[UserId], outcomes: &[Outcome], reason: Option<&str>) {
        let Some(report) = self.report.as_mut().filter(|_| !self.broken) else { return };
        let lines = sent.lines.iter().zip(ids).zip(outcomes).map(|((line, id), outcome)| Row {
            line: *line,
            id: id.as_str(),
            outcome: *outcome,
            chunk: Some(sent.number),
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
        let fault = BulkError::input(&self.files.input, source, true);
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

    /// The chunks that may have been sent although they have no answer.
    pub(super) fn unanswered(&self) -> usize {
        self.sending.len()
    }
}

fn range(lines: &[u64]) -> (u64, u64) {
    (lines.first().copied().unwrap_or_default(), lines.last().copied().unwrap_or_default())
}

impl Why {
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Invalid(_) => Outcome::Invalid,
            Self::Duplicate => Outcome::Duplicate,
        }
    }

    fn reason(self) -> Option<String> {
        match self {
            Self::Invalid(reason) => Some(reason.to_string()),
            Self::Duplicate => None,
        }
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
