//! Bulk: what is sent in which chunks, and what is said of it.

mod accounting;
mod flow;
mod halving;
mod limits;
mod outages;
pub(crate) mod server;
mod service;
mod slowing;
mod stopping;

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::{self, Stream};
use iampass_management::{
    AddUsersOutcome, Bulk, ChunkReport, ChunkResult, Chunker, InvalidUserId, ManagementClient, SendOptions,
    SkipReason, SkippedId, UserId,
};

use crate::support::APPLICATION_ID;
use server::{ChunkServer, Reply, failing};

/// `1`, `2`, …
fn numbers(count: usize) -> impl Iterator<Item = String> + Send + 'static {
    (1..=count).map(|number| number.to_string())
}

fn texts(ids: &[UserId]) -> Vec<&str> {
    ids.iter().map(UserId::as_str).collect()
}

/// All reports, by number.
async fn reports<S, T>(bulk: Bulk<S, T>) -> Vec<ChunkReport<T>>
where
    S: Stream<Item: Into<String>>,
{
    let mut reports: Vec<_> = bulk.reports().collect().await;
    reports.sort_by_key(|report| report.chunk.number);
    reports
}

fn positions<'a>(ids: impl Iterator<Item = &'a SkippedId>) -> Vec<u64> {
    ids.map(|id| id.position).collect()
}

#[tokio::test]
async fn an_empty_input_has_no_report_and_no_request() {
    let server = ChunkServer::doing_all();
    let mut bulk = server.client().add_users_in_bulk([""; 0]).reports();
    assert!(bulk.next().await.is_none());
    assert!(bulk.next().await.is_none());
    assert!(server.sent().is_empty());
}

#[tokio::test]
async fn a_chunk_is_one_call_and_its_report_says_what_came_back() {
    let server = ChunkServer::start(|ids| {
        assert_eq!(ids, ["alice", "bob"]);
        Reply::Text(r#"{"status":true,"users":{"created":["bob"],"existing":["alice"]}}"#.to_owned())
    });
    let [report] = &reports(server.client().add_users_in_bulk(["alice", "bob"])).await[..] else { panic!() };
    assert_eq!((report.chunk.number, &report.chunk.positions[..]), (0, &[0, 1][..]));
    assert!(report.chunk.skipped.is_empty());
    assert_eq!(texts(&report.chunk.ids), ["alice", "bob"]);
    let ChunkResult::Done(AddUsersOutcome { created, existing, .. }) = &report.result else { panic!() };
    assert_eq!((texts(created), texts(existing)), (vec!["bob"], vec!["alice"]));
    assert!(report.error().is_none());
}

#[tokio::test]
async fn users_are_deleted_in_the_same_way() {
    let server = ChunkServer::doing_all();
    let reports = reports(server.client().delete_users_in_bulk(numbers(5)).chunk_size(2)).await;
    assert!(reports.iter().all(|report| matches!(report.result, ChunkResult::Done(()))));
    assert_eq!(server.sorted_chunks(), [vec!["1", "2"], vec!["3", "4"], vec!["5"]]);
    for sent in server.sent() {
        assert_eq!(sent.target, format!("/management/delete_users/{APPLICATION_ID}"));
    }
}

#[tokio::test]
async fn chunks_end_where_the_input_does_and_never_empty() {
    for (count, chunk_size, chunks) in [(1, 1000, 1), (999, 1000, 1), (1000, 1000, 1), (1001, 1000, 2)] {
        let server = ChunkServer::doing_all();
        let reports = reports(server.client().add_users_in_bulk(numbers(count)).chunk_size(chunk_size)).await;
        assert_eq!((reports.len(), server.sent().len()), (chunks, chunks), "{count}");
        assert_eq!(reports.iter().map(|report| report.chunk.ids.len()).sum::<usize>(), count);
    }
}

#[tokio::test]
async fn the_default_chunk_is_a_thousand() {
    let server = ChunkServer::doing_all();
    let reports = reports(server.client().add_users_in_bulk(numbers(2500))).await;
    assert_eq!(reports.iter().map(|report| report.chunk.ids.len()).collect::<Vec<_>>(), [1000, 1000, 500]);
}

#[tokio::test]
async fn nothing_at_a_time_is_one_at_a_time() {
    let server = ChunkServer::doing_all();
    let bulk = server.client().add_users_in_bulk(numbers(3)).chunk_size(0).concurrency(0);
    assert_eq!(reports(bulk).await.len(), 3);
    assert_eq!(server.sorted_chunks(), [["1"], ["2"], ["3"]]);
    // And as much as there can be is no reason to make room for all of it.
    let bulk = server.client().add_users_in_bulk(numbers(3)).chunk_size(usize::MAX).concurrency(usize::MAX);
    assert_eq!(reports(bulk).await.len(), 1);
}

#[tokio::test]
async fn duplicates_are_counted_where_they_are_met() {
    let server = ChunkServer::doing_all();
    let input = ["a", "b", "a", "c", "b", "d", "a", "a"];
    let reports = reports(server.client().add_users_in_bulk(input).chunk_size(2)).await;
    let found: Vec<_> =
        reports.iter().map(|report| (texts(&report.chunk.ids), positions(report.duplicates()))).collect();
    // As many duplicates as a chunk may have ids end it.
    assert_eq!(found, [(vec!["a", "b"], vec![]), (vec!["c"], vec![2, 4]), (vec!["d"], vec![6, 7])]);
    assert_eq!(server.sorted_chunks(), [vec!["a", "b"], vec!["c"], vec!["d"]]);
}

#[tokio::test]
async fn duplicates_are_sent_when_nobody_remembers_them() {
    let server = ChunkServer::doing_all();
    let bulk = server.client().add_users_in_bulk(["a", "b", "a", "a"]).chunk_size(2).deduplicate(false);
    let reports = reports(bulk).await;
    assert!(reports.iter().all(|report| report.chunk.skipped.is_empty()));
    assert_eq!(server.sorted_chunks(), [["a", "a"], ["a", "b"]]);
}

#[tokio::test]
async fn invalid_ids_are_named_by_position_and_not_sent() {
    let server = ChunkServer::doing_all();
    let input = ["", "a", ".", "b", "..", "", "c"];
    let reports = reports(server.client().add_users_in_bulk(input).chunk_size(3)).await;
    let invalid: Vec<_> = reports
        .iter()
        .map(|report| report.invalid().map(|one| (one.position, one.reason)).collect::<Vec<_>>())
        .collect();
    let [empty, dots] = [InvalidUserId::Empty, InvalidUserId::DotSegment].map(SkipReason::Invalid);
    assert_eq!(invalid, [vec![(0, empty), (2, dots), (4, dots)], vec![(5, empty)]]);
    assert_eq!(server.sorted_chunks(), [vec!["a", "b"], vec!["c"]]);
}

#[tokio::test]
async fn invalid_ids_alone_are_reported_without_a_request() {
    let server = ChunkServer::doing_all();
    let reports = reports(server.client().delete_users_in_bulk(["."; 7]).chunk_size(3)).await;
    assert_eq!(reports.iter().map(|report| report.invalid().count()).collect::<Vec<_>>(), [3, 3, 1]);
    assert!(reports.iter().all(|report| matches!(report.result, ChunkResult::NotSent)));
    assert!(reports.iter().all(|report| report.chunk.ids.is_empty()));
    assert!(server.sent().is_empty());
}

#[tokio::test]
async fn a_failed_chunk_stops_no_other_and_can_be_given_again() {
    let server = ChunkServer::start(failing("3", 400));
    let reports = reports(server.client().add_users_in_bulk(numbers(10)).chunk_size(2)).await;
    assert_eq!(reports.len(), 5);
    let mut again = Vec::new();
    for report in reports {
        assert_eq!(report.error().is_some(), report.chunk.number == 1, "{:?}", report.error());
        again.extend(report.into_unfinished());
    }
    assert_eq!(texts(&again), ["3", "4"]);
    let server = ChunkServer::doing_all();
    let reports = self::reports(server.client().add_users_in_bulk(again)).await;
    assert!(matches!(reports[0].result, ChunkResult::Done(_)));
    assert_eq!(server.sorted_chunks(), [["3", "4"]]);
}

#[tokio::test]
async fn ids_come_from_streams_too_whatever_their_kind() {
    let server = ChunkServer::doing_all();
    // Neither `Unpin` nor ready at once.
    let ids = stream::unfold(0, |number| async move {
        tokio::task::yield_now().await;
        (number < 5).then(|| (user_id(number), number + 1))
    });
    let reports = reports(server.client().delete_users_in_bulk_from(ids).chunk_size(2)).await;
    assert_eq!(reports.len(), 3);
    let sent: HashSet<_> = server.sent().into_iter().flat_map(|sent| sent.ids).collect();
    assert_eq!(sent.len(), 5);
}

/// What was read before the error is sent and reported; nothing is read after it.
#[tokio::test]
async fn a_source_of_ids_may_fail() {
    for concurrency in [1, 2, 4] {
        for (before, expected) in
            [(vec![], vec![]), (vec!["a", "b"], vec![2]), (vec!["a", "b", "c", "d", "e"], vec![1, 2, 2])]
        {
            // The calls take longer than reading the rest of the input.
            let server = ChunkServer::start(|_| Reply::Late(Duration::from_millis(20)));
            let ids = before.iter().copied().map(Ok).chain([Err("the file is cut off"), Ok("never read")]);
            let bulk = server.client().add_users_in_bulk_from(stream::iter(ids));
            let bulk = bulk.chunk_size(2).concurrency(concurrency);
            let mut reports: Vec<_> = bulk.try_reports().collect().await;
            assert_eq!(reports.pop().unwrap().unwrap_err(), "the file is cut off");
            let mut sent: Vec<_> =
                reports.into_iter().map(|report| report.unwrap().chunk.ids.len()).collect();
            sent.sort_unstable();
            assert_eq!(sent, expected, "{concurrency}");
            assert_eq!(server.sorted_chunks().concat(), before);
        }
    }
}

/// Whoever has to look at each chunk before it is sent makes the chunks.
#[tokio::test]
async fn chunks_that_others_have_made_are_sent_as_they_are() {
    let mut chunker = Chunker::new(2, true);
    let lines = [(1, "a"), (3, ""), (4, "b"), (7, "a"), (9, "c")];
    let mut chunks: Vec<_> =
        lines.iter().filter_map(|(line, id)| chunker.push(*line, (*id).into())).collect();
    chunks.extend(chunker.finish());
    for operation in ["add_users", "delete_users"] {
        let server = ChunkServer::doing_all();
        let copies = chunks.iter().map(|chunk| {
            let mut chunker = Chunker::new(usize::MAX, false);
            for (id, line) in chunk.ids.iter().zip(&chunk.positions) {
                chunker.push(*line, id.to_string());
            }
            chunker.finish().unwrap()
        });
        let chunks = stream::iter(copies.collect::<Vec<_>>());
        let positions: Vec<_> = if operation == "add_users" {
            let reports = server.client().add_users_in_chunks(chunks, SendOptions::default().concurrency(1));
            reports.map(|report| report.chunk.positions).collect().await
        } else {
            let reports =
                server.client().delete_users_in_chunks(chunks, SendOptions::default().concurrency(1));
            reports.map(|report| report.chunk.positions).collect().await
        };
        assert_eq!(positions, [vec![1, 4], vec![9]]);
        assert_eq!(server.sorted_chunks(), [vec!["a", "b"], vec!["c"]]);
        assert!(server.sent().iter().all(|sent| sent.target.contains(operation)));
    }
    let skipped: Vec<_> = chunks.iter().flat_map(|chunk| positions(chunk.skipped.iter())).collect();
    assert_eq!(skipped, [3, 7]);
}

/// So a program can tell what is done by how far it is in the input.
#[test]
fn a_chunk_is_a_part_of_the_input_from_its_first_id_to_its_last() {
    let mut chunker = Chunker::new(2, true);
    let input = ["a", "a", "", "a", "", "a", "b", "", "c", "d"];
    let mut chunks: Vec<_> = (0..).zip(input).filter_map(|(at, id)| chunker.push(at, id.into())).collect();
    chunks.extend(chunker.finish());
    let parts: Vec<_> = chunks
        .iter()
        .map(|chunk| {
            let mut all = [positions(chunk.skipped.iter()), chunk.positions.clone()].concat();
            all.sort_unstable();
            all
        })
        .collect();
    assert_eq!(parts, [vec![0, 1, 2], vec![3, 4], vec![5, 6, 7], vec![8, 9]]);
}

/// A program resumes where an earlier run of it was stopped, and with a part that had failed.
#[test]
fn what_is_remembered_is_in_no_chunk_and_its_next_occurrence_is_a_duplicate() {
    let mut chunker = Chunker::new(5, true);
    let mut chunks = Vec::new();
    chunker.remember("a");
    chunks.extend(chunker.push(1, "b".into()));
    chunks.extend(chunker.finish());
    chunker.remember("c");
    chunks.extend(chunker.finish());
    for (position, id) in [(3, "a"), (4, "d"), (5, "c"), (6, "b")] {
        chunks.extend(chunker.push(position, id.into()));
    }
    chunks.extend(chunker.finish());
    let found: Vec<_> = chunks
        .iter()
        .map(|chunk| (chunk.number, chunk.positions.clone(), positions(chunk.skipped.iter())))
        .collect();
    assert_eq!(found, [(0, vec![1], vec![]), (1, vec![4], vec![3, 5, 6])]);
}

fn user_id(number: u32) -> UserId {
    UserId::new(format!("user{number}")).unwrap()
}

/// Compiles: reports can be read on another thread when the source of ids can be, and are debug-printed without ids.
#[test]
fn a_bulk_is_send_and_its_reports_are_unpin() {
    fn check<B: Send + fmt::Debug + 'static>(bulk: &B, text: &str) {
        assert!(!format!("{bulk:?}").contains(text));
    }
    fn check_both<R: Unpin + Send + fmt::Debug + 'static>(reports: &R) {
        check(reports, "MARKER");
    }
    let client: ManagementClient = ChunkServer::doing_all().client();
    check(&client.add_users_in_bulk(["MARKER"]), "MARKER");
    check_both(&client.add_users_in_bulk(["MARKER"]).reports());
    let ids = || stream::unfold(0, |_| async { Some(("MARKER", 0)) });
    check(&client.delete_users_in_bulk_from(ids()), "MARKER");
    check_both(&client.delete_users_in_bulk_from(ids()).reports());
}
