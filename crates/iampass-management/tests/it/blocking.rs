//! The blocking client: as the async one, but for who waits.

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use iampass_management::blocking::{self, ManagementClient};
use iampass_management::{BulkEvent, CallPolicy, ChunkResult, Connection, ErrorKind, Settings};

use tracing::Subscriber;
use tracing::span::{Attributes, Id};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::bulk::server::{ChunkServer, Reply, failing};
use crate::support::{APPLICATION_ID, RawServer, credentials, user};
use iampass_fixture_service::Capture;

fn client(base_url: &str) -> ManagementClient {
    let settings = Settings::new(base_url.parse().unwrap(), credentials());
    Connection::builder(settings).policy(CallPolicy::one_attempt()).try_into().unwrap()
}

fn registered() -> RawServer {
    RawServer::json("200 OK", r#"{"status":true,"device_registered":true}"#)
}

#[test]
fn each_call_waits_for_its_outcome() {
    let server = RawServer::json("201 Created", r#"{"status":true,"users":{"created":["alice"]}}"#);
    assert_eq!(client(&server.base_url()).add_users([user("alice")]).unwrap().created, [user("alice")]);
    assert!(server.only_request().text().ends_with(r#"{"users":["alice"]}"#));

    let server = RawServer::json("200 OK", r#"{"status":true}"#);
    client(&server.base_url()).delete_users([user("alice")]).unwrap();
    let (alice, list) = (user("alice"), vec![user("bob")]);
    client(&server.base_url()).add_users([&alice]).unwrap();
    client(&server.base_url()).delete_users(&list).unwrap();

    let server = RawServer::json("200 OK", r#"{"status":true,"register_url":"https://x.example/1"}"#);
    let client_of_links = client(&server.base_url());
    let link = client_of_links.device_registration_link(&user("alice"), Some("Alice")).unwrap();
    assert_eq!(link.as_str(), "https://x.example/1");
    assert_eq!(client_of_links.lost_user_mobile_device(&user("alice")).unwrap(), link);
    assert!(server.requests()[0].target().ends_with("/alice?display_name=Alice"));

    assert!(client(&registered().base_url()).has_registered_mobile_device(&user("alice")).unwrap());
}

#[test]
fn an_error_is_the_async_client_s() {
    let server = RawServer::json("404 Not Found", "User not found");
    let client = client(&server.base_url());
    let error = client.has_registered_mobile_device(&user("alice")).unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.server_message(), Some("User not found"));
    let persistent = client.with_policy(CallPolicy::default().with_max_attempts(2));
    assert_eq!((client.policy().max_attempts, persistent.policy().max_attempts), (1, 2));
    let server = RawServer::json("503 Service Unavailable", "");
    let client = self::client(&server.base_url()).with_policy(persistent.policy().clone());
    assert_eq!(client.lost_user_mobile_device(&user("alice")).unwrap_err().attempts(), 2);
    assert_eq!(client.application_id().as_str(), APPLICATION_ID);
}

#[test]
fn threads_share_a_client() {
    let server = ChunkServer::doing_all();
    let client = client(&server.base_url());
    thread::scope(|scope| {
        for worker in 0..8 {
            let (shared, own) = (&client, client.clone());
            scope.spawn(move || {
                for call in 0..10 {
                    let id = user(&format!("{worker}-{call}"));
                    let client = if call % 2 == 0 { shared } else { &own };
                    assert_eq!(client.add_users([id.clone()]).unwrap().created, [id]);
                }
            });
        }
    });
    let ids: HashSet<_> = server.sent().into_iter().flat_map(|sent| sent.ids).collect();
    assert_eq!(ids.len(), 80);
}

/// Waiting is possible everywhere. In a task it blocks the worker that runs the task, and no more.
fn call_in_every_way(client: &ManagementClient) {
    let alice = user("alice");
    client.add_users([alice.clone()]).unwrap();
    client.delete_users([alice.clone()]).unwrap();
    let reports: Vec<_> = client.add_users_in_bulk(["a", "", "b", "c"]).chunk_size(2).reports().collect();
    assert!(reports.iter().all(|report| report.error().is_none()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_work_on_every_thread_of_a_runtime() {
    let server = ChunkServer::doing_all();
    let client = client(&server.base_url());
    call_in_every_way(&client);
    let copy = || client.clone();
    let elsewhere = copy();
    tokio::spawn(async move { call_in_every_way(&elsewhere) }).await.unwrap();
    let elsewhere = copy();
    tokio::task::spawn_blocking(move || call_in_every_way(&elsewhere)).await.unwrap();
    tokio::task::block_in_place(|| call_in_every_way(&client));
    let elsewhere = copy();
    thread::spawn(move || call_in_every_way(&elsewhere)).join().unwrap();
    // Each time, two single calls and two chunks.
    assert_eq!(server.sent().len(), 5 * 4);
}

#[test]
fn calls_work_on_the_only_thread_of_a_runtime() {
    let server = ChunkServer::doing_all();
    let client = client(&server.base_url());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { call_in_every_way(&client) });
    let local = tokio::task::LocalSet::new();
    let in_a_task = client.clone();
    local.spawn_local(async move { call_in_every_way(&in_a_task) });
    runtime.block_on(local);
    let _entered = runtime.enter();
    call_in_every_way(&client);
    assert_eq!(server.sent().len(), 3 * 4);
}

/// The calls run on another thread, within the caller's span and for the caller's subscriber.
#[test]
fn spans_of_calls_are_in_the_caller_s_span() {
    #[derive(Clone, Default)]
    struct Places(Arc<Mutex<Vec<String>>>);

    impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Places {
        fn on_new_span(&self, _: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
            let names = context.span_scope(id).unwrap().from_root().map(|span| span.name());
            self.0.lock().unwrap().push(names.collect::<Vec<_>>().join(" > "));
        }
    }

    // It keeps callsites that other tests' threads reach first from being noted as of interest to nobody.
    let _capture = Capture::begin();
    let places = Places::default();
    let server = ChunkServer::doing_all();
    let client = client(&server.base_url());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(places.clone()), || {
        let _entered = tracing::info_span!("of the caller").entered();
        client.delete_users([user("alice")]).unwrap();
        assert_eq!(client.delete_users_in_bulk(["bob"]).reports().count(), 1);
    });
    let mut places = places.0.lock().unwrap().clone();
    places.retain(|place| place.ends_with("iampass.call") || place.ends_with("iampass.attempt"));
    let (call, attempt) = ("of the caller > iampass.call", "of the caller > iampass.call > iampass.attempt");
    assert_eq!(places, [call, attempt, call, attempt]);
}

/// A clock, a nonce source or a dry run's function is the caller's own.
#[test]
fn a_panic_of_the_caller_s_own_function_is_the_caller_s() {
    let dry = client("http://127.0.0.1:1").with_dry_run(|_| panic!("the caller's own"));
    for attempt in 0..2 {
        let client = dry.clone();
        let call = thread::spawn(move || client.has_registered_mobile_device(&user("alice")));
        assert_eq!(*call.join().unwrap_err().downcast::<&str>().unwrap(), "the caller's own", "{attempt}");
    }
    let bulk = thread::spawn(move || dry.add_users_in_bulk(["a"]).reports().next());
    assert!(bulk.join().is_err());
}

#[tokio::test]
async fn clients_can_be_made_and_dropped_within_a_runtime() {
    let server = ChunkServer::doing_all();
    let client = client(&server.base_url());
    let moved = client.clone();
    let bulk = tokio::task::spawn_blocking(move || {
        let mut bulk = moved.add_users_in_bulk(["a", "b"]).chunk_size(1).concurrency(1).reports();
        assert!(bulk.next().unwrap().error().is_none());
        bulk
    });
    drop(bulk.await.unwrap());
    assert_eq!(server.ended(), 0);
    drop(client);
    // Its connections go with the last clone.
    for _ in 0..1000 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        if server.ended() == 1 {
            return;
        }
    }
    panic!("the connection is still open");
}

#[test]
fn a_bulk_is_an_iterator_of_reports() {
    let server = ChunkServer::start(failing("3", 400));
    let client = client(&server.base_url());
    let input = ["1", "2", "3", "", "4", "5", "1"];
    let bulk = client.with_rate_limit(1e6).add_users_in_bulk(input).chunk_size(2).concurrency(2);
    let mut reports: Vec<_> = bulk.reports().collect();
    reports.sort_by_key(|report| report.chunk.number);
    let found: Vec<_> = reports
        .iter()
        .map(|report| {
            let skipped = (report.invalid().count(), report.duplicates().count());
            (report.chunk.ids.len(), skipped, report.error().is_some())
        })
        .collect();
    assert_eq!(found, [(2, (0, 0), false), (2, (1, 0), true), (1, (0, 1), false)]);
    let mut reports = client.delete_users_in_bulk(["1", "1"]).deduplicate(false).reports();
    assert!(matches!(reports.next().unwrap().result, ChunkResult::Done(())));
    assert!(reports.next().is_none() && reports.next().is_none());
}

/// One pause of a second.
#[test]
fn a_bulk_outlasts_an_outage_and_tells_of_it() {
    let is_first = AtomicBool::new(true);
    let server = ChunkServer::start(move |_| {
        if is_first.swap(false, Ordering::Relaxed) { Reply::Status(503) } else { Reply::Done }
    });
    let (sender, events) = std::sync::mpsc::channel();
    let bulk = client(&server.base_url()).add_users_in_bulk(["a", "b", "c"]).chunk_size(1).concurrency(1);
    let bulk = bulk.give_up_after(Duration::MAX).on_event(move |event| {
        sender.send(matches!(event, BulkEvent::Paused { .. })).unwrap();
    });
    assert!(bulk.reports().all(|report| matches!(report.result, ChunkResult::Done(_))));
    assert_eq!(events.iter().collect::<Vec<_>>(), [true, false]);
    // And one that is too long stops it.
    let server = ChunkServer::start(|_| Reply::Status(503));
    let bulk = client(&server.base_url()).delete_users_in_bulk(["a", "b", "c"]).chunk_size(1).concurrency(1);
    let reports: Vec<_> = bulk.give_up_after(Duration::ZERO).reports().collect();
    assert_eq!(reports.into_iter().map(|report| report.into_unfinished().len()).sum::<usize>(), 3);
    assert_eq!(server.sent().len(), 1);
}

/// The ids may come from calls themselves.
#[test]
fn calls_can_be_made_while_a_bulk_reads_its_input() {
    let server = ChunkServer::doing_all();
    let client = client(&server.base_url());
    let ids = (0..5).map(|number| {
        let made = client.add_users([user(&format!("first-{number}"))]).unwrap();
        made.created[0].as_str().replace("first", "then")
    });
    assert!(client.add_users_in_bulk(ids).chunk_size(2).reports().all(|report| report.error().is_none()));
    assert_eq!(server.sent().iter().map(|sent| sent.ids.len()).sum::<usize>(), 10);
}

#[test]
fn a_dry_run_sends_nothing() {
    let server = registered();
    let (sender, caught) = std::sync::mpsc::channel();
    let dry = client(&server.base_url()).with_dry_run(move |request| sender.send(request.url).unwrap());
    let error = dry.has_registered_mobile_device(&user("alice")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::DryRun), "{error}");
    assert!(caught.recv().unwrap().ends_with("/alice"));
    assert_eq!(server.requests().len(), 0);
}

/// What a client or a bulk can do is the same in both worlds.
#[test]
fn both_clients_have_the_same_methods() {
    let methods = |text: &str, exceptions: &[&str]| -> BTreeSet<String> {
        let names = text.lines().filter_map(|line| {
            let rest = line.strip_prefix("    pub ")?;
            let rest = rest.strip_prefix("async ").unwrap_or(rest).strip_prefix("fn ")?;
            Some(rest.split(['(', '<']).next().unwrap().to_owned())
        });
        names.filter(|name| !exceptions.contains(&name.as_str())).collect()
    };
    let client =
        format!("{}{}", include_str!("../../src/client.rs"), include_str!("../../src/bulk/methods.rs"));
    // The generated client and streams are async by nature.
    let async_only = [
        "connection",
        "generated",
        "add_users_in_bulk_from",
        "delete_users_in_bulk_from",
        "add_users_in_chunks",
        "delete_users_in_chunks",
    ];
    let blocking = include_str!("../../src/blocking/client.rs");
    assert_eq!(methods(&client, &async_only), methods(blocking, &[]));
    let bulk = include_str!("../../src/bulk/calls.rs");
    let blocking = include_str!("../../src/blocking/bulk.rs");
    // `Iterator` has it.
    assert_eq!(methods(bulk, &["next", "try_reports"]), methods(blocking, &[]));
    assert!(methods(bulk, &[]).len() > 3);
}

/// Compiles: clients and bulks can be shared or sent as their async counterparts can.
#[test]
fn the_client_is_send_and_sync() {
    fn check<T: Send>(_: &T) {}
    fn check_both<T: Send + Sync + Clone + std::fmt::Debug>(client: &T) {
        assert!(!format!("{client:?}").contains(crate::support::SECRET));
    }
    let client = client("http://127.0.0.1:1");
    check_both::<blocking::ManagementClient>(&client);
    check::<blocking::Bulk<_, _>>(&client.delete_users_in_bulk(["a"]));
}
