//! The calls that a session's credentials sign: who may make them, and how they are refused.

use iampass_auth::{Signer, headers};
use serde_json::json;

use crate::support::{Backend, SECRET, Sent, Session, credentials};

fn backend() -> Backend {
    let backend = Backend::with_users(&["alice"]);
    backend.register_phone("alice");
    backend
}

#[track_caller]
fn refused(backend: &Backend, sent: &Sent, code: &str, operation: &str) {
    sent.send(backend.address()).is_unauthorized();
    let record = backend.emulator.requests().pop().unwrap();
    assert_eq!(record.refusal.map(|refusal| refusal.code), Some(code));
    assert_eq!((record.operation, record.status), (Some(operation), 401));
}

fn calls(session: &Session) -> [(Sent, &'static str); 2] {
    [
        (Sent::new("GET", session.status_path.as_str()), "session_status"),
        (Sent::new("POST", session.end_path.as_str()), "end_session"),
    ]
}

#[test]
fn every_wrong_signature_is_refused_and_ends_nothing() {
    let backend = backend();
    let (session, other) = (backend.sign_in("alice"), backend.sign_in("alice"));
    let host = backend.address().to_string();
    for (sent, operation) in calls(&session) {
        let refused = |sent: &Sent, code| refused(&backend, sent, code, operation);
        refused(&sent, "missing_header");
        for name in [headers::AUTHENTICATION, headers::TIMESTAMP] {
            let signed = session.sign(sent.clone());
            let value = signed.headers.iter().find(|(present, _)| present == name).unwrap().1.clone();
            refused(&signed.clone().header(name, &value), "malformed_header");
            refused(&signed.without(name), "missing_header");
        }
        // The application's credentials, each half of them, another session's, and none that there is.
        refused(&backend.sign(sent.clone()), "unknown_session");
        let signed =
            |id: &str, secret: &str| sent.clone().signed(&Signer::new(credentials(id, secret)), &host);
        refused(&signed(&session.token, SECRET), "signature_mismatch");
        refused(&signed("app", &session.secret), "unknown_session");
        refused(&signed(&other.token, &session.secret), "signature_mismatch");
        refused(&signed(&"0".repeat(32), &session.secret), "unknown_session");
        refused(&other.sign(sent.clone()), "session_mismatch");
        let old = Signer::new(credentials(&session.token, &session.secret)).with_clock(|| 1_000_000);
        refused(&sent.clone().signed(&old, &host), "outside_clock_window");
    }
    assert_eq!((session.status(), other.status()), ("pending".to_owned(), "pending".to_owned()));
}

#[test]
fn a_nonce_is_good_once_for_all_sessions_of_an_application() {
    let backend = backend();
    let session = backend.sign_in("alice");
    for (sent, operation) in calls(&session) {
        let signed = session.sign(sent);
        assert_eq!(signed.send(backend.address()).status, 200);
        refused(&backend, &signed, "replayed", operation);
    }
}

#[test]
fn the_window_and_the_clock_are_the_applications() {
    let backend = backend();
    let session = backend.sign_in("alice");
    backend.emulator.move_clock(301);
    session.ask().is_unauthorized();
    assert_eq!(backend.last_refusal(), Some("outside_clock_window"));
    backend.emulator.move_clock(-301);
    // Nobody has answered meanwhile.
    assert_eq!(session.status(), "timeout");
}

#[test]
fn a_session_signs_no_other_call() {
    let backend = backend();
    let session = backend.sign_in("alice");
    let (token, status) = (&session.token, "/management/has_registered_mobile_device");
    for path in [format!("{status}/app/alice"), format!("{status}/{token}/alice")] {
        let got = session.sign(Sent::new("GET", path)).send(backend.address());
        got.is_text(404, &format!("Client Application {token} not found"));
    }
    let path = format!("/authentication/authenticate_user/{token}/alice");
    assert_eq!(session.sign(Sent::new("POST", path)).send(backend.address()).status, 404);
}

#[test]
fn other_methods_and_paths_are_refused_as_elsewhere() {
    let backend = backend();
    let session = backend.sign_in("alice");
    for (path, allow) in [
        (session.status_path.as_str(), "GET"),
        (session.end_path.as_str(), "POST"),
        ("/authentication/authenticate_user/app/alice", "POST"),
    ] {
        for method in ["HEAD", "OPTIONS", "PUT", "DELETE", if allow == "GET" { "POST" } else { "GET" }] {
            let got = session.sign(Sent::new(method, path)).send(backend.address());
            assert_eq!((got.status, got.header("allow")), (405, Some(allow)), "{method} {path}");
        }
    }
    for path in [
        "/authentication/session_status/",
        "/authentication/session_status",
        "/authentication//session_status/x",
        "/authentication/session_status//x",
        "/authentication/session_status/x/",
        "/authentication/session_status/x/y",
        "/authentication/authenticate_user/app/",
        "/authentication/",
    ] {
        for method in ["GET", "POST"] {
            let got = session.sign(Sent::new(method, path)).send(backend.address());
            assert_eq!(got.status, 404, "{method} {path}");
        }
    }
    // The token is one segment, decoded once.
    let sent = |path: String| session.sign(Sent::new("GET", path));
    let first =
        format!("/authentication/session_status/%{:02x}{}", session.token.as_bytes()[0], &session.token[1..]);
    assert_eq!(sent(first).send(backend.address()).status, 200);
    let got = sent("/authentication/session_status/%ff".to_owned()).send(backend.address());
    assert_eq!((got.status, backend.last_refusal()), (400, Some("bad_path")));
    refused(&backend, &sent(format!("{}%2Fx", session.status_path)), "session_mismatch", "session_status");
}

#[test]
fn the_author_of_a_signer_is_told_what_is_wrong() {
    let application = iampass_emulator::Application::new("app", SECRET).unwrap();
    let emulator =
        iampass_emulator::Emulator::builder().application(application).explain(true).start().unwrap();
    let backend = Backend { emulator, signer: Signer::new(credentials("app", SECRET)) };
    backend.post("add_users", &json!({"users": ["alice"]}));
    backend.register_phone("alice");
    let session = backend.sign_in("alice");
    let (sent, host) = (Sent::new("GET", session.status_path.as_str()), backend.address().to_string());
    let got = backend.sign(sent.clone()).send(backend.address());
    assert!(got.body.contains("unknown_session") && got.body.contains("`session_secret`"), "{}", got.body);
    let mixed = Signer::new(credentials(&session.token, SECRET));
    let got = sent.clone().signed(&mixed, &host).send(backend.address());
    assert!(
        got.body.contains("signature_mismatch") && got.body.contains("the application `app`"),
        "{}",
        got.body
    );
    let mut changed = session.sign(sent);
    changed.target = format!("{}?x=1", session.status_path);
    let got = changed.send(backend.address());
    assert!(got.body.contains("signature_mismatch"), "{}", got.body);
    for got in [got, session.ask(), session.end()] {
        assert!(!got.body.contains(&session.secret), "{}", got.body);
    }
    assert!(!format!("{:?}", backend.emulator.requests()).contains(&session.secret));
}
