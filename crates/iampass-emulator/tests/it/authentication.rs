//! Every way in which a signature can be wrong, and the few in which it is right.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use iampass_auth::{Signer, headers};
use iampass_emulator::Emulator;
use serde_json::json;

use crate::support::{Backend, SECRET, Sent, credentials};

const QUESTION: &str = "/management/has_registered_mobile_device/app/alice";

fn question() -> Sent {
    Sent::new("GET", QUESTION)
}

#[track_caller]
fn refused(backend: &Backend, sent: &Sent, code: &str) {
    sent.send(backend.address()).is_unauthorized();
    assert_eq!(backend.last_refusal(), Some(code));
}

#[track_caller]
fn served(backend: &Backend, sent: &Sent) {
    let got = sent.send(backend.address());
    assert_eq!(got.status, 200, "{got:?}");
    assert_eq!(backend.last_refusal(), None);
}

#[test]
fn each_missing_or_repeated_header_is_refused() {
    let backend = Backend::with_users(&["alice"]);
    for name in [headers::AUTHENTICATION, headers::TIMESTAMP] {
        let sent = backend.sign(question());
        let value = sent.headers.iter().find(|(present, _)| present == name).unwrap().1.clone();
        refused(&backend, &sent.clone().header(name, &value), "malformed_header");
        refused(&backend, &sent.without(name), "missing_header");
    }
}

#[test]
fn either_spelling_of_the_version_will_do_but_not_none() {
    let backend = Backend::with_users(&["alice"]);
    served(&backend, &backend.sign(question()).without(headers::VERSION));
    served(&backend, &backend.sign(question()).without(headers::VERSION_VENDOR_SPELLING));
    let neither = backend.sign(question());
    let neither = neither.without(headers::VERSION).without(headers::VERSION_VENDOR_SPELLING);
    refused(&backend, &neither, "missing_header");
}

#[test]
fn another_version_is_refused_under_either_spelling() {
    let backend = Backend::with_users(&["alice"]);
    for name in [headers::VERSION, headers::VERSION_VENDOR_SPELLING] {
        let sent = backend.sign(question()).without(name).header(name, "2");
        refused(&backend, &sent, "unsupported_version");
    }
}

#[test]
fn a_mac_made_with_another_secret_is_refused() {
    let backend = Backend::with_users(&["alice"]);
    let wrong = Signer::new(credentials("app", "ANOTHERSECRET0123456789ABCDEFGHI"));
    let sent = question().signed(&wrong, &backend.address().to_string());
    refused(&backend, &sent, "signature_mismatch");
}

#[test]
fn a_signature_holds_for_its_own_url_alone() {
    let backend = Backend::with_users(&["alice", "bob"]);
    for target in [
        "/management/has_registered_mobile_device/app/bob",
        "/management/lost_user_mobile_device/app/alice",
        "/management/has_registered_mobile_device/app/alice?x=1",
        "/management/has_registered_mobile_device/app/%61lice",
    ] {
        let mut sent = backend.sign(question());
        target.clone_into(&mut sent.target);
        refused(&backend, &sent, "signature_mismatch");
    }
}

#[test]
fn the_host_header_is_signed_as_it_came() {
    let backend = Backend::with_users(&["alice"]);
    for host in ["localhost:1234", "IAMPASS.example", "[::1]:80", "127.0.0.1"] {
        let sent = |signed_for: &str| question().signed(&backend.signer, signed_for).header("Host", host);
        // A signer leaves out the port that is the scheme's default.
        served(&backend, &sent(host));
        refused(&backend, &sent("other.example"), "signature_mismatch");
    }
}

#[test]
fn a_request_without_exactly_one_good_host_is_a_bad_request() {
    let backend = Backend::with_users(&["alice"]);
    let signed = backend.sign(question());
    for hosts in [vec!["a", "a"], vec![""], vec!["a@b"], vec!["a/management"], vec!["a?b"]] {
        let sent = hosts.iter().fold(signed.clone(), |sent, host| sent.header("Host", host));
        assert_eq!(sent.send(backend.address()).status, 400, "{hosts:?}");
    }
    let head = "GET /management/has_registered_mobile_device/app/alice HTTP/1.1\r\nConnection: close\r\n\r\n";
    let got = crate::support::exchange(backend.address(), head.as_bytes());
    assert_eq!(got.status, 400);
}

#[test]
fn a_replay_is_refused_whatever_the_first_answer_was() {
    let backend = Backend::with_users(&["alice"]);
    let sent = backend.sign(question());
    served(&backend, &sent);
    refused(&backend, &sent, "replayed");

    let list = Sent::new("POST", "/management/add_users/app").json(&json!({"users": 1}));
    let sent = backend.sign(list);
    assert_eq!(sent.send(backend.address()).status, 400);
    refused(&backend, &sent, "replayed");
}

#[test]
fn the_clock_may_differ_by_the_window_and_no_more() {
    const NOW: u64 = 1_700_000_000;
    for (window, builder) in
        [(300, Emulator::builder()), (10, Emulator::builder().clock_window(Duration::from_secs(10)))]
    {
        let time = Arc::new(AtomicU64::new(NOW));
        let clock = time.clone();
        let emulator = builder
            .application(credentials("app", SECRET))
            .clock(move || clock.load(Ordering::Relaxed))
            .start()
            .unwrap();
        let signer = Signer::new(credentials("app", SECRET)).with_clock(|| NOW);
        let backend = Backend { emulator, signer };
        backend.post("add_users", &json!({"users": ["alice"]}));
        for (now, right) in
            [(NOW + window, true), (NOW - window, true), (NOW + window + 1, false), (NOW - window - 1, false)]
        {
            time.store(now, Ordering::Relaxed);
            let sent = backend.sign(question());
            if right {
                served(&backend, &sent);
            } else {
                refused(&backend, &sent, "outside_clock_window");
            }
        }
    }
}

#[test]
fn a_signature_for_one_application_is_none_for_another() {
    let backend = Backend::with_users(&["alice"]);
    let other = credentials("other", SECRET);
    backend.emulator.add_application(other.clone()).unwrap();
    let sent = question().signed(&Signer::new(other), &backend.address().to_string());
    refused(&backend, &sent, "application_mismatch");
    let sent = Sent::new("GET", QUESTION.replace("/app/", "/other/"));
    refused(&backend, &backend.sign(sent), "application_mismatch");
}

#[test]
fn an_unknown_application_is_not_found() {
    let backend = Backend::start();
    let stranger = Signer::new(credentials("stranger", SECRET));
    let sent = question().signed(&stranger, &backend.address().to_string());
    sent.send(backend.address()).is_text(404, "Client Application stranger not found");
    assert_eq!(backend.last_refusal(), Some("unknown_application"));
}

#[test]
fn the_signature_comes_before_path_type_size_and_form_of_a_body() {
    let credentials = credentials("app", SECRET);
    let emulator = Emulator::builder().application(credentials.clone()).body_limit(8).start().unwrap();
    let backend = Backend { emulator, signer: Signer::new(credentials) };
    for sent in [
        Sent::new("GET", "/management/has_registered_mobile_device/app/%ff"),
        Sent::new("POST", "/management/add_users/app").body("x"),
        Sent::new("POST", "/management/add_users/app").json(&json!({"users": ["too long"]})),
        Sent::new("POST", "/management/add_users/app").json(&json!(1)),
    ] {
        refused(&backend, &sent, "missing_header");
    }
}

#[test]
fn a_401_carries_the_date_that_tells_of_a_wrong_clock() {
    let backend = Backend::start();
    let got = question().send(backend.address());
    assert!(got.header("date").unwrap().ends_with(" GMT"));
}
