//! Signing a user in, as the application and the phone see it.

use std::sync::Barrier;
use std::time::Duration;

use iampass_emulator::{AuthenticationMethod, Emulator, SessionStatus, SignInOutcome, StateError};
use serde_json::json;

use crate::support::{Backend, SECRET, Sent, credentials, user};

/// With the user `alice`, who has a phone.
fn backend() -> Backend {
    let backend = Backend::with_users(&["alice"]);
    backend.register_phone("alice");
    backend
}

#[test]
fn a_sign_in_starts_in_the_documented_form() {
    let backend = backend();
    let got = backend.authenticate("alice");
    let status = got.json()["authentication_status"].clone();
    let token = status["session_token"].as_str().unwrap();
    let url = |call: &str| format!("{}/authentication/{call}/{token}", backend.emulator.base_url());
    let secret = status["session_secret"].as_str().unwrap();
    got.is_json(
        202,
        &json!({"authentication_status": {
            "authenticated": true, "session_status": "pending", "session_token": token, "session_secret": secret,
            "status_url": url("session_status"), "logout_url": url("end_session"),
        }}),
    );
    assert_eq!((token.len(), secret.len()), (32, 32));
}

#[test]
fn a_user_without_a_phone_is_not_asked() {
    let backend = Backend::with_users(&["bob"]);
    backend.authenticate("bob").is_json(
        200,
        &json!({"authentication_status": {
            "authenticated": false, "session_status": "failed", "reason": "NO_MOBILE_DEVICE",
        }}),
    );
    assert_eq!(backend.emulator.sign_ins(), Ok(vec![]));
}

#[test]
fn who_is_not_there_is_not_found() {
    let backend = backend();
    backend.authenticate("bob").is_text(404, "Client Application app or User bob not found.");
    assert_eq!(backend.last_refusal(), Some("unknown_user"));
    let stranger = iampass_auth::Signer::new(credentials("stranger", SECRET));
    let sent = Sent::new("POST", "/authentication/authenticate_user/stranger/alice");
    let got = sent.signed(&stranger, &backend.address().to_string()).send(backend.address());
    got.is_text(404, "Client Application stranger not found");
}

#[test]
fn both_forms_tell_each_state_and_only_active_is_authenticated() {
    let backend = backend();
    let session = backend.sign_in("alice");
    for status in ["pending", "identifying", "active", "walkaway", "active", "closed"] {
        if status != "pending" && session.status() != status {
            backend.emulator.set_session_status(&session.token, status.into()).unwrap();
        }
        let authenticated = status == "active";
        session.ask().is_json(
            200,
            &json!({
                "authenticated": authenticated, "session_status": status,
                "authentication_status": {"authenticated": authenticated, "session_status": status},
            }),
        );
    }
}

#[test]
fn a_body_is_ignored_whatever_it_is() {
    let backend = backend();
    let sent = || Sent::new("POST", "/authentication/authenticate_user/app/alice");
    for sent in [
        sent().json(&json!({})),
        sent().header("Content-Type", "application/json").header("Content-Length", "0"),
        sent().header("Content-Type", "text/plain").body("{"),
        sent().body("x".repeat(100_000)),
    ] {
        assert_eq!(backend.send(sent.clone()).status, 202, "{:?}", sent.headers);
    }
    let session = backend.sign_in("alice");
    let end = Sent::new("POST", session.end_path.as_str());
    let end = end.header("Content-Type", "application/json").header("Content-Length", "0");
    session.sign(end).send(backend.address()).is_json(200, &json!({"status": true}));
}

#[test]
fn methods_and_duration_are_taken_from_the_query() {
    use AuthenticationMethod::{Acceptance, Device, Facial};
    let backend = backend();
    for (query, methods, duration) in [
        ("", vec![], 3_600),
        ("?methods=device", vec![Device], 3_600),
        ("?methods=facial,acceptance", vec![Facial, Acceptance], 3_600),
        ("?methods=device,facial,device", vec![Device, Facial], 3_600),
        ("?methods=acceptance%2Cdevice%2cfacial&duration_seconds=1", vec![Acceptance, Device, Facial], 1),
        ("?other=1&duration_seconds=86400", vec![], 86_400),
        ("?duration_seconds=99999999999999999999999999", vec![], i64::MAX.unsigned_abs()),
    ] {
        let session = backend.sign_in(&format!("alice{query}"));
        let last = backend.emulator.sign_ins().unwrap().pop().unwrap();
        assert_eq!(last.session_token, session.token);
        assert_eq!((last.methods, last.duration_seconds), (methods, duration), "{query}");
        backend.emulator.approve(&session.token).unwrap();
    }
    let before = backend.emulator.sign_ins().unwrap().len();
    for query in [
        "methods=",
        "methods",
        "methods=face",
        "methods=device,",
        "methods=device,,facial",
        "methods=Device",
        "methods=device&methods=facial",
        "methods=device+facial",
        "methods=%ff",
        "duration_seconds=",
        "duration_seconds=0",
        "duration_seconds=-1",
        "duration_seconds=1.5",
        "duration_seconds=+1",
        "duration_seconds=1h",
        "duration_seconds=1&duration_seconds=1",
    ] {
        let got = backend.authenticate(&format!("alice?{query}"));
        assert_eq!((got.status, backend.last_refusal()), (400, Some("bad_query")), "{query}");
    }
    assert_eq!(backend.emulator.sign_ins().unwrap().len(), before);
}

#[test]
fn the_phone_approves_and_denies_once() {
    let backend = backend();
    let (one, other) = (backend.sign_in("alice"), backend.sign_in("alice"));
    assert_eq!(backend.emulator.approve(&one.token).unwrap().session_status, SessionStatus::Active);
    assert_eq!(backend.emulator.deny(&other.token).unwrap().session_status, SessionStatus::Cancelled);
    assert_eq!((one.status(), other.status()), ("active".to_owned(), "cancelled".to_owned()));
    let error = backend.emulator.approve(&other.token).unwrap_err();
    assert_eq!(error.to_string(), "a session that is `cancelled` cannot become `active`");
    let (from, to) = (SessionStatus::Cancelled, SessionStatus::Active);
    assert_eq!(error, StateError::WrongStatus { from, to });
    assert_eq!(backend.emulator.deny("x"), Err(StateError::UnknownSession));
    let unknown = SessionStatus::from("made-up");
    assert!(backend.emulator.set_session_status(&one.token, unknown).is_err());
    assert_eq!(one.status(), "active");
}

#[test]
fn of_answers_at_once_one_counts() {
    let backend = backend();
    let answers =
        [SessionStatus::Active, SessionStatus::Cancelled, SessionStatus::Failed, SessionStatus::Active];
    for _ in 0..20 {
        let session = backend.sign_in("alice");
        let (start, emulator) = (Barrier::new(answers.len()), &backend.emulator);
        let counted: Vec<_> = std::thread::scope(|scope| {
            let answer = |status: &SessionStatus| {
                start.wait();
                emulator.set_session_status(&session.token, status.clone())
            };
            let threads: Vec<_> = answers.iter().map(|status| scope.spawn(move || answer(status))).collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap().ok()).collect()
        });
        let [one] = counted.as_slice() else { panic!("{counted:?}") };
        assert_eq!(session.status(), one.session_status.as_str());
        session.end();
    }
}

#[test]
fn nothing_stays_open_of_a_user_who_is_deleted_or_loses_the_phone_meanwhile() {
    for gone in ["delete", "lose"] {
        for _ in 0..20 {
            let backend = backend();
            let waits = backend.sign_in("alice");
            let start = Barrier::new(3);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    start.wait();
                    drop(backend.emulator.approve(&waits.token));
                });
                scope.spawn(|| {
                    start.wait();
                    backend.authenticate("alice");
                });
                start.wait();
                match gone {
                    "delete" => drop(backend.post("delete_users", &json!({"users": ["alice"]}))),
                    _ => drop(backend.get("lost_user_mobile_device", "alice")),
                }
            });
            let all = backend.emulator.sign_ins().unwrap();
            assert!(all.iter().all(|one| one.session_status.is_final()), "{gone}: {all:?}");
        }
    }
}

#[test]
fn ending_is_no_error_however_often() {
    let backend = backend();
    for (status, ended) in [("pending", "cancelled"), ("active", "closed"), ("failed", "failed")] {
        let session = backend.sign_in("alice");
        if status != "pending" {
            backend.emulator.set_session_status(&session.token, status.into()).unwrap();
        }
        for _ in 0..2 {
            session.end().is_json(200, &json!({"status": true}));
            assert_eq!(session.status(), ended);
        }
    }
}

#[test]
fn a_user_who_is_deleted_or_has_lost_the_phone_is_signed_out() {
    let backend = Backend::with_users(&["alice", "bob"]);
    for (id, gone) in [("alice", "delete"), ("bob", "lose")] {
        backend.register_phone(id);
        let (open, waiting) = (backend.sign_in(id), backend.sign_in(id));
        backend.emulator.approve(&open.token).unwrap();
        if gone == "delete" {
            backend.post("delete_users", &json!({"users": [id]}));
        } else {
            backend.get("lost_user_mobile_device", id);
        }
        assert_eq!((open.status(), waiting.status()), ("closed".to_owned(), "failed".to_owned()));
    }
}

#[test]
fn a_reset_forgets_sign_ins_and_their_outcomes() {
    let backend = backend();
    let outcome = SignInOutcome::new(SessionStatus::Active, Duration::ZERO);
    backend.emulator.set_sign_in_outcome(backend.application_id(), &user("alice"), outcome).unwrap();
    let session = backend.sign_in("alice");
    backend.emulator.reset().unwrap();
    session.ask().is_unauthorized();
    assert_eq!(backend.emulator.sign_ins(), Ok(vec![]));
    backend.post("add_users", &json!({"users": ["alice"]}));
    backend.register_phone("alice");
    assert_eq!(backend.sign_in("alice").status(), "pending");
}

#[test]
fn the_urls_begin_with_what_the_caller_used() {
    let backend = backend();
    let sent = Sent::new("POST", "/authentication/authenticate_user/app/alice");
    let sent = sent.signed(&backend.signer, "iampass.example:1234").header("Host", "iampass.example:1234");
    let status = sent.send(backend.address()).json()["authentication_status"].clone();
    for name in ["status_url", "logout_url"] {
        let url = status[name].as_str().unwrap();
        assert!(url.starts_with("http://iampass.example:1234/authentication/"), "{url}");
    }

    let credentials = credentials("app", SECRET);
    let builder = Emulator::builder().application(credentials.clone()).public_url("https://iampass.example");
    let signer = iampass_auth::Signer::new(credentials);
    let backend = Backend { emulator: builder.start().unwrap(), signer };
    backend.post("add_users", &json!({"users": ["alice"]}));
    let link = backend.link("device_registration_link", "alice");
    backend.emulator.register_device(&link).unwrap();
    // The public URL is for phones and browsers. A client signs for the origin alone that it calls.
    let own = backend.address().to_string();
    for (host, origin) in
        [(own.as_str(), format!("http://{own}")), ("iampass.example", "https://iampass.example".to_owned())]
    {
        let sent = Sent::new("POST", "/authentication/authenticate_user/app/alice");
        let sent = sent.signed(&backend.signer, host).header("Host", host);
        let status = sent.send(backend.address()).json()["authentication_status"].clone();
        for name in ["status_url", "logout_url"] {
            let url = status[name].as_str().unwrap();
            assert!(url.starts_with(&format!("{origin}/authentication/")), "{url}");
        }
    }
}
