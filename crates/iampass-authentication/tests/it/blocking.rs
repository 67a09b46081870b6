//! The blocking client: as the async one, but for who waits.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use iampass_authentication::blocking::{AuthenticationClient, Session};
use iampass_authentication::{CallPolicy, Connection, SessionStatus, Settings, SignIn, SignInOptions};

use crate::support::{MINUTE, RawRequest, RawServer, SECRET, SESSION_SECRET, TOKEN, USER, credentials, user};

fn client(base_url: &str) -> AuthenticationClient {
    let settings = Settings::new(base_url.parse().unwrap(), credentials());
    Connection::builder(settings).policy(CallPolicy::one_attempt()).try_into().unwrap()
}

/// A service whose one response is a success of every call, and a session of it.
fn server() -> RawServer {
    // Its own address is not known before it listens: URLs are taken from the caller's session.
    RawServer::json(
        "200 OK",
        r#"{"status":true,"session_status":"active","authentication_status":{"authenticated":false,
            "reason":"NO_MOBILE_DEVICE","session_status":"active"}}"#,
    )
}

fn session(client: &AuthenticationClient, base_url: &str) -> Session {
    let (status_url, logout_url) = (format!("{base_url}/status"), format!("{base_url}/end"));
    let stored = serde_json::json!({"session_token": TOKEN, "session_secret": SESSION_SECRET,
        "status_url": status_url, "logout_url": logout_url});
    client.session(serde_json::from_value(stored).unwrap())
}

/// Every call there is.
fn call_in_every_way(client: &AuthenticationClient, base_url: &str) {
    assert!(client.authenticate(&user(USER)).unwrap().lacks_mobile_device());
    let session = session(client, base_url);
    assert_eq!(session.status().unwrap(), SessionStatus::Active);
    assert_eq!(session.wait(MINUTE).unwrap(), SessionStatus::Active);
    session.end().unwrap();
}

#[test]
fn each_call_waits_for_its_outcome() {
    let server = server();
    let client = client(&server.base_url());
    call_in_every_way(&client, &server.base_url());
    let options = SignInOptions::default().with_duration(Duration::from_secs(90));
    assert!(matches!(client.authenticate_with(&user(USER), &options).unwrap(), SignIn::NotStarted { .. }));
    let requests = server.requests();
    let targets: Vec<_> = requests.iter().map(RawRequest::target).collect();
    assert_eq!(targets[1..4], ["/status", "/status", "/end"]);
    assert!(targets[0].ends_with("/marker-user") && targets[4].ends_with("/marker-user?duration_seconds=90"));
    let signed_by = format!("hmac {TOKEN}:");
    assert!(requests[1..4].iter().all(|request| request.header("authentication")[0].starts_with(&signed_by)));
}

#[test]
fn a_sign_in_that_has_started_has_a_blocking_session() {
    let server = RawServer::json("202 Accepted", crate::support::STARTED);
    let client = client(&server.base_url());
    let session: Session = client.authenticate(&user(USER)).unwrap().started().unwrap();
    assert_eq!(session.token(), TOKEN);
    let stored = serde_json::to_value(session.store_with_secret()).unwrap();
    assert_eq!(stored["session_secret"], SESSION_SECRET);
    assert_eq!(session.status().unwrap_err().kind().name(), "foreign_url");
}

#[test]
fn an_error_is_the_async_client_s() {
    let server = RawServer::json("404 Not Found", "User not found");
    let client = client(&server.base_url());
    let error = client.authenticate(&user(USER)).unwrap_err();
    assert!(error.is_unknown_user() && error.server_message() == Some("User not found"));
    let error = session(&client, &server.base_url()).wait(MINUTE).unwrap_err();
    assert!(error.is_not_found() && error.operation().unwrap().id == "session_status", "{error}");
}

/// A session holds on to the thread that its calls run on.
#[test]
fn a_session_outlives_its_client_and_its_clones() {
    let server = server();
    let client = client(&server.base_url());
    let first = session(&client, &server.base_url());
    let second = first.clone();
    first.status().unwrap();
    drop(client);
    first.status().unwrap();
    drop(first);
    thread::spawn(move || second.end().unwrap()).join().unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn threads_share_a_client_and_a_session() {
    let server = server();
    let client = client(&server.base_url());
    let base_url = server.base_url();
    let session = session(&client, &base_url);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                assert_eq!(session.status().unwrap(), SessionStatus::Active);
                call_in_every_way(&client, &base_url);
            });
        }
    });
    assert_eq!(server.requests().len(), 8 * 5);
}

/// Waiting is possible everywhere. In a task it blocks the worker that runs the task, and no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_work_on_every_thread_of_a_runtime() {
    let server = server();
    let base_url = server.base_url();
    let client = client(&base_url);
    let call = move || call_in_every_way(&client, &base_url);
    call();
    let elsewhere = call.clone();
    tokio::spawn(async move { elsewhere() }).await.unwrap();
    let elsewhere = call.clone();
    tokio::task::spawn_blocking(elsewhere).await.unwrap();
    tokio::task::block_in_place(&call);
    // With it the client's last clone, within a runtime.
    drop(call);
    assert_eq!(server.requests().len(), 4 * 4);
}

#[test]
fn calls_work_on_the_only_thread_of_a_runtime() {
    let server = server();
    let client = client(&server.base_url());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { call_in_every_way(&client, &server.base_url()) });
    let _entered = runtime.enter();
    call_in_every_way(&client, &server.base_url());
}

/// What a client and a session can do is the same in both worlds.
#[test]
fn both_clients_have_the_same_methods() {
    let methods = |text: &str| -> BTreeSet<String> {
        let names = text.lines().filter_map(|line| {
            let rest = line.strip_prefix("    pub ")?;
            let rest = rest.strip_prefix("async ").unwrap_or(rest).strip_prefix("fn ")?;
            Some(rest.split(['(', '<']).next().unwrap().to_owned())
        });
        // The generated client is async by nature, and a connection of one's own is how a blocking client is made.
        names.filter(|name| !["connection", "generated"].contains(&name.as_str())).collect()
    };
    let asynchronous = [include_str!("../../src/client.rs"), include_str!("../../src/session.rs")].concat();
    assert_eq!(methods(&asynchronous), methods(include_str!("../../src/blocking.rs")));
    assert!(methods(&asynchronous).len() > 6);
}

/// Compiles: clients and sessions can be shared or sent as their async counterparts can.
#[test]
fn the_client_and_its_sessions_are_send_and_sync() {
    fn check<T: Send + Sync + Clone + std::fmt::Debug>(value: &T) {
        let shown = format!("{value:?}");
        assert!(![SECRET, SESSION_SECRET, TOKEN].iter().any(|marker| shown.contains(marker)), "{shown}");
    }
    let server = server();
    let client = client(&server.base_url());
    check(&session(&client, &server.base_url()));
    check(&client);
}
