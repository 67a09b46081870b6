//! What time brings to a sign-in: the time-out, the end of the session, an automatic outcome.

use std::time::Duration;

use iampass_emulator::{Emulator, SessionStatus, SignInOutcome, StateError};
use serde_json::json;

use crate::support::{Backend, SECRET, credentials, user};

#[test]
fn nobody_answers_in_time_and_a_session_lasts_its_time_by_the_emulators_clock() {
    let credentials = credentials("app", SECRET);
    let start = Emulator::builder().application(credentials.clone()).clock(|| 1_700_000_000);
    let start = start.clock_window(Duration::from_secs(1_000_000)).sign_in_timeout(Duration::from_secs(10));
    let signer = iampass_auth::Signer::new(credentials).with_clock(|| 1_700_000_000);
    let backend = Backend { emulator: start.start().unwrap(), signer };
    backend.post("add_users", &json!({"users": ["alice"]}));
    backend.register_phone("alice");
    let tokens = || {
        let got = backend.authenticate("alice?duration_seconds=100");
        got.json()["authentication_status"]["session_token"].as_str().unwrap().to_owned()
    };
    let (waits, signed_in) = (tokens(), tokens());
    let statuses = || {
        let all = backend.emulator.sign_ins().unwrap();
        all.into_iter().map(|one| one.session_status.to_string()).collect::<Vec<_>>()
    };
    backend.emulator.set_session_status(&waits, SessionStatus::Identifying).unwrap();
    backend.emulator.move_clock(9);
    backend.emulator.approve(&signed_in).unwrap();
    assert_eq!(statuses(), ["identifying", "active"]);
    backend.emulator.move_clock(1);
    assert_eq!(statuses(), ["timeout", "active"]);
    // It lasts from the approval, also while the phone is away.
    backend.emulator.move_clock(98);
    backend.emulator.set_session_status(&signed_in, SessionStatus::Walkaway).unwrap();
    assert_eq!(statuses(), ["timeout", "walkaway"]);
    backend.emulator.move_clock(1);
    assert_eq!(statuses(), ["timeout", "closed"]);
    backend.emulator.move_clock(-1_000);
    assert_eq!(statuses(), ["timeout", "closed"]);
    assert!(backend.emulator.approve(&waits).is_err());
}

#[test]
fn a_part_of_a_second_is_a_whole_one() {
    let start = Emulator::builder().application(credentials("app", SECRET)).clock(|| 1_700_000_000);
    let signer = iampass_auth::Signer::new(credentials("app", SECRET)).with_clock(|| 1_700_000_000);
    let emulator = start.sign_in_timeout(Duration::from_millis(1)).start().unwrap();
    let backend = Backend { emulator, signer };
    backend.post("add_users", &json!({"users": ["alice"]}));
    backend.register_phone("alice");
    assert_eq!(backend.authenticate("alice").status, 202);
    let status = || backend.emulator.sign_ins().unwrap()[0].session_status.clone();
    assert_eq!(status(), SessionStatus::Pending);
    backend.emulator.move_clock(1);
    assert_eq!(status(), SessionStatus::Timeout);
}

#[test]
fn a_sign_in_can_come_out_by_itself() {
    let backend = Backend::with_users(&["alice"]);
    backend.register_phone("alice");
    let (app, alice) = (backend.application_id(), user("alice"));
    let set = |status: SessionStatus, after: Duration| {
        let outcome = SignInOutcome::new(status, after);
        assert!(outcome.is_some());
        backend.emulator.set_sign_in_outcome(app, &alice, outcome).unwrap();
    };
    set(SessionStatus::Cancelled, Duration::ZERO);
    assert_eq!(backend.sign_in("alice").status(), "cancelled");
    set(SessionStatus::Active, Duration::from_millis(50));
    let session = backend.sign_in("alice");
    while session.status() == "pending" {
        std::thread::yield_now();
    }
    assert_eq!(session.status(), "active");
    // What the phone does first counts.
    set(SessionStatus::Active, Duration::from_secs(50));
    let denied = backend.sign_in("alice");
    backend.emulator.deny(&denied.token).unwrap();
    assert_eq!(denied.status(), "cancelled");
    set(SessionStatus::Active, Duration::ZERO);
    backend.emulator.set_sign_in_outcome(app, &alice, None).unwrap();
    assert_eq!(backend.sign_in("alice").status(), "pending");
    for status in ["pending", "identifying", "walkaway", "closed", "made-up"] {
        assert_eq!(SignInOutcome::new(status.into(), Duration::ZERO), None, "{status}");
    }
    let unknown = backend.emulator.set_sign_in_outcome(app, &user("bob"), None);
    assert!(matches!(unknown, Err(StateError::UnknownUser { .. })));
}

#[test]
fn a_time_out_does_not_outrun_an_outcome_because_the_clock_counts_whole_seconds() {
    let start = Emulator::builder().application(credentials("app", SECRET)).clock(|| 1_700_000_000);
    let signer = iampass_auth::Signer::new(credentials("app", SECRET)).with_clock(|| 1_700_000_000);
    let emulator = start.sign_in_timeout(Duration::from_secs(1)).start().unwrap();
    let backend = Backend { emulator, signer };
    backend.post("add_users", &json!({"users": ["alice"]}));
    backend.register_phone("alice");
    let outcome = SignInOutcome::new(SessionStatus::Active, Duration::from_millis(200));
    backend.emulator.set_sign_in_outcome(backend.application_id(), &user("alice"), outcome).unwrap();
    assert_eq!(backend.authenticate("alice").status, 202);
    // As when the second in which it started was almost over.
    backend.emulator.move_clock(1);
    let status = || backend.emulator.sign_ins().unwrap()[0].session_status.clone();
    while status() == SessionStatus::Pending {
        std::thread::yield_now();
    }
    assert_eq!(status(), SessionStatus::Active);
}
