//! Bulk: what is sent in which chunks, and what is said of it.

mod accounting;
mod flow;
mod limits;
pub(crate) mod server;

use std::collections::HashSet;
use std::fmt;

use futures_util::StreamExt as _;
use futures_util::stream::{self, Stream};
use iampass_management::{
    AddUsersOutcome, Bulk, ChunkReport, ChunkResult, InvalidUserId, ManagementClient, UserId,
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
    T: Send + 'static,
{
    let mut reports: Vec<_> = bulk.collect().await;
    reports.sort_by_key(|report| report.number);
    reports
}

#[tokio::test]
async fn an_empty_input_has_no_report_and_no_request() {
    let server = ChunkServer::doing_all();
    let mut bulk = server.client().add_users_in_bulk([""; 0]);
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
    assert_eq!((report.number, report.input.clone(), report.duplicates), (0, 0..2, 0));
    assert_eq!(texts(&report.ids), ["alice", "bob"]);
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
        assert_eq!(reports.iter().map(|report| report.ids.len()).sum::<usize>(), count);
    }
}

#[tokio::test]
async fn the_default_chunk_is_a_thousand() {
    let server = ChunkServer::doing_all();
    let reports = reports(server.client().add_users_in_bulk(numbers(2500))).await;
    assert_eq!(reports.iter().map(|report| report.ids.len()).collect::<Vec<_>>(), [1000, 1000, 500]);
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
        reports.iter().map(|report| (report.input.clone(), texts(&report.ids), report.duplicates)).collect();
    // The last chunk has nothing to send, but it is where the last duplicates are accounted for.
    assert_eq!(found, [(0..2, vec!["a", "b"], 0), (2..6, vec!["c", "d"], 2), (6..8, vec![], 2)]);
    assert!(matches!(reports[2].result, ChunkResult::NotSent));
    assert_eq!(server.sorted_chunks(), [["a", "b"], ["c", "d"]]);
}

#[tokio::test]
async fn duplicates_are_sent_when_nobody_remembers_them() {
    let server = ChunkServer::doing_all();
    let bulk = server.client().add_users_in_bulk(["a", "b", "a", "a"]).chunk_size(2).deduplicate(false);
    let reports = reports(bulk).await;
    assert!(reports.iter().all(|report| report.duplicates == 0));
    assert_eq!(server.sorted_chunks(), [["a", "a"], ["a", "b"]]);
}

#[tokio::test]
async fn invalid_ids_are_named_by_position_and_not_sent() {
    let server = ChunkServer::doing_all();
    let input = ["", "a", ".", "b", "..", "", "c"];
    let reports = reports(server.client().add_users_in_bulk(input).chunk_size(3)).await;
    let invalid: Vec<_> = reports
        .iter()
        .map(|report| report.invalid.iter().map(|one| (one.position, one.reason)).collect::<Vec<_>>())
        .collect();
    let (empty, dots) = (InvalidUserId::Empty, InvalidUserId::DotSegment);
    assert_eq!(invalid, [vec![(0, empty), (2, dots), (4, dots)], vec![(5, empty)]]);
    assert_eq!(server.sorted_chunks(), [vec!["a", "b"], vec!["c"]]);
}

#[tokio::test]
async fn invalid_ids_alone_are_reported_without_a_request() {
    let server = ChunkServer::doing_all();
    let reports = reports(server.client().delete_users_in_bulk(["."; 7]).chunk_size(3)).await;
    assert_eq!(reports.iter().map(|report| report.invalid.len()).collect::<Vec<_>>(), [3, 3, 1]);
    assert!(reports.iter().all(|report| matches!(report.result, ChunkResult::NotSent)));
    assert!(reports.iter().all(|report| report.ids.is_empty()));
    assert!(server.sent().is_empty());
}

#[tokio::test]
async fn a_failed_chunk_stops_no_other_and_can_be_given_again() {
    let server = ChunkServer::start(failing("3", 500));
    let reports = reports(server.client().add_users_in_bulk(numbers(10)).chunk_size(2)).await;
    assert_eq!(reports.len(), 5);
    let mut again = Vec::new();
    for report in reports {
        assert_eq!(report.error().is_some(), report.number == 1, "{:?}", report.error());
        again.extend(report.into_unfinished());
    }
    assert_eq!(texts(&again), ["3", "4"]);
    let server = ChunkServer::doing_all();
    let reports = self::reports(server.client().add_users_in_bulk(again)).await;
    assert!(matches!(reports[0].result, ChunkResult::Done(_)));
    assert_eq!(server.sorted_chunks(), [["3", "4"]]);
}

#[tokio::test]
async fn chunks_can_be_skipped() {
    let server = ChunkServer::doing_all();
    let input = ["a", "b", "c", "a", "d", "", "e", "f"];
    let bulk = server.client().add_users_in_bulk(input).chunk_size(2).skip_chunks([0, 2, 17]);
    let reports = reports(bulk).await;
    // What was skipped still makes later ids duplicates, and keeps its place in the numbering.
    assert_eq!(server.sorted_chunks(), [["c", "d"]]);
    assert_eq!((reports[1].number, reports[1].duplicates), (1, 1));
    assert_eq!(reports[2].invalid.len(), 1);
    for number in [0, 2] {
        assert!(matches!(reports[number].result, ChunkResult::Skipped));
    }
    assert!(reports.into_iter().all(|report| report.into_unfinished().is_empty()));
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

fn user_id(number: u32) -> UserId {
    UserId::new(format!("user{number}")).unwrap()
}

/// Compiles: a bulk can go to another thread when its source can, and is debug-printed without ids.
#[test]
fn a_bulk_is_send_and_unpin() {
    fn check<B: Send + Unpin + fmt::Debug + 'static>(bulk: &B, text: &str) {
        assert!(!format!("{bulk:?}").contains(text));
    }
    let client: ManagementClient = ChunkServer::doing_all().client();
    check(&client.add_users_in_bulk(["MARKER"]), "MARKER");
    check(&client.delete_users_in_bulk_from(stream::unfold(0, |_| async { Some(("a", 0)) })), "a,");
}
