//! How long is waited, and what is said when that was not enough.

use serde_json::json;

use crate::session_service::{Response, SessionService, started, state};
use crate::support::{Run, call};

fn sign_in(service: &SessionService, options: &[&str]) -> Run {
    call(service.url(), &[&["sign-in", "alice"], options].concat())
}

/// Starts every sign-in, and answers like this when it is asked for.
fn answering_the_question(answer: impl Fn(&str) -> Response + Send + 'static) -> SessionService {
    SessionService::answering(
        move |line, url| if line.starts_with("POST") { started(url) } else { answer(url) },
    )
}

#[test]
fn when_the_time_is_up_it_is_1_and_the_phone_still_asks() {
    for word in ["pending", "identifying"] {
        let service = answering_the_question(move |_| state(word));
        let run = sign_in(&service, &["--timeout", "50ms"]);
        assert_eq!((run.code, run.stdout), (Some(1), format!("not signed in: {word}\n")));
        let error = format!("error: the sign-in came to no end within 50ms: its state is `{word}`\n");
        assert!(run.stderr.starts_with(&error), "{}", run.stderr);
        assert!(run.stderr.contains("the phone still asks") && run.stderr.contains("--session-file FILE"));
        assert!(service.requests().len() > 2);
    }
}

#[test]
fn an_unknown_state_is_not_signed_in() {
    let service = answering_the_question(|_| state("dancing\u{1b}[2J"));
    let run = sign_in(&service, &["--timeout", "0s"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), "not signed in: dancing\\u{1b}[2J\n"));
    assert!(run.stderr.contains("`dancing\\u{1b}[2J`"), "{}", run.stderr);
    let json = sign_in(&service, &["--timeout", "0s", "--output", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["signed_in"], false);
    assert_eq!(json["session_status"], "dancing\u{1b}[2J");
}

#[test]
fn an_unknown_state_can_become_a_known_one() {
    let service = SessionService::telling(&["dancing", "active"]);
    assert_eq!(sign_in(&service, &[]).data(), "signed in\n");
}

/// The session is named in the words that the next command takes.
#[test]
fn a_session_in_a_file_can_be_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it's alice");
    let service = SessionService::telling(&["pending", "active"]);
    let options = ["--timeout", "0s", "--server", service.url(), "--session-file", file.to_str().unwrap()];
    let run = sign_in(&service, &options);
    assert_eq!(run.code, Some(1), "{run:?}");
    let (_, rest) = run.stderr.split_once("`iampass session wait ").unwrap();
    let command = shlex::split(rest.split_once("` waits").unwrap().0).unwrap();
    assert!(run.stderr.contains("`iampass session end --session-file"), "{run:?}");
    let arguments: Vec<_> =
        ["session", "wait"].into_iter().chain(command.iter().map(String::as_str)).collect();
    assert_eq!(call("http://127.0.0.1:1", &arguments).data(), "signed in\n");
}

#[cfg(unix)]
#[test]
fn a_file_s_name_cannot_steer_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a\u{1b}[2J");
    let service = SessionService::telling(&["pending"]);
    let run = sign_in(&service, &["--timeout", "0s", "--session-file", file.to_str().unwrap()]);
    // As a word that a shell reads.
    assert!(run.stderr.contains("a\\033[2J'` waits") && !run.stderr.contains('\u{1b}'), "{run:?}");
}

#[test]
fn a_service_that_fails_while_it_is_asked_leaves_the_phone_asking() {
    for (answer, code) in [(0, 6), (500, 1), (429, 1)] {
        let service = answering_the_question(move |_| (answer, json!("busy")));
        let run = sign_in(&service, &["--timeout", "0s"]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(code), ""), "{run:?}");
        assert!(run.stderr.starts_with("error: the sign-in has started, but"), "{run:?}");
        assert!(run.stderr.contains("hint: the phone still asks"), "{run:?}");
        assert!(!run.stderr.contains("safely"), "{run:?}");
    }
}

#[test]
fn a_failure_in_passing_is_waited_out() {
    let mut asked = 0;
    let service = SessionService::answering(move |line, url| {
        if line.starts_with("POST") {
            return started(url);
        }
        asked += 1;
        // One call makes four attempts.
        if asked <= 4 { (503, json!("busy")) } else { state("active") }
    });
    assert_eq!(sign_in(&service, &[]).data(), "signed in\n");
}

#[test]
fn a_session_that_the_service_has_forgotten_is_not_waited_for() {
    for (status, code) in [(401, 5), (404, 4)] {
        let service = answering_the_question(move |_| (status, json!("no such session")));
        let said = sign_in(&service, &["--timeout", "1h"]).error(code);
        assert!(said.contains("the service says: \"no such session\""), "{said}");
        assert!(said.contains("`iampass sign-in USER` starts another"), "{said}");
        assert!(!said.contains("IAMPASS_APPLICATION"), "{said}");
    }
}

/// The secret is for the server alone that made it.
#[test]
fn urls_of_another_server_are_not_asked() {
    let other = SessionService::telling(&["active"]);
    let elsewhere = other.url().to_owned();
    let service = SessionService::answering(move |_, _| started(&elsewhere));
    let said = sign_in(&service, &[]).error(1);
    assert!(said.contains("the URL is not of the base URL's origin"), "{said}");
    assert!(said.contains(service.url()) && !said.contains(other.url()), "{said}");
    assert_eq!((service.requests().len(), other.requests().len()), (1, 0));
}
