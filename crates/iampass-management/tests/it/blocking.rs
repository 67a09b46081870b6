//! The blocking client: as the async one, but for who waits.

use std::collections::{BTreeSet, HashSet};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use iampass_management::blocking::{self, ManagementClient};
use iampass_management::{CallPolicy, ChunkReport, ChunkResult, Error, Settings};

use tokio::task::coop;

use crate::bulk::server::{ChunkServer, failing};
use crate::support::{APPLICATION_ID, RawServer, credentials, user};

fn client(base_url: &str) -> ManagementClient {
    let settings = Settings::new(base_url.parse().unwrap(), credentials());
    ManagementClient::builder(settings).policy(CallPolicy::one_attempt()).build_blocking().unwrap()
}

fn registered() -> RawServer {
    RawServer::json("200 OK", r#"{"status":true,"device_registered":true}"#)
}

fn is_within_runtime<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::WithinRuntime))
}

#[test]
fn each_call_waits_for_its_outcome() {
    let server = RawServer::json("201 Created", r#"{"status":true,"users":{"created":["alice"]}}"#);
    assert_eq!(client(&server.base_url()).add_users([user("alice")]).unwrap().created, [user("alice")]);
    assert!(server.only_request().text().ends_with(r#"{"users":["alice"]}"#));

    let server = RawServer::json("200 OK", r#"{"status":true}"#);
    client(&server.base_url()).delete_users([user("alice")]).unwrap();

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
    assert_eq!(error.service_text(), Some("User not found"));
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

/// All that can be done where a runtime runs tasks, without a panic and without a request.
fn try_all_within_a_runtime(client: &ManagementClient) {
    let alice = user("alice");
    assert!(is_within_runtime(&client.add_users([alice.clone()])));
    assert!(is_within_runtime(&client.delete_users([alice.clone()])));
    assert!(is_within_runtime(&client.device_registration_link(&alice, None)));
    assert!(is_within_runtime(&client.has_registered_mobile_device(&alice)));
    assert!(is_within_runtime(&client.lost_user_mobile_device(&alice)));
    let reports: Vec<_> = client.add_users_in_bulk(["a", "", "b", "c"]).chunk_size(2).collect();
    assert!(reports.iter().all(|report| matches!(report.error(), Some(Error::WithinRuntime))));
    let unfinished = reports.into_iter().flat_map(ChunkReport::into_unfinished).map(String::from);
    assert_eq!(unfinished.collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_within_a_runtime_is_an_error() {
    let server = registered();
    let client = client(&server.base_url());
    try_all_within_a_runtime(&client);
    let in_a_task = client.clone();
    tokio::spawn(async move { try_all_within_a_runtime(&in_a_task) }).await.unwrap();
    assert_eq!(server.requests().len(), 0);
    // Where blocking is allowed, so are calls.
    let elsewhere = client.clone();
    let call = move || elsewhere.has_registered_mobile_device(&user("alice"));
    assert!(tokio::task::spawn_blocking(call.clone()).await.unwrap().unwrap());
    assert!(tokio::task::block_in_place(call.clone()).unwrap());
    assert!(thread::spawn(call).join().unwrap().unwrap());
    assert_eq!(server.requests().len(), 3);
}

/// A runtime lets a task do so many things until it must yield; what looks at this must not use it up.
#[tokio::test]
async fn the_task_that_calls_loses_nothing_but_its_call() {
    let things_left = || {
        let mut context = Context::from_waker(Waker::noop());
        let mut is_left = || {
            let unit = coop::poll_proceed(&mut context).map(|unit| unit.made_progress());
            unit.is_ready()
        };
        (0..1000).take_while(|_| is_left()).count()
    };
    let client = client("http://127.0.0.1:1");
    let untouched = things_left();
    tokio::task::yield_now().await;
    try_all_within_a_runtime(&client);
    assert_eq!(things_left(), untouched);
    assert!((1..1000).contains(&untouched));
}

#[test]
fn a_call_within_a_runtime_of_one_thread_is_an_error() {
    let server = registered();
    let client = client(&server.base_url());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { try_all_within_a_runtime(&client) });
    let local = tokio::task::LocalSet::new();
    let in_a_task = client.clone();
    local.spawn_local(async move { try_all_within_a_runtime(&in_a_task) });
    runtime.block_on(local);
    assert_eq!(server.requests().len(), 0);
    // A thread that only knows of a runtime may wait.
    let _entered = runtime.enter();
    assert!(client.has_registered_mobile_device(&user("alice")).unwrap());
}

#[tokio::test]
async fn clients_can_be_made_and_dropped_within_a_runtime() {
    let server = ChunkServer::doing_all();
    let client = client(&server.base_url());
    let moved = client.clone();
    let bulk = tokio::task::spawn_blocking(move || {
        let mut bulk = moved.add_users_in_bulk(["a", "b"]).chunk_size(1).concurrency(1);
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
    let bulk = client.add_users_in_bulk(input).chunk_size(2).concurrency(2).requests_per_second(1e6);
    let mut reports: Vec<_> = bulk.collect();
    reports.sort_by_key(|report| report.number);
    let found: Vec<_> = reports
        .iter()
        .map(|report| (report.ids.len(), report.invalid.len(), report.duplicates, report.error().is_some()))
        .collect();
    assert_eq!(found, [(2, 0, 0, false), (2, 1, 0, true), (1, 0, 1, false)]);
    let mut bulk = client.delete_users_in_bulk(["1", "1"]).deduplicate(false).skip_chunks([7]);
    assert!(matches!(bulk.next().unwrap().result, ChunkResult::Done(())));
    assert!(bulk.next().is_none() && bulk.next().is_none());
    let bulk = client.delete_users_in_bulk(["3", "4"]).chunk_size(1).concurrency(1).stop_on_failure(true);
    assert_eq!(bulk.policy(CallPolicy::one_attempt()).count(), 1);
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
    assert!(client.add_users_in_bulk(ids).chunk_size(2).all(|report| report.error().is_none()));
    assert_eq!(server.sent().iter().map(|sent| sent.ids.len()).sum::<usize>(), 10);
}

#[test]
fn a_dry_run_sends_nothing() {
    let server = registered();
    let (sender, caught) = std::sync::mpsc::channel();
    let dry = client(&server.base_url()).with_dry_run(move |request| sender.send(request.url).unwrap());
    let error = dry.has_registered_mobile_device(&user("alice")).unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error}");
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
    let client = format!("{}{}", include_str!("../../src/client.rs"), include_str!("../../src/bulk/mod.rs"));
    // The generated client and streams are async by nature.
    let async_only = ["generated", "add_users_in_bulk_from", "delete_users_in_bulk_from"];
    let blocking = include_str!("../../src/blocking/client.rs");
    assert_eq!(methods(&client, &async_only), methods(blocking, &["build_blocking"]));
    let bulk = include_str!("../../src/bulk/sending.rs");
    let blocking = include_str!("../../src/blocking/bulk.rs");
    // `Iterator` has it.
    assert_eq!(methods(bulk, &["next"]), methods(blocking, &[]));
    assert!(methods(bulk, &[]).len() > 5);
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
