//! Sign-ins from the first call to the last, on a service that checks every signature.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use iampass_emulator::{AuthenticationMethod, Emulator, SessionStatus, SignInOutcome, UserId};
use tempfile::TempDir;

use crate::support::{
    Run, WRONG_SECRET, Watchdog, call, emulator, emulator_with_alice, iampass, iampass_at, run,
};

/// An emulator on which Alice has a phone.
fn emulator_with_phone() -> Emulator {
    let emulator = emulator_with_alice();
    register(&emulator, "alice");
    emulator
}

fn register(emulator: &Emulator, id: &str) {
    let link = call(emulator.base_url(), &["device", "link", "--", id]).data();
    emulator.register_device(link.trim_end()).unwrap();
}

/// What becomes of a user's sign-ins by itself.
fn becomes(emulator: &Emulator, id: &str, status: SessionStatus) {
    let outcome = SignInOutcome::new(status, Duration::ZERO);
    let application = emulator.credentials().application_id();
    emulator.set_sign_in_outcome(application, &UserId::new(id).unwrap(), outcome).unwrap();
}

fn sign_in(emulator: &Emulator, options: &[&str]) -> Run {
    call(emulator.base_url(), &[&["sign-in", "alice"], options].concat())
}

/// `iampass session WORDS… --session-file FILE`, without any application.
fn session(emulator: &Emulator, words: &[&str], file: &Path) -> Run {
    let mut command = iampass();
    command.env("IAMPASS_SERVER", emulator.base_url()).arg("session").args(words);
    run(command.arg("--session-file").arg(file))
}

fn started(emulator: &Emulator) -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("session");
    sign_in(emulator, &["--no-wait", "--session-file", file.to_str().unwrap()]).data();
    (folder, file)
}

fn token(emulator: &Emulator) -> String {
    emulator.sign_ins().unwrap().pop().unwrap().session_token
}

/// Starts a sign-in, and gives it with its token when it is asked for.
fn waiting(emulator: &Emulator) -> (Child, String) {
    let mut command = iampass_at(emulator.base_url());
    command.args(["sign-in", "alice"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let polls = || emulator.requests().iter().any(|request| request.operation == Some("session_status"));
    let watchdog = Watchdog::over(&child);
    while !polls() {
        std::thread::yield_now();
    }
    drop(watchdog);
    (child, token(emulator))
}

#[test]
fn the_phone_is_waited_for() {
    let emulator = emulator_with_phone();
    let (child, token) = waiting(&emulator);
    emulator.approve(&token).unwrap();
    assert_eq!(Run::from(child.wait_with_output().unwrap()).data(), "signed in\n");

    let emulator = emulator_with_phone();
    let (child, token) = waiting(&emulator);
    emulator.set_session_status(&token, SessionStatus::Identifying).unwrap();
    emulator.deny(&token).unwrap();
    let run = Run::from(child.wait_with_output().unwrap());
    let told = (run.code, run.stdout.as_str(), run.stderr.as_str());
    assert_eq!(told, (Some(3), "not signed in: cancelled\n", ""));
}

#[test]
fn every_outcome() {
    let emulator = emulator_with_phone();
    for (status, code, told) in [
        (SessionStatus::Active, 0, "signed in\n"),
        (SessionStatus::Failed, 3, "not signed in: failed\n"),
        (SessionStatus::Cancelled, 3, "not signed in: cancelled\n"),
        (SessionStatus::Timeout, 3, "not signed in: timeout\n"),
    ] {
        becomes(&emulator, "alice", status);
        let run = sign_in(&emulator, &[]);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(code), told, ""));
    }
}

#[test]
fn who_has_no_phone_or_is_not_there_is_told_apart() {
    let emulator = emulator_with_alice();
    let run = sign_in(&emulator, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(3), "not signed in: NO_MOBILE_DEVICE\n"));
    assert!(run.stderr.contains("`iampass device link USER`"), "{run:?}");
    let said = call(emulator.base_url(), &["sign-in", "nobody"]).error(4);
    assert!(said.contains("User nobody not found") && said.contains("iampass users add"), "{said}");
    let mut stranger = iampass_at(emulator.base_url());
    stranger.env("IAMPASS_APPLICATION_SECRET", WRONG_SECRET).args(["sign-in", "alice"]);
    crate::support::run(&mut stranger).error(5);
    assert_eq!(emulator.sign_ins().unwrap(), []);
}

#[test]
fn methods_and_duration_arrive() {
    let emulator = emulator_with_phone();
    becomes(&emulator, "alice", SessionStatus::Active);
    sign_in(&emulator, &["--methods", "device,facial", "--duration", "15m"]).data();
    sign_in(&emulator, &[]).data();
    let sign_ins = emulator.sign_ins().unwrap();
    assert_eq!(sign_ins[0].methods, [AuthenticationMethod::Device, AuthenticationMethod::Facial]);
    assert_eq!((sign_ins[0].duration_seconds, sign_ins[1].duration_seconds), (900, 3600));
    assert_eq!(sign_ins[1].methods, []);
}

#[test]
fn a_session_is_gone_on_with_and_ended() {
    let emulator = emulator_with_phone();
    let (_folder, file) = started(&emulator);
    assert_eq!(session(&emulator, &["status"], &file).data(), "not signed in: pending\n");
    let run = session(&emulator, &["wait", "--timeout", "0s"], &file);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), "not signed in: pending\n"));
    emulator.approve(&token(&emulator)).unwrap();
    assert_eq!(session(&emulator, &["wait"], &file).data(), "signed in\n");
    assert_eq!(session(&emulator, &["status"], &file).data(), "signed in\n");
    for _ in 0..2 {
        assert_eq!(session(&emulator, &["end"], &file).data(), "ended\n");
        assert_eq!(session(&emulator, &["status"], &file).data(), "not signed in: closed\n");
    }
    assert_eq!(session(&emulator, &["wait"], &file).code, Some(3));
}

#[test]
fn another_session_s_secret_is_not_accepted() {
    let emulator = emulator_with_phone();
    let (_folder, file) = started(&emulator);
    let mut members: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    members["session_secret"] = WRONG_SECRET.into();
    // In place: the file keeps its mode.
    std::fs::write(&file, members.to_string()).unwrap();
    for command in ["status", "wait", "end"] {
        let said = session(&emulator, &[command], &file).error(5);
        assert!(said.contains("`iampass sign-in USER` starts another"), "{said}");
        assert!(!said.contains(WRONG_SECRET), "{said}");
    }
}

#[test]
fn hostile_ids_sign_in() {
    let emulator = emulator();
    for id in crate::ids::HOSTILE {
        call(emulator.base_url(), &["users", "add", "--", id]).data();
        register(&emulator, id);
        becomes(&emulator, id, SessionStatus::Active);
        assert_eq!(call(emulator.base_url(), &["sign-in", "--", id]).data(), "signed in\n", "{id}");
        assert_eq!(emulator.sign_ins().unwrap().pop().unwrap().user_id.as_str(), id);
    }
    for id in ["", ".", ".."] {
        let said = call(emulator.base_url(), &["sign-in", "--", id]).error(2);
        assert!(said.contains("a user id must not be"), "{said}");
    }
}
