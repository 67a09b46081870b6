//! What is asked for, and what is printed.

use std::fmt::Write as _;

use serde_json::json;

use super::{at, session, session_of};
use crate::session_service::{SESSION_TOKEN, SessionService, state};
use crate::support::{Home, plain};

#[test]
fn status_tells_every_state_and_is_0() {
    let home = Home::new();
    for word in [
        "pending",
        "identifying",
        "active",
        "walkaway",
        "failed",
        "cancelled",
        "timeout",
        "closed",
        "dancing",
    ] {
        let service = SessionService::answering(move |_, _| state(word));
        let file = session_of(&home, service.url());
        let told =
            if word == "active" { "signed in\n".to_owned() } else { format!("not signed in: {word}\n") };
        assert_eq!(session(service.url(), &file, &["status"]).data(), told);
        let json = session(service.url(), &file, &["status", "--output", "json"]).data();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json, json!({"signed_in": word == "active", "session_status": word}));
        assert_eq!(service.requests(), ["GET /sessions/state/1"; 2]);
    }
}

/// Every form; scripts read it, so a change here is a break.
#[test]
fn every_form_of_every_command() {
    let home = Home::new();
    let service = SessionService::telling(&["active"]);
    let file = session_of(&home, service.url());
    let mut said = String::new();
    for command in ["status", "wait", "end"] {
        for format in ["text", "json", "jsonl", "table"] {
            let data = session(service.url(), &file, &[command, "--output", format]).data();
            writeln!(said, "$ iampass session {command} --output {format}\n{data}").unwrap();
        }
    }
    plain(|| insta::assert_snapshot!("session_formats", said));
}

#[test]
fn wait_waits_for_the_user() {
    let home = Home::new();
    let service = SessionService::telling(&["pending", "identifying", "active"]);
    let file = session_of(&home, service.url());
    assert_eq!(session(service.url(), &file, &["wait"]).data(), "signed in\n");
    assert_eq!(service.requests().len(), 3);
}

#[test]
fn wait_ends_as_the_sign_in_does() {
    let home = Home::new();
    for (word, code) in
        [("cancelled", 3), ("timeout", 3), ("failed", 3), ("closed", 3), ("pending", 1), ("dancing", 1)]
    {
        let service = SessionService::answering(move |_, _| state(word));
        let file = session_of(&home, service.url());
        let run = session(service.url(), &file, &["wait", "--timeout", "0s"]);
        assert_eq!((run.code, run.stdout), (Some(code), format!("not signed in: {word}\n")));
        if code == 1 {
            assert!(run.stderr.contains("the sign-in came to no end within 0s"), "{}", run.stderr);
            let go_on = format!("`iampass session wait --session-file {}", file.display());
            assert!(run.stderr.contains(&go_on), "{}", run.stderr);
        } else {
            assert_eq!(run.stderr, "");
        }
    }
}

/// As often as one likes: the service does not mind, and the file stays.
#[test]
fn end_ends_and_keeps_the_file() {
    let home = Home::new();
    let service = SessionService::telling(&["closed"]);
    let file = session_of(&home, service.url());
    let before = std::fs::read(&file).unwrap();
    for _ in 0..2 {
        assert_eq!(session(service.url(), &file, &["end"]).data(), "ended\n");
    }
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert_eq!(session(service.url(), &file, &["status"]).data(), "not signed in: closed\n");
    assert_eq!(service.requests()[..2], ["POST /sessions/end/1"; 2]);
}

#[test]
fn an_end_that_is_refused_is_3() {
    let home = Home::new();
    let service = SessionService::answering(|_, _| (200, json!({"status": false})));
    let file = session_of(&home, service.url());
    let said = session(service.url(), &file, &["end"]).error(3);
    assert!(said.contains("refused by the service"), "{said}");
}

#[test]
fn a_session_that_the_service_has_forgotten_is_told_as_such() {
    let home = Home::new();
    for (status, code) in [(401, 5), (404, 4)] {
        let service = SessionService::answering(move |_, _| (status, json!("no such session")));
        let file = session_of(&home, service.url());
        for command in ["status", "wait", "end"] {
            let said = session(service.url(), &file, &[command]).error(code);
            assert!(said.contains("`iampass sign-in USER` starts another"), "{said}");
            assert!(!said.contains("MARKER") && !said.contains("IAMPASS_APPLICATION"), "{said}");
        }
    }
}

/// The session has credentials of its own: the application's are neither needed nor used.
#[test]
fn calls_are_signed_by_the_session() {
    let home = Home::new();
    let service = SessionService::telling(&["active"]);
    let file = session_of(&home, service.url());
    for command in ["status", "wait", "end"] {
        session(service.url(), &file, &[command]).data();
        let mut other = at(service.url());
        other.env("IAMPASS_APPLICATION_ID", "not an id").env("IAMPASS_APPLICATION_SECRET", "\n");
        crate::support::run(other.args(["session", command, "--session-file"]).arg(&file)).data();
    }
    let heads = service.heads();
    assert_eq!(heads.len(), 6);
    for head in heads {
        assert!(head.contains(&format!("authentication: hmac {SESSION_TOKEN}:")), "{head}");
    }
}

#[test]
fn curl_prints_the_call_and_sends_nothing() {
    let home = Home::new();
    let service = SessionService::telling(&["active"]);
    let file = session_of(&home, service.url());
    for (command, method, target) in
        [("status", "GET", "state"), ("wait", "GET", "state"), ("end", "POST", "end")]
    {
        let text = session(service.url(), &file, &[command, "--curl"]).data();
        assert!(text.contains(&format!("curl --globoff --request {method}")), "{text}");
        assert!(text.contains(&format!("{}/sessions/{target}/1", service.url())), "{text}");
        assert!(!text.contains("MARKERSECRET"), "{text}");
    }
    assert_eq!(service.requests(), [""; 0]);
}

#[test]
fn nothing_secret_is_printed() {
    let home = Home::new();
    for status in [200, 500, 401] {
        let service = SessionService::answering(move |_, _| (status, json!({"session_status": "active"})));
        let file = session_of(&home, service.url());
        for command in [&["status", "-v"][..], &["wait", "--timeout", "0s", "-v"], &["end", "-v"]] {
            let run = session(service.url(), &file, command);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(said.contains("attempt") && !said.contains("MARKER"), "{said}");
            assert!(!said.contains("/sessions/"), "{said}");
        }
    }
}
