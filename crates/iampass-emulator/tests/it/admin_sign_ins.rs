//! Sign-ins in the admin API, in snapshots and among the events.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use iampass_emulator::{Emulator, SessionStatus, SignInOutcome, Snapshot};
use serde_json::{Value, json};

use crate::support::{Backend, Got, Sent, user};

const OUTCOME: &str = "/_emulator/v1/applications/app/users/a%2Fb/sign-in";

/// With the user `a/b`, who has a phone.
fn backend() -> Backend {
    let backend = Backend::with_users(&["a/b"]);
    backend.register_phone("a%2Fb");
    backend
}

fn list(backend: &Backend) -> Value {
    Sent::new("GET", "/_emulator/v1/sign-ins").send(backend.address()).json()
}

fn change(backend: &Backend, token: &str, status: &str) -> Got {
    let sent = Sent::new("POST", format!("/_emulator/v1/sign-ins/{token}"));
    sent.json(&json!({ "session_status": status })).send(backend.address())
}

#[test]
fn sign_ins_are_listed_and_changed_as_the_table_allows() {
    let backend = backend();
    assert_eq!(list(&backend), json!([]));
    let session = backend.sign_in("a%2Fb?methods=device,facial&duration_seconds=60");
    let listed = list(&backend);
    let started_at = listed[0]["started_at"].as_u64().unwrap();
    assert!(backend.emulator.unix_seconds().abs_diff(started_at) < 600);
    let phone = listed[0]["phone_url"].as_str().unwrap();
    let asked = Sent::new("GET", phone.strip_prefix(backend.emulator.base_url()).unwrap());
    assert!(asked.send(backend.address()).body.contains("asks whether the user a/b signs in"), "{phone}");
    let expected = json!([{
        "session_token": session.token, "application_id": "app", "user_id": "a/b",
        "methods": ["device", "facial"], "session_status": "pending", "duration_seconds": 60,
        "started_at": started_at, "ends_at": started_at + 60, "phone_url": phone,
    }]);
    assert_eq!(listed, expected);
    for status in ["identifying", "active", "walkaway", "active", "closed"] {
        let got = change(&backend, &session.token, status);
        assert_eq!((got.status, &got.json()), (200, &list(&backend)[0]));
        assert_eq!(session.status(), status);
    }
    assert_eq!(list(&backend)[0]["ends_at"], Value::Null);
    assert!(!list(&backend).to_string().contains(&session.secret));
    change(&backend, &session.token, "active")
        .is_text(409, "A session that is `closed` cannot become `active`.");
    change(&backend, "x", "active").is_text(404, "There is no session with this token.");
    let got = change(&backend, &session.token, "signed-in");
    assert!(
        got.status == 400 && got.body.contains("\"signed-in\"") && got.body.contains("`walkaway`"),
        "{got:?}"
    );
    let path = format!("/_emulator/v1/sign-ins/{}", session.token);
    for wrong in [json!({}), json!({"status": "active"}), json!({"session_status": 1})] {
        assert_eq!(Sent::new("POST", path.as_str()).json(&wrong).send(backend.address()).status, 400);
    }
    assert_eq!(Sent::new("POST", path.as_str()).send(backend.address()).status, 415);
    assert_eq!(Sent::new("GET", path.as_str()).send(backend.address()).status, 405);
}

#[test]
fn an_outcome_is_set_told_and_taken_away() {
    let backend = backend();
    let send = |method, body: Option<Value>| {
        let sent = Sent::new(method, OUTCOME);
        body.map_or(sent.clone(), |body| sent.json(&body)).send(backend.address())
    };
    let none = json!({ "outcome": null });
    send("GET", None).is_json(200, &none);
    let active = json!({"outcome": "active", "after_ms": 0});
    send("PUT", Some(json!({"outcome": "active"}))).is_json(200, &active);
    send("GET", None).is_json(200, &active);
    assert_eq!(backend.sign_in("a%2Fb").status(), "active");
    for (method, body) in [("DELETE", None), ("PUT", Some(none.clone()))] {
        send("PUT", Some(json!({"outcome": "failed", "after_ms": 1})))
            .is_json(200, &json!({"outcome": "failed", "after_ms": 1}));
        send(method, body).is_json(200, &none);
        assert_eq!(backend.sign_in("a%2Fb").status(), "pending");
    }
    for wrong in [
        json!({}),
        json!({"outcome": "pending"}),
        json!({"outcome": "closed"}),
        json!({"outcome": "yes"}),
        json!({"outcome": "active", "after_ms": -1}),
        json!({"outcome": "active", "after": 1}),
    ] {
        assert_eq!(send("PUT", Some(wrong.clone())).status, 400, "{wrong}");
    }
    let of = |path: &str| {
        Sent::new("GET", format!("/_emulator/v1/applications/{path}/sign-in")).send(backend.address())
    };
    of("app/users/bob").is_text(404, "Client Application app or User bob not found.");
    of("other/users/bob").is_text(404, "Client Application other not found");
    assert_eq!(of("app/users/%ff").status, 400);
}

#[test]
fn a_page_of_another_site_cannot_use_them() {
    let backend = backend();
    let session = backend.sign_in("a%2Fb");
    let path = format!("/_emulator/v1/sign-ins/{}", session.token);
    for sent in [
        Sent::new("GET", "/_emulator/v1/sign-ins"),
        Sent::new("POST", path).json(&json!({"session_status": "active"})),
        Sent::new("PUT", OUTCOME).json(&json!({"outcome": "active"})),
        Sent::new("DELETE", OUTCOME),
    ] {
        let got = sent.clone().header("Origin", "https://evil.example").send(backend.address());
        assert_eq!(got.status, 403, "{sent:?}");
        assert_eq!(sent.header("Host", "evil.example").send(backend.address()).status, 403);
    }
    assert_eq!(session.status(), "pending");
}

#[test]
fn an_outcome_is_part_of_a_snapshot_and_sign_ins_are_not() {
    let backend = backend();
    let outcome = SignInOutcome::new(SessionStatus::Active, Duration::from_millis(200));
    backend.emulator.set_sign_in_outcome(backend.application_id(), &user("a/b"), outcome).unwrap();
    backend.sign_in("a%2Fb");
    let exported = serde_json::to_value(backend.emulator.export().unwrap()).unwrap();
    let phone = &exported["applications"][0]["users"][0]["phone_token"];
    let expected = json!({"version": 1, "applications": [{"id": "app", "users": [
        {"id": "a/b", "has_device": true, "phone_token": phone, "sign_in": {"outcome": "active", "after_ms": 200}},
    ]}]});
    assert_eq!(exported, expected);
    backend.emulator.reset().unwrap();
    backend.emulator.import(serde_json::from_value(exported).unwrap()).unwrap();
    assert_eq!(backend.emulator.sign_ins(), Ok(vec![]));
    assert_eq!(serde_json::to_value(backend.emulator.export().unwrap()).unwrap(), expected);

    let fixture = json!({"applications": [{"users": [
        {"id": "alice", "has_device": true, "sign_in": {"outcome": "cancelled"}},
    ]}]});
    let fixture: Snapshot = serde_json::from_value(fixture).unwrap();
    let emulator = Emulator::builder().import(fixture).start().unwrap();
    let signer = iampass_auth::Signer::new(emulator.credentials().clone());
    let path = format!("/authentication/authenticate_user/{}/alice", emulator.credentials().application_id());
    let address = emulator.local_addr();
    Sent::new("POST", path).signed(&signer, &address.to_string()).send(address);
    assert_eq!(emulator.sign_ins().unwrap()[0].session_status, SessionStatus::Cancelled);
    for wrong in [json!({"outcome": "walkaway"}), json!({}), json!("active")] {
        let fixture = json!({"applications": [{"users": [{"id": "alice", "sign_in": wrong}]}]});
        assert!(serde_json::from_value::<Snapshot>(fixture).is_err());
    }
}

/// The data of the next event of this name.
fn next(stream: &mut BufReader<TcpStream>, name: &str) -> Value {
    let mut line = || {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    while line() != format!("event: {name}") {}
    serde_json::from_str(line().strip_prefix("data: ").unwrap()).unwrap()
}

#[test]
fn each_new_state_is_told_to_those_who_listen_also_when_time_brings_it() {
    let emulator = Emulator::builder().sign_in_timeout(Duration::from_secs(1));
    let credentials = crate::support::credentials("app", crate::support::SECRET);
    let emulator = emulator.application(credentials.clone()).start().unwrap();
    let backend = Backend { emulator, signer: iampass_auth::Signer::new(credentials) };
    backend.post("add_users", &json!({"users": ["alice"]}));
    backend.register_phone("alice");
    let mut stream = TcpStream::connect(backend.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let request = Sent::new("GET", "/_emulator/v1/events");
    stream.write_all(&request.bytes(backend.address())).unwrap();
    let mut stream = BufReader::new(stream);
    // The head: when it is there, the emulator has subscribed.
    let mut head = String::new();
    while stream.read_line(&mut head).unwrap() > 2 {}

    let session = backend.sign_in("alice");
    let mut told = next(&mut stream, "sign_in");
    assert_eq!(next(&mut stream, "state"), json!({"changed": ["sign_ins"]}));
    assert_eq!((&told["session_token"], &told["session_status"]), (&json!(session.token), &json!("pending")));
    // Nobody looks.
    told = next(&mut stream, "sign_in");
    assert_eq!((&told["session_token"], &told["session_status"]), (&json!(session.token), &json!("timeout")));

    let outcome = SignInOutcome::new(SessionStatus::Active, Duration::from_millis(50));
    backend.emulator.set_sign_in_outcome(backend.application_id(), &user("alice"), outcome).unwrap();
    let session = backend.sign_in("alice");
    assert_eq!(next(&mut stream, "sign_in")["session_status"], "pending");
    assert_eq!(next(&mut stream, "sign_in")["session_status"], "active");
    backend.get("lost_user_mobile_device", "alice");
    told = next(&mut stream, "sign_in");
    assert_eq!((&told["session_token"], &told["session_status"]), (&json!(session.token), &json!("closed")));
    assert!(!told.to_string().contains(&session.secret));
}
