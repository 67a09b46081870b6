//! When the input is read, when chunks are begun, and how a bulk ends.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::future::poll_immediate;
use futures_util::stream::{self, Stream, StreamExt as _};
use iampass_management::{ChunkReport, ChunkResult};
use tokio::time::{sleep, timeout};

use super::numbers;
use super::server::{ChunkServer, Reply};

/// Ids that count how many of them were taken.
fn counted(ids: impl Iterator<Item = String> + Send + 'static) -> (Counted, impl Iterator<Item = String>) {
    let counter = Counted::default();
    let count = counter.clone();
    (counter, ids.inspect(move |_| count.add_one()))
}

#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether the ids are still there to be taken.
    fn is_held_elsewhere(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let waited = timeout(Duration::from_secs(10), async {
        while !condition() {
            sleep(Duration::from_millis(1)).await;
        }
    });
    assert!(waited.await.is_ok(), "in vain: {what}");
}

fn is(id: &str) -> impl Fn(&[String]) -> bool {
    move |ids| ids.iter().any(|one| one == id)
}

#[tokio::test]
async fn the_input_is_read_as_there_is_room() {
    let server = ChunkServer::start(|ids| if is("1")(ids) { Reply::Done } else { Reply::Never });
    let (taken, ids) = counted((1..).map(|number: u64| number.to_string()));
    let mut bulk = server.client().add_users_in_bulk(ids).chunk_size(10).concurrency(3);
    assert_eq!(taken.get(), 0);
    assert!(poll_immediate(bulk.next()).await.is_none());
    assert_eq!(taken.get(), 30);
    assert_eq!(bulk.next().await.unwrap().number, 0);
    // Nothing is read while a report is in the caller's hands.
    assert_eq!(taken.get(), 30);
    for _ in 0..10 {
        let _waiting = timeout(Duration::from_millis(5), bulk.next()).await.is_err();
        assert_eq!(taken.get(), 40);
    }
    until("three more requests", || server.sent().len() == 4).await;
    assert_eq!(server.unanswered_and_hung_up(), (3, 0));
}

#[tokio::test]
async fn no_more_calls_are_made_at_the_same_time_than_allowed() {
    for concurrency in [1, 3] {
        let busy = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let (counter, highest) = (Arc::clone(&busy), Arc::clone(&most));
        let server = ChunkServer::start(move |_| {
            highest.fetch_max(counter.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(5));
            counter.fetch_sub(1, Ordering::SeqCst);
            Reply::Done
        });
        let bulk = server.client().add_users_in_bulk(numbers(20)).chunk_size(1).concurrency(concurrency);
        assert_eq!(bulk.count().await, 20);
        assert!((1..=concurrency).contains(&most.load(Ordering::SeqCst)));
    }
}

/// What a script waits for before it answers.
#[derive(Clone, Default)]
struct Gate(Arc<AtomicBool>);

impl Gate {
    fn open(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn wait(&self) {
        while !self.0.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

#[tokio::test]
async fn reports_come_in_the_order_in_which_chunks_end() {
    let gate = Gate::default();
    let script = gate.clone();
    let server = ChunkServer::start(move |ids| {
        if is("1")(ids) {
            script.wait();
        }
        Reply::Done
    });
    let mut bulk = server.client().add_users_in_bulk(numbers(6)).chunk_size(2).concurrency(2);
    assert_eq!(bulk.next().await.unwrap().number, 1);
    assert_eq!(bulk.next().await.unwrap().number, 2);
    gate.open();
    assert_eq!(bulk.next().await.unwrap().number, 0);
    assert!(bulk.next().await.is_none());
}

#[tokio::test]
async fn dropping_a_bulk_ends_its_calls_and_leaves_nothing_behind() {
    let server = ChunkServer::start(|_| Reply::Never);
    let (taken, ids) = counted((1..).map(|number: u64| number.to_string()));
    let mut bulk = server.client().add_users_in_bulk(ids).chunk_size(10).concurrency(3);
    let mut next = Box::pin(bulk.next());
    until_sent(&mut next, &server, 3).await;
    drop(next);
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    // Those of the connections.
    assert!(tasks() > 0);
    drop(bulk);
    assert!(!taken.is_held_elsewhere());
    until("the connections' end", || server.unanswered_and_hung_up() == (0, 3)).await;
    until("the tasks' end", || tasks() == 0).await;
    assert_eq!((server.sent().len(), taken.get()), (3, 30));
}

/// Polls until the server has seen so many requests.
async fn until_sent(next: &mut (impl Future + Unpin), server: &ChunkServer, requests: usize) {
    while server.sent().len() < requests {
        assert!(timeout(Duration::from_millis(1), &mut *next).await.is_err());
    }
}

#[tokio::test]
async fn dropping_the_wait_for_a_report_loses_nothing() {
    let server = ChunkServer::start(|_| Reply::Late(Duration::from_millis(5)));
    let mut bulk = server.client().add_users_in_bulk(numbers(20)).chunk_size(2).concurrency(3);
    let mut seen = Vec::new();
    loop {
        match timeout(Duration::from_millis(1), bulk.next()).await {
            Ok(Some(report)) => seen.push(report.number),
            Ok(None) => break,
            Err(_elapsed) => {}
        }
    }
    seen.sort_unstable();
    assert!(seen.iter().copied().eq(0..10), "{seen:?}");
    assert_eq!(server.sent().len(), 10);
}

#[tokio::test]
async fn after_a_failure_nothing_new_is_begun_if_so_asked() {
    let gate = Gate::default();
    let script = gate.clone();
    let server = ChunkServer::start(move |ids| {
        if is("3")(ids) {
            return Reply::Status(404);
        }
        script.wait();
        Reply::Done
    });
    let (taken, ids) = counted(numbers(100));
    let bulk = server.client().add_users_in_bulk(ids).chunk_size(2).concurrency(3);
    let mut bulk = bulk.stop_on_failure(true);
    let first = bulk.next().await.unwrap();
    assert!(first.number == 1 && first.error().is_some());
    gate.open();
    let rest: Vec<_> = bulk.collect().await;
    let mut ends: Vec<_> =
        rest.iter().map(|report| (report.number, matches!(report.result, ChunkResult::Done(_)))).collect();
    ends.sort_unstable();
    // What was in flight has finished; the other 94 ids were never read.
    assert_eq!(ends, [(0, true), (2, true)]);
    assert_eq!((server.sent().len(), taken.get()), (3, 6));
}

#[tokio::test]
async fn what_was_read_but_not_sent_when_a_chunk_failed_is_reported() {
    let server = ChunkServer::start(|_| Reply::Status(404));
    // A chunk, half a chunk, and then nothing for ever.
    let ids = stream::iter(["a", "b", "", "c"]).chain(stream::pending());
    let bulk = server.client().add_users_in_bulk_from(ids).chunk_size(2).stop_on_failure(true);
    let reports: Vec<_> = timeout(Duration::from_secs(10), bulk.collect()).await.unwrap();
    assert_eq!(reports.len(), 2);
    assert!(reports[0].error().unwrap().is_not_found());
    assert!(matches!(reports[1].result, ChunkResult::NotSent));
    assert_eq!((reports[1].input.clone(), reports[1].invalid.len()), (2..4, 1));
    let unfinished = reports.into_iter().flat_map(ChunkReport::into_unfinished).map(String::from);
    assert_eq!(unfinished.collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(server.sent().len(), 1);
}

#[tokio::test]
async fn a_chunk_waits_until_it_is_full() {
    let server = ChunkServer::doing_all();
    let ids = stream::iter(["a", "b", "c"]).chain(stream::pending());
    let mut bulk = server.client().add_users_in_bulk_from(ids).chunk_size(2);
    assert_eq!(bulk.next().await.unwrap().ids.len(), 2);
    assert!(timeout(Duration::from_millis(20), bulk.next()).await.is_err());
    assert_eq!(server.sorted_chunks(), [["a", "b"]]);
}

/// Else a long run of duplicates would keep other tasks from their turn.
#[test]
fn an_input_that_gives_no_chunk_is_read_in_parts() {
    let (taken, ids) = counted(std::iter::repeat("a".to_owned()));
    let mut bulk = pin!(ChunkServer::doing_all().client().add_users_in_bulk(ids));
    let mut before = 0;
    for _ in 0..3 {
        let polled = Pin::new(&mut bulk).poll_next(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Pending));
        assert!((1..10_000).contains(&(taken.get() - before)));
        before = taken.get();
    }
}

#[tokio::test]
async fn what_is_read_in_parts_is_read_to_its_end() {
    let server = ChunkServer::doing_all();
    let bulk = server.client().add_users_in_bulk(std::iter::repeat_n("a", 50_000));
    let reports: Vec<_> = timeout(Duration::from_secs(10), bulk.collect()).await.unwrap();
    assert_eq!((reports.len(), reports[0].ids.len(), reports[0].duplicates), (1, 1, 49_999));
}
