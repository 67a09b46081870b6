//! What came of a sign-in, and how that is told.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::session_service::{Response, SESSION_SECRET, SESSION_TOKEN, SessionService, started, state};
use crate::support::{APPLICATION_ID, Run, answers_with, call, closed_port, plain};

fn sign_in(service: &SessionService, options: &[&str]) -> Run {
    call(service.url(), &[&["sign-in", "alice"], options].concat())
}

fn not_started(status: Value) -> SessionService {
    SessionService::answering(move |_, _| (200, json!({"authentication_status": status})))
}

/// Starts every sign-in, which is in this state.
fn started_in(line: &str, url: &str, word: &str) -> Response {
    if line.starts_with("POST") { started(url) } else { state(word) }
}

#[test]
fn a_user_who_agrees_is_signed_in() {
    let service = SessionService::telling(&["active"]);
    assert_eq!(sign_in(&service, &[]).data(), "signed in\n");
    let path = format!("/authentication/authenticate_user/{APPLICATION_ID}/alice");
    assert_eq!(service.requests(), [format!("POST {path}"), "GET /sessions/state/1".to_owned()]);
    let heads = service.heads();
    assert!(heads[0].contains(&format!("authentication: hmac {APPLICATION_ID}:")), "{heads:?}");
    assert!(heads[1].contains(&format!("authentication: hmac {SESSION_TOKEN}:")), "{heads:?}");
}

#[test]
fn it_is_waited_for_the_user() {
    let service = SessionService::telling(&["pending", "identifying", "active"]);
    assert_eq!(sign_in(&service, &[]).data(), "signed in\n");
    assert_eq!(service.requests().len(), 4);
}

#[test]
fn every_other_end_is_refused_with_3() {
    for (word, shown) in [
        ("failed", "failed"),
        ("cancelled", "cancelled"),
        ("timeout", "timeout"),
        ("time_out", "timeout"),
        ("closed", "closed"),
        ("walkaway", "walkaway"),
    ] {
        let service = SessionService::answering(move |line, url| started_in(line, url, word));
        let run = sign_in(&service, &[]);
        let told = (run.code, run.stdout, run.stderr);
        assert_eq!(told, (Some(3), format!("not signed in: {shown}\n"), String::new()), "{word}");
    }
}

#[test]
fn a_phone_that_is_not_asked_is_refused_with_3() {
    for (reason, told) in
        [(json!("LICENCE\u{1b}[2J"), "LICENCE\\u{1b}[2J"), (json!(null), "the service gave no reason")]
    {
        let service = not_started(json!({"authenticated": false, "reason": reason}));
        let run = sign_in(&service, &[]);
        let expected = (Some(3), format!("not signed in: {told}\n"), String::new());
        assert_eq!((run.code, run.stdout, run.stderr), expected);
        assert_eq!(service.requests().len(), 1);
    }
}

#[test]
fn a_user_without_a_phone_is_to_register_one() {
    let emulated = not_started(json!({"authenticated": false, "reason": "NO_MOBILE_DEVICE"}));
    let run = sign_in(&emulated, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(3), "not signed in: NO_MOBILE_DEVICE\n"));
    assert!(run.stderr.starts_with("hint: ") && run.stderr.contains("`iampass device link USER`"), "{run:?}");
}

/// Scripts read it, so a change here is a break.
#[test]
fn every_form_of_every_outcome() {
    let mut said = String::new();
    let services = [
        ("active", SessionService::answering(|line, url| started_in(line, url, "active"))),
        ("cancelled", SessionService::answering(|line, url| started_in(line, url, "cancelled"))),
        ("not asked", not_started(json!({"authenticated": false, "reason": "NO_MOBILE_DEVICE"}))),
    ];
    for (name, service) in services {
        for format in ["text", "json", "jsonl", "table"] {
            let run = sign_in(&service, &["--output", format]);
            let code = run.code.unwrap();
            writeln!(said, "$ iampass sign-in alice --output {format}  # {name}: {code}\n{}", run.stdout)
                .unwrap();
        }
    }
    plain(|| insta::assert_snapshot!("sign_in_formats", said));
}

#[test]
fn methods_and_duration_are_sent() {
    for (options, query) in [
        (&["--methods", "device,facial"][..], "?methods=device%2Cfacial"),
        (&["--methods", "acceptance"], "?methods=acceptance"),
        (&["--duration", "1h"], "?duration_seconds=3600"),
        (&["--duration", "1500ms"], "?duration_seconds=2"),
        (&[], ""),
    ] {
        let service = SessionService::telling(&["active"]);
        sign_in(&service, options).data();
        let target = format!("POST /authentication/authenticate_user/{APPLICATION_ID}/alice{query}");
        assert_eq!(service.requests()[0], target);
    }
}

#[test]
fn what_cannot_be_meant_is_not_sent() {
    let service = SessionService::telling(&["active"]);
    for options in [
        &["--methods", "device,face"][..],
        &["--methods", ""],
        &["--duration", "0s"],
        &["--duration", "long"],
        &["--timeout", "soon"],
        &["--no-wait", "--session-file", "x", "--timeout", "1s"],
        &["--curl", "--session-file", "x"],
        &["--curl", "--no-wait"],
        &["bob"],
    ] {
        sign_in(&service, options).error(2);
    }
    assert_eq!(service.requests(), [""; 0]);
}

#[test]
fn an_unknown_user_is_not_found() {
    let service = SessionService::answering(|_, _| (404, json!("User alice not found")));
    let said = sign_in(&service, &[]).error(4);
    assert!(said.contains("User alice not found") && said.contains("iampass users add"), "{said}");
}

/// A second sign-in asks the phone a second time, which is told where the first may have reached it.
#[test]
fn after_a_failed_start_it_is_told_what_a_repetition_does() {
    let said = call(&closed_port(), &["sign-in", "alice"]).error(6);
    assert!(said.contains("the command can safely be repeated"), "{said}");
    for answer in [&b""[..], b"HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n", b"HTTP/1.1 202 X\r\n\r\n{}"] {
        let run = call(&answers_with(answer), &["sign-in", "alice"]);
        assert_ne!(run.code, Some(0));
        assert!(run.stderr.contains("the phone may have been asked"), "{run:?}");
        assert!(!run.stderr.contains("safely"), "{run:?}");
    }
}

#[test]
fn curl_prints_the_start_and_asks_nobody() {
    let service = SessionService::telling(&["active"]);
    let text = sign_in(&service, &["--curl", "--methods", "device,facial"]).data();
    let target = format!("/authentication/authenticate_user/{APPLICATION_ID}/alice?methods=device%2Cfacial");
    assert!(text.contains("curl --globoff --request POST") && text.contains(&target), "{text}");
    assert_eq!(service.requests(), [""; 0]);
}

#[test]
fn verbose_shows_every_call() {
    let service = SessionService::telling(&["pending", "active"]);
    let run = sign_in(&service, &["--verbose"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "signed in\n"));
    assert!(run.stderr.contains("authenticate_user: 1 attempt"), "{run:?}");
    assert_eq!(run.stderr.matches("session_status: 1 attempt").count(), 2, "{run:?}");
    for hidden in ["alice", "MARKER", "hmac", "/sessions/"] {
        assert!(!run.stderr.contains(hidden), "{run:?}");
    }
}

/// The session's secret and token stay out of all that is printed, and so does the application's secret.
#[test]
fn secrets_are_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("session");
    let file = file.to_str().unwrap();
    let services: [fn() -> SessionService; 6] = [
        || SessionService::telling(&["active"]),
        || SessionService::telling(&["cancelled"]),
        || SessionService::telling(&["pending"]),
        || SessionService::telling(&["dancing"]),
        || {
            SessionService::answering(|line, url| {
                if line.starts_with("POST") { started(url) } else { (401, json!("no")) }
            })
        },
        || SessionService::answering(|_, _| started("https://elsewhere.test")),
    ];
    for service in services {
        for options in [&[][..], &["--output", "json"], &["--verbose"], &["--session-file", file]] {
            let run = sign_in(&service(), &[&["--timeout", "0s"], options].concat());
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(!said.contains("MARKER") && !said.contains("/sessions/"), "{said}");
        }
    }
    assert!(SESSION_SECRET.contains("MARKER") && SESSION_TOKEN.contains("MARKER"));
}
