//! Killed at any moment, and resumed with other chunks: every id arrives, and the totals are right.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use iampass_management::{Error, ErrorKind};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::args::InputFormat;
use crate::bulk::checkpoint::Run;
use crate::bulk::input::Layout;
use crate::bulk::operation::Operation;
use crate::bulk::prepare::{ChunkOptions, ReceiverClosed, prepare};
use crate::bulk::report_format::ReportFormat;
use crate::bulk::run::open_files;

/// What happens while a chunk is on its way.
#[derive(Clone, Copy, Debug)]
enum Event {
    Answered,
    /// The service has done it all the same.
    AnswerLost,
    Refused,
    /// Of a chunk that was too large, the first half succeeds. The second half has one of the ends of `Unfinished`.
    Half(Unfinished),
    StillInFlight,
}

#[derive(Clone, Copy, Debug)]
enum Unfinished {
    Refused,
    NotSent,
}

#[derive(Clone, Debug)]
struct OneRun {
    chunk_size: usize,
    /// For each chunk; it is killed after them.
    events: Vec<Event>,
    /// So much of what the report has and the checkpoint does not know of is lost, of 255.
    lost: u8,
}

fn runs() -> impl Strategy<Value = Vec<OneRun>> {
    let event = prop_oneof![
        5 => Just(Event::Answered),
        1 => Just(Event::AnswerLost),
        1 => Just(Event::Refused),
        1 => Just(Event::Half(Unfinished::Refused)),
        1 => Just(Event::Half(Unfinished::NotSent)),
        1 => Just(Event::StillInFlight)
    ];
    let run = (1..6usize, vec(event, 0..8), any::<u8>());
    vec(run.prop_map(|(chunk_size, events, lost)| OneRun { chunk_size, events, lost }), 0..5)
}

struct Desk {
    folder: TempDir,
    ids: Vec<&'static str>,
    service: HashSet<UserId>,
    report: &'static str,
}

impl Desk {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the service makes of a chunk.
    fn add(&mut self, ids: &[UserId]) -> AddUsersOutcome {
        let (created, existing) = ids.iter().cloned().partition(|id| self.service.insert(id.clone()));
        AddUsersOutcome::new(created, existing)
    }

    /// Runs until the events are over, or to the end.
    fn run(&mut self, chunk_size: usize, events: Option<&[Event]>) -> RunState {
        let layout = Layout::plain(InputFormat::Lines);
        let options = ChunkOptions { layout, chunk_size, keep_duplicates: false };
        let input = self.ids.join("\n");
        let (checkpoint, report) = (self.path("checkpoint"), self.path(self.report));
        let files = Files::new(PathBuf::new(), Some(checkpoint), Some(report));
        let run = Run {
            operation: Operation::Import,
            server: String::new(),
            application_id: String::new(),
            keep_duplicates: false,
            report: Some(ReportFormat::of(self.report.as_ref())),
        };
        let (checkpoint, mark, report) = open_files(&files, run).unwrap();
        let mut state = RunState::new(files, checkpoint, mark.clone(), report);
        let mut left = events.unwrap_or_default().iter();
        let mut give = |prepared| {
            let Some(chunk) = state.begin(prepared) else { return Ok(()) };
            let event = match events {
                None => Event::Answered,
                Some(_) => *left.next().ok_or(ReceiverClosed)?,
            };
            match event {
                Event::Answered => {
                    let answer = self.add(&chunk.ids);
                    state.finish(ChunkReport::new(chunk, ChunkResult::Done(answer)));
                }
                Event::AnswerLost | Event::Refused => {
                    if matches!(event, Event::AnswerLost) {
                        self.add(&chunk.ids);
                    }
                    let error = Error::from(ErrorKind::Refused(None));
                    state.finish(ChunkReport::new(chunk, ChunkResult::<()>::Failed(error)));
                }
                Event::Half(_) if chunk.ids.len() < 2 => {
                    let answer = self.add(&chunk.ids);
                    state.finish(ChunkReport::new(chunk, ChunkResult::Done(answer)));
                }
                Event::Half(end) => {
                    let half = chunk.ids.len() / 2;
                    let done = self.add(&chunk.ids[..half]);
                    let error =
                        matches!(end, Unfinished::Refused).then(|| Error::from(ErrorKind::Refused(None)));
                    let unfinished = vec![UnfinishedIds::new(half..chunk.ids.len(), error)];
                    state.finish(ChunkReport::new(chunk, ChunkResult::Partial { done, unfinished }));
                }
                Event::StillInFlight => drop(self.add(&chunk.ids)),
            }
            Ok(())
        };
        state.all_read = prepare(input.as_bytes(), &options, &mark, &mut give).is_ok();
        assert!(state.fault.is_none(), "{:?}", state.fault);
        state
    }

    /// A crash of the machine: of what was not synced, the end is lost.
    fn lose(&self, lost: u8) {
        let Ok(checkpoint) = std::fs::read(self.path("checkpoint")) else { return };
        let checkpoint: Value = serde_json::from_slice(&checkpoint).unwrap();
        let synced = checkpoint["mark"]["report"]["bytes"].as_u64().unwrap();
        let report = std::fs::OpenOptions::new().write(true).open(self.path(self.report)).unwrap();
        let unsynced = report.metadata().unwrap().len() - synced;
        report.set_len(synced + unsynced * u64::from(255 - lost) / 255).unwrap();
    }

    /// The outcomes that the report has of each id, by its number.
    fn outcomes(&self) -> BTreeMap<u64, Vec<String>> {
        let text = std::fs::read_to_string(self.path(self.report)).unwrap();
        let rows: Vec<(u64, String)> = if self.report.ends_with("csv") {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            reader
                .records()
                .map(|row| row.unwrap())
                .map(|row| (row[3].parse().unwrap(), row[2].to_owned()))
                .collect()
        } else {
            let rows = text.lines().map(|row| serde_json::from_str::<Value>(row).unwrap());
            rows.map(|row| (row["number"].as_u64().unwrap(), row["outcome"].as_str().unwrap().to_owned()))
                .collect()
        };
        let mut outcomes = BTreeMap::<_, Vec<_>>::new();
        for (number, outcome) in rows {
            outcomes.entry(number).or_default().push(outcome);
        }
        outcomes
    }
}

fn check(ids: Vec<&'static str>, before: usize, runs: &[OneRun], report: &'static str) {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk { folder, ids, service: HashSet::new(), report };
    // Some users are there before.
    let there: Vec<_> = desk.ids.iter().take(before).filter_map(|id| UserId::new(*id).ok()).collect();
    desk.add(&there);
    for OneRun { chunk_size, events, lost } in runs {
        drop(desk.run(*chunk_size, Some(events)));
        desk.lose(*lost);
    }
    let mut last = desk.run(3, None);
    last.close();
    assert_eq!((last.mark.begun, last.mark.unfinished()), (desk.ids.len() as u64, 0), "{:?}", last.mark);

    let valid: HashSet<_> = desk.ids.iter().filter_map(|id| UserId::new(*id).ok()).collect();
    assert_eq!(desk.service, valid, "every id arrives");
    assert_eq!(last.counts.total(), desk.ids.len() as u64, "every id is counted once");
    let outcomes = desk.outcomes();
    assert!(
        outcomes.keys().copied().eq(1..=desk.ids.len() as u64),
        "every id is in the report: {outcomes:?}"
    );
    let mut totals = BTreeMap::<&str, u64>::new();
    for all in outcomes.values() {
        let (ends, before) = all.split_last().unwrap();
        assert!(before.iter().all(|outcome| outcome == "failed"), "{outcomes:?}");
        *totals.entry(ends).or_default() += 1;
    }
    for outcome in [
        Outcome::Created,
        Outcome::Existing,
        Outcome::SentAgain,
        Outcome::Invalid,
        Outcome::Duplicate,
        Outcome::Failed,
    ] {
        let listed = totals.get(outcome.name()).copied().unwrap_or_default();
        assert_eq!(listed, last.counts.get(outcome), "{outcome:?}: {totals:?}");
    }
    // What nobody had before was created, or may have been by an earlier run.
    let existing = last.counts.get(Outcome::Existing);
    assert!(existing <= there.iter().collect::<HashSet<_>>().len() as u64, "{totals:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_id_arrives_and_the_report_has_what_is_counted(
        ids in vec(prop::sample::select(vec!["a", "b", "c", "d", "e,\"", "f", "g", "h", "i", "j", "..", "k", "l"]), 1..30),
        before in 0..4usize,
        runs in runs(),
        report in prop::sample::select(vec!["report.jsonl", "report.csv"]),
    ) {
        check(ids, before, &runs, report);
    }
}
