//! Whatever the input, the settings and the failures: nothing is lost, and nothing is sent twice.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use futures_util::StreamExt as _;
use iampass_management::{ChunkReport, ChunkResult, UserId};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::server::{ChunkServer, Reply};

/// What a chunk must be, as a plain reading of the documentation has it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Expected {
    ids: Vec<String>,
    positions: Vec<u64>,
    invalid: Vec<u64>,
    duplicates: Vec<u64>,
}

impl Expected {
    fn skipped(&self) -> usize {
        self.invalid.len() + self.duplicates.len()
    }
}

fn expected(input: &[String], chunk_size: usize, deduplicate: bool) -> Vec<Expected> {
    let mut chunks = vec![];
    let mut chunk = Expected::default();
    let mut met = HashSet::new();
    for (position, id) in (0..).zip(input) {
        match id.as_str() {
            "" | "." | ".." => chunk.invalid.push(position),
            id if deduplicate && !met.insert(id) => chunk.duplicates.push(position),
            id => {
                chunk.ids.push(id.to_owned());
                chunk.positions.push(position);
            }
        }
        if [chunk.ids.len(), chunk.skipped()].contains(&chunk_size.max(1)) {
            chunks.push(std::mem::take(&mut chunk));
        }
    }
    if chunk != Expected::default() {
        chunks.push(chunk);
    }
    chunks
}

fn found<T>(report: &ChunkReport<T>) -> Expected {
    Expected {
        ids: report.chunk.ids.iter().map(ToString::to_string).collect(),
        positions: report.chunk.positions.clone(),
        invalid: report.invalid().map(|one| one.position).collect(),
        duplicates: report.duplicates().map(|one| one.position).collect(),
    }
}

#[derive(Clone, Debug)]
struct Case {
    input: Vec<String>,
    chunk_size: usize,
    concurrency: usize,
    deduplicate: bool,
    /// A chunk with one of these fails.
    bad: BTreeSet<String>,
    /// The bulk is dropped after so many reports.
    reports: usize,
}

fn cases() -> impl Strategy<Value = Case> {
    let id = || prop_oneof![8 => "[a-e][0-9]", 1 => Just(String::new()), 1 => "\\.\\.?"];
    let bad = prop_oneof![Just(BTreeSet::new()), btree_set("[a-e][0-9]", 0..8)];
    let reports = prop_oneof![Just(usize::MAX), 0..10usize];
    (vec(id(), 0..60), 0..8usize, 0..5usize, any::<bool>(), bad, reports).prop_map(
        |(input, chunk_size, concurrency, deduplicate, bad, reports)| Case {
            input,
            chunk_size,
            concurrency,
            deduplicate,
            bad,
            reports,
        },
    )
}

struct Run {
    server: ChunkServer,
    reports: BTreeMap<u64, Expected>,
    done: BTreeSet<u64>,
    not_sent: BTreeSet<u64>,
    unfinished: Vec<UserId>,
}

/// Runs a case, and holds each report against what it must be.
async fn run(case: &Case) -> Result<Run, TestCaseError> {
    let bad = case.bad.clone();
    let is_bad = move |ids: &[String]| ids.iter().any(|id| bad.contains(id));
    let script = is_bad.clone();
    let server = ChunkServer::start(move |ids| if script(ids) { Reply::Status(400) } else { Reply::Done });
    let bulk = server
        .client()
        .add_users_in_bulk(case.input.clone())
        .chunk_size(case.chunk_size)
        .concurrency(case.concurrency)
        .deduplicate(case.deduplicate);
    let expected = expected(&case.input, case.chunk_size, case.deduplicate);
    let mut run = Run {
        server,
        reports: BTreeMap::new(),
        done: BTreeSet::new(),
        not_sent: BTreeSet::new(),
        unfinished: vec![],
    };
    let mut bulk = bulk.reports().take(case.reports);
    while let Some(report) = bulk.next().await {
        let chunk = found(&report);
        let number = report.chunk.number;
        prop_assert_eq!(Some(&chunk), expected.get(usize::try_from(number).unwrap()));
        match &report.result {
            ChunkResult::Done(outcome) => {
                prop_assert!(!is_bad(&chunk.ids));
                prop_assert_eq!(&outcome.created, &report.chunk.ids);
                run.done.insert(number);
            }
            ChunkResult::Failed(error) => {
                prop_assert!(is_bad(&chunk.ids), "{}", error);
            }
            _ => {
                // Ten failures in a row have stopped it.
                let failed = run.reports.len() - run.done.len() - run.not_sent.len();
                prop_assert!(chunk.ids.is_empty() || failed >= 10);
                run.not_sent.insert(number);
            }
        }
        prop_assert!(run.reports.insert(number, chunk).is_none(), "chunk {} is reported twice", number);
        run.unfinished.extend(report.into_unfinished());
    }
    Ok(run)
}

/// What the server saw must be what the reports say, but for the chunks in flight when the bulk was dropped.
fn check_sent(case: &Case, run: &Run) -> TestCaseResult {
    let expected = expected(&case.input, case.chunk_size, case.deduplicate);
    let all: BTreeMap<u64, _> = (0..).zip(expected.iter().map(|chunk| chunk.ids.clone())).collect();
    let mut sent = run.server.sorted_chunks();
    // Chunks may have the same ids when duplicates are sent: each accounts for one request.
    for number in run.reports.keys().filter(|number| !run.not_sent.contains(number)) {
        let place = sent.iter().position(|ids| *ids == all[number]);
        let place = place.ok_or_else(|| TestCaseError::fail(format!("chunk {number} was not sent")))?;
        sent.remove(place);
    }
    // The rest was in flight, begun in the order of the numbers.
    let in_flight = all
        .iter()
        .filter(|(number, ids)| !run.reports.contains_key(number) && !ids.is_empty())
        .take(case.concurrency.max(1));
    let mut in_flight: Vec<_> = in_flight.map(|(_, ids)| ids).collect();
    for ids in sent {
        let place = in_flight.iter().position(|chunk| **chunk == ids);
        let place = place.ok_or_else(|| TestCaseError::fail(format!("{ids:?} was sent for no report")))?;
        in_flight.remove(place);
    }
    Ok(())
}

fn check(case: &Case) -> TestCaseResult {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let first = run(case).await?;
        check_sent(case, &first)?;
        if case.reports == usize::MAX {
            let all = expected(&case.input, case.chunk_size, case.deduplicate).len();
            prop_assert!(first.reports.keys().copied().eq(0..all as u64));
            // The failed ids alone, given again.
            let ids: Vec<_> = first.unfinished.iter().map(ToString::to_string).collect();
            let again = Case { input: ids.clone(), bad: BTreeSet::new(), ..case.clone() };
            let second = run(&again).await?;
            let sent: Vec<_> = second.server.sorted_chunks().concat();
            prop_assert_eq!(sent.iter().collect::<BTreeSet<_>>(), ids.iter().collect::<BTreeSet<_>>());
            prop_assert_eq!(sent.len(), ids.len());
        }
        Ok(())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_id_ends_in_exactly_one_report(case in cases()) {
        check(&case)?;
    }
}
