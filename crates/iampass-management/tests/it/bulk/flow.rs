//! When the input is read, when chunks are begun, and how a bulk ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::poll_immediate;
use futures_util::stream::{self, StreamExt as _};
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
    let mut bulk = server.client().add_users_in_bulk(ids).chunk_size(10).concurrency(3).reports();
    assert_eq!(taken.get(), 0);
    assert!(poll_immediate(bulk.next()).await.is_none());
    assert_eq!(taken.get(), 30);
    assert_eq!(bulk.next().await.unwrap().chunk.number, 0);
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
        assert_eq!(bulk.reports().count().await, 20);
        assert!((1..=concurrency).contains(&most.load(Ordering::SeqCst)));
    }
}

/// What a script waits for before it responds.
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
    let mut bulk = server.client().add_users_in_bulk(numbers(6)).chunk_size(2).concurrency(2).reports();
    assert_eq!(bulk.next().await.unwrap().chunk.number, 1);
    assert_eq!(bulk.next().await.unwrap().chunk.number, 2);
    gate.open();
    assert_eq!(bulk.next().await.unwrap().chunk.number, 0);
    assert!(bulk.next().await.is_none());
}

#[tokio::test]
async fn dropping_a_bulk_ends_its_calls_and_leaves_nothing_behind() {
    let server = ChunkServer::start(|_| Reply::Never);
    let (taken, ids) = counted((1..).map(|number: u64| number.to_string()));
    let mut bulk = server.client().add_users_in_bulk(ids).chunk_size(10).concurrency(3).reports();
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
    let mut bulk = server.client().add_users_in_bulk(numbers(20)).chunk_size(2).concurrency(3).reports();
    let mut seen = Vec::new();
    loop {
        match timeout(Duration::from_millis(1), bulk.next()).await {
            Ok(Some(report)) => seen.push(report.chunk.number),
            Ok(None) => break,
            Err(_elapsed) => {}
        }
    }
    seen.sort_unstable();
    assert!(seen.iter().copied().eq(0..10), "{seen:?}");
    assert_eq!(server.sent().len(), 10);
}

#[tokio::test]
async fn a_chunk_waits_until_it_is_full() {
    let server = ChunkServer::doing_all();
    let ids = stream::iter(["a", "b", "c"]).chain(stream::pending());
    let mut bulk = server.client().add_users_in_bulk_from(ids).chunk_size(2).reports();
    assert_eq!(bulk.next().await.unwrap().chunk.ids.len(), 2);
    assert!(timeout(Duration::from_millis(20), bulk.next()).await.is_err());
    assert_eq!(server.sorted_chunks(), [["a", "b"]]);
}

/// Skipped ids are handed out in chunks too, so that a long run of them neither fills the memory nor keeps other tasks
/// from running.
#[tokio::test]
async fn an_input_of_duplicates_is_reported_chunk_by_chunk() {
    let server = ChunkServer::doing_all();
    let bulk = server.client().add_users_in_bulk(std::iter::repeat_n("a", 50_000));
    let reports: Vec<_> = timeout(Duration::from_secs(10), bulk.reports().collect()).await.unwrap();
    assert_eq!(reports.len(), 50);
    assert!(reports.iter().all(|report| report.duplicates().count() <= 1_000));
    assert_eq!(reports.iter().map(|report| report.duplicates().count()).sum::<usize>(), 49_999);
    assert_eq!(server.sorted_chunks(), [["a"]]);
}
