//! What goes wrong when a test asks for it.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use iampass_emulator::{Fault, InvalidFault, RecordedFault};
use serde_json::json;

use crate::support::{Backend, Sent, operations};

fn fault_of(backend: &Backend) -> Option<RecordedFault> {
    backend.emulator.requests().pop().unwrap().fault
}

#[track_caller]
fn struck(backend: &Backend, code: &str, applied: bool, status: u16) {
    let record = backend.emulator.requests().pop().unwrap();
    let fault = record.fault.map(|fault| (fault.code, fault.applied));
    assert_eq!((fault, record.status), (Some((code, applied)), status));
}

/// The whole exchange as bytes, or the error that ended it.
fn raw(backend: &Backend, sent: Sent) -> (Vec<u8>, Option<ErrorKind>) {
    let sent = backend.sign(sent);
    let mut stream = TcpStream::connect(backend.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(&sent.bytes(backend.address())).unwrap();
    let mut answer = Vec::new();
    let error = stream.read_to_end(&mut answer).err().map(|error| error.kind());
    (answer, error)
}

fn add(user: &str) -> Sent {
    Sent::new("POST", "/management/add_users/app").json(&json!({ "users": [user] }))
}

#[test]
fn a_status_comes_with_its_headers_and_body_a_number_of_times() {
    let backend = Backend::with_users(&["alice"]);
    let fault = Fault::status(503).header("Retry-After", "2").body("Come again.").times(2);
    backend.emulator.inject(fault).unwrap();
    for _ in 0..2 {
        let got = backend.send(add("bob"));
        got.is_text(503, "Come again.");
        assert_eq!(got.header("retry-after"), Some("2"));
        struck(&backend, "status", false, 503);
    }
    assert_eq!(backend.users(), ["alice"]);
    assert_eq!(backend.send(add("bob")).status, 201);
    assert_eq!(fault_of(&backend), None);
}

#[test]
fn a_header_of_a_fault_takes_the_place_of_the_answers_own() {
    let backend = Backend::with_users(&["alice"]);
    let html = Fault::status(200).header("Content-Type", "text/html").body("<p>captive portal</p>");
    backend.emulator.inject(html).unwrap();
    let got = backend.get("has_registered_mobile_device", "alice");
    assert_eq!((got.status, got.header("content-type")), (200, Some("text/html")));
    assert_eq!(got.body, "<p>captive portal</p>");
}

#[test]
fn a_status_can_hide_that_the_operation_took_effect() {
    let backend = Backend::start();
    backend.emulator.inject(Fault::status(500).applied()).unwrap();
    assert_eq!(backend.send(add("alice")).status, 500);
    struck(&backend, "status", true, 500);
    assert_eq!(backend.users(), ["alice"]);
}

#[test]
fn a_fault_strikes_its_own_operation_alone() {
    let backend = Backend::with_users(&["alice"]);
    backend.register_phone("alice");
    for operation in operations() {
        let session = backend.sign_in("alice");
        backend.emulator.inject(Fault::status(599).on(operation.id).always()).unwrap();
        for other in operations() {
            let got = backend.call_of(other, "alice", &session).send(backend.address());
            assert_eq!(got.status == 599, other.id == operation.id, "{} {}", operation.id, other.id);
        }
        let faults = backend.emulator.faults();
        assert_eq!((faults.len(), faults[0].struck), (1, 1));
        backend.emulator.clear_faults();
        assert!(backend.emulator.faults().is_empty());
        // One of the calls has lost the phone.
        backend.register_phone("alice");
    }
}

#[test]
fn a_call_that_is_refused_anyway_uses_no_fault_up() {
    let backend = Backend::with_users(&["alice"]);
    backend.emulator.inject(Fault::status(503)).unwrap();
    let question = Sent::new("GET", "/management/has_registered_mobile_device/app/alice");
    question.send(backend.address()).is_unauthorized();
    assert_eq!(backend.send(Sent::new("GET", "/nothing")).status, 404);
    assert_eq!(backend.send(Sent::new("HEAD", question.target.as_str())).status, 405);
    let signed = backend.sign(question);
    assert_eq!(signed.send(backend.address()).status, 503);
    // A retry has to be signed anew.
    signed.send(backend.address()).is_unauthorized();
    assert_eq!(backend.last_refusal(), Some("replayed"));
}

#[test]
fn a_reset_is_a_reset_and_comes_before_or_after_the_effect() {
    let backend = Backend::start();
    for applied in [false, true] {
        let fault = if applied { Fault::reset().applied() } else { Fault::reset() };
        backend.emulator.inject(fault).unwrap();
        let (answer, error) = raw(&backend, add("alice"));
        assert_eq!((answer.len(), error), (0, Some(ErrorKind::ConnectionReset)));
        struck(&backend, "reset", applied, 0);
        assert_eq!(backend.users().is_empty(), !applied);
    }
    assert_eq!(backend.send(add("bob")).status, 201);
}

#[test]
fn a_body_is_cut_and_the_connection_closed_in_good_order() {
    let backend = Backend::with_users(&["alice"]);
    for applied in [false, true] {
        let fault = if applied { Fault::cut_body().applied() } else { Fault::cut_body() };
        backend.emulator.inject(fault).unwrap();
        let (answer, error) = raw(&backend, add("bob"));
        assert_eq!(error, None);
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let declared = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        assert_eq!(declared.parse::<usize>().unwrap() / 2, body.len(), "{answer}");
        assert!(body.starts_with("{\"statu"), "{answer}");
        struck(&backend, "cut_body", applied, if applied { 201 } else { 200 });
        assert_eq!(backend.users().len(), if applied { 2 } else { 1 });
    }
}

#[test]
fn a_delay_lets_the_answer_wait() {
    const DELAY: Duration = Duration::from_millis(100);
    let backend = Backend::start();
    backend.emulator.inject(Fault::delay(DELAY).on("add_users")).unwrap();
    let start = Instant::now();
    assert_eq!(backend.send(add("bob")).status, 201);
    assert!(start.elapsed() >= DELAY);
    struck(&backend, "delay", false, 201);
}

#[test]
fn others_pass_while_an_answer_waits() {
    let backend = Backend::with_users(&["alice"]);
    backend.emulator.inject(Fault::delay(Duration::from_secs(60)).on("add_users")).unwrap();
    let sent = backend.sign(add("bob"));
    let mut slow = TcpStream::connect(backend.address()).unwrap();
    slow.write_all(&sent.bytes(backend.address())).unwrap();
    while !backend.emulator.faults().is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(backend.get("has_registered_mobile_device", "alice").status, 200);
    slow.set_nonblocking(true).unwrap();
    assert_eq!(slow.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_client_that_hangs_up_during_a_delay_leaves_a_record_and_an_effect_only_if_asked_for() {
    let backend = Backend::start();
    for applied in [false, true] {
        let fault = Fault::delay(Duration::from_secs(60));
        backend.emulator.inject(if applied { fault.applied() } else { fault }).unwrap();
        let sent = backend.sign(add("alice"));
        let mut stream = TcpStream::connect(backend.address()).unwrap();
        stream.write_all(&sent.bytes(backend.address())).unwrap();
        while !backend.emulator.faults().is_empty() {
            std::thread::yield_now();
        }
        drop(stream);
        let before = backend.emulator.requests().len();
        let start = Instant::now();
        while fault_of_last(&backend) != Some(applied) {
            assert!(start.elapsed() < Duration::from_secs(10), "{before}");
            std::thread::yield_now();
        }
        struck(&backend, "delay", applied, if applied { 201 } else { 0 });
        assert_eq!(backend.users().is_empty(), !applied);
    }
}

fn fault_of_last(backend: &Backend) -> Option<bool> {
    Some(backend.emulator.requests().pop()?.fault?.applied)
}

#[test]
fn a_probability_is_drawn_the_same_for_the_same_seed() {
    let run = || {
        let backend = Backend::with_users(&["alice"]);
        backend.emulator.inject(Fault::status(429).with_probability(0.3, 1)).unwrap();
        let statuses: Vec<_> =
            (0..40).map(|_| backend.get("has_registered_mobile_device", "alice").status).collect();
        statuses
    };
    let statuses = run();
    assert_eq!(statuses, run());
    assert!(statuses.contains(&429) && statuses.contains(&200), "{statuses:?}");
}

#[test]
fn what_makes_no_sense_is_not_injected() {
    let backend = Backend::start();
    let cases = [
        (Fault::reset().on("made_up"), "the contract has no operation `made_up`"),
        (Fault::status(101), "101 is not an HTTP status from 200 to 599"),
        (Fault::status(600), "600 is not an HTTP status from 200 to 599"),
        (Fault::status(503).header("a b", "c"), "the header `a b` cannot be sent"),
        (Fault::status(503).header("a", "b\r\nc: d"), "the header `a` cannot be sent"),
        (Fault::status(503).header("Content-Length", "1"), "the header `Content-Length` cannot be sent"),
        (Fault::reset().with_probability(1.5, 0), "1.5 is not a probability from 0 to 1"),
        (Fault::reset().with_probability(f64::NAN, 0), "NaN is not a probability from 0 to 1"),
    ];
    for (fault, text) in cases {
        let error: InvalidFault = backend.emulator.inject(fault).unwrap_err();
        assert_eq!(error.to_string(), text);
    }
    assert!(backend.emulator.faults().is_empty());
}

#[test]
fn a_fault_comes_after_the_signature_and_before_all_else_of_a_call() {
    let backend = Backend::with_users(&["alice"]);
    for sent in [
        Sent::new("POST", "/management/add_users/app").body("x"),
        Sent::new("POST", "/management/add_users/app").json(&json!(1)),
        Sent::new("GET", "/management/has_registered_mobile_device/app/nobody"),
        Sent::new("GET", "/management/has_registered_mobile_device/app/.."),
    ] {
        backend.emulator.inject(Fault::status(503)).unwrap();
        assert_eq!(backend.send(sent).status, 503);
        struck(&backend, "status", false, 503);
    }
    backend.emulator.inject(Fault::status(503)).unwrap();
    assert_eq!(
        backend.send(Sent::new("GET", "/management/has_registered_mobile_device/app/%ff")).status,
        400
    );
    assert_eq!(
        backend.send(Sent::new("GET", "/management/has_registered_mobile_device/x/alice")).status,
        401
    );
    assert_eq!(backend.emulator.faults().len(), 1);
}

#[test]
fn an_answer_of_an_applied_fault_has_what_the_operation_said() {
    let backend = Backend::with_users(&["alice"]);
    backend.emulator.inject(Fault::delay(Duration::ZERO).applied()).unwrap();
    let got = backend.get("has_registered_mobile_device", "nobody");
    got.is_text(404, "Client Application app or User nobody not found.");
    struck(&backend, "delay", true, 404);
    backend.emulator.inject(Fault::status(401).header("X-A", "1").header("X-A", "2")).unwrap();
    let got = backend.get("has_registered_mobile_device", "alice");
    assert_eq!((got.status, got.header("www-authenticate")), (401, Some("hmac")));
    assert_eq!(got.headers.iter().filter(|(name, _)| name == "x-a").count(), 2);
}

#[test]
fn a_sign_in_can_be_started_or_ended_though_its_response_is_lost() {
    let backend = Backend::with_users(&["alice"]);
    backend.register_phone("alice");
    let count = || backend.emulator.sign_ins().unwrap().len();
    for applied in [false, true] {
        let faults =
            [Fault::status(502), Fault::reset(), Fault::cut_body(), Fault::delay(Duration::from_millis(1))];
        for fault in faults {
            let code = fault.clone();
            backend.emulator.inject(if applied { fault.applied() } else { fault }).unwrap();
            let before = count();
            let sent = Sent::new("POST", "/authentication/authenticate_user/app/alice");
            let (answer, _) = raw(&backend, sent);
            let has_begun = applied || code == Fault::delay(Duration::from_millis(1));
            assert_eq!(count() - before, usize::from(has_begun), "{code:?}");
            let record = backend.emulator.requests().pop().unwrap();
            assert_eq!(record.fault.map(|fault| fault.applied), Some(applied), "{answer:?}");
        }
        let session = backend.sign_in("alice");
        backend.emulator.approve(&session.token).unwrap();
        let fault = Fault::status(503).on("end_session");
        backend.emulator.inject(if applied { fault.applied() } else { fault }).unwrap();
        assert_eq!(session.end().status, 503);
        assert_eq!(session.status(), if applied { "closed" } else { "active" });
    }
}
