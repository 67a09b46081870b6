//! The state in a file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use iampass_auth::Signer;
use iampass_emulator::{
    Application, Builder, DataError, Emulator, SessionStatus, SignInOutcome, StartError, StateError,
};
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Backend, SECRET, Sent, credentials, user};

pub(crate) struct Place {
    _directory: TempDir,
    pub(crate) path: PathBuf,
}

pub(crate) fn place() -> Place {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("state.db");
    Place { _directory: directory, path }
}

fn application() -> Application {
    Application::new("app", SECRET).unwrap()
}

pub(crate) fn backend(path: &Path) -> Backend {
    let emulator = Emulator::builder().application(application()).data(path).start().unwrap();
    Backend { emulator, signer: Signer::new(credentials("app", SECRET)) }
}

#[test]
fn what_was_answered_is_there_after_a_restart() {
    let place = place();
    let (used, dead, open) = {
        let backend = backend(&place.path);
        backend.post("add_users", &json!({"users": ["alice", "bob", "é\u{1f600}\u{0}"]}));
        backend.post("delete_users", &json!({"users": ["bob"]}));
        let dead = backend.link("device_registration_link", "alice");
        let used = backend.link("lost_user_mobile_device", "alice");
        backend.emulator.register_device(&used).unwrap();
        let open = backend.link("device_registration_link", "alice?display_name=Alice");
        (used, dead, open)
    };
    let backend = backend(&place.path);
    assert_eq!(backend.users(), ["alice", "é\u{1f600}\u{0}"]);
    assert!(backend.has_device("alice"));
    assert_eq!(backend.emulator.register_device(&used), Err(StateError::UsedLink));
    assert_eq!(backend.emulator.register_device(&dead), Err(StateError::DeadLink));
    assert_eq!(backend.emulator.register_device(&open), Ok(()));
}

#[test]
fn sessions_their_secrets_and_what_is_to_come_of_them_are_there_after_a_restart() {
    let place = place();
    let one = backend(&place.path);
    one.post("add_users", &json!({"users": ["alice"]}));
    one.register_phone("alice");
    let active = one.sign_in("alice");
    one.emulator.approve(&active.token).unwrap();
    let (app, alice) = (one.application_id().clone(), user("alice"));
    let outcome = SignInOutcome::new(SessionStatus::Cancelled, Duration::from_millis(1));
    one.emulator.set_sign_in_outcome(&app, &alice, outcome).unwrap();
    // It is due while nobody looks.
    let waits = one.sign_in("alice");
    let before = one.emulator.sign_ins().unwrap().len();
    drop(one);
    std::thread::sleep(Duration::from_millis(2));
    let backend = backend(&place.path);
    assert_eq!(backend.emulator.sign_ins().unwrap().len(), before);
    let status = |token: &str, secret: &str| {
        let sent = Sent::new("GET", format!("/authentication/session_status/{token}"));
        let signer = Signer::new(credentials(token, secret));
        let got = sent.signed(&signer, &backend.address().to_string()).send(backend.address());
        got.json()["session_status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(&active.token, &active.secret), "active");
    assert_eq!(status(&waits.token, &waits.secret), "cancelled");
    assert_eq!(backend.sign_in("alice").token.len(), 32);
    std::thread::sleep(Duration::from_millis(2));
    let last = backend.emulator.sign_ins().unwrap().pop().unwrap();
    assert_eq!(last.session_status, SessionStatus::Cancelled);
}

#[test]
fn the_applications_come_back_with_their_secrets() {
    let place = place();
    let start = || Emulator::builder().data(&place.path).start().unwrap();
    let first = start().credentials().clone();
    let emulator = start();
    assert_eq!(emulator.credentials(), &first);
    emulator.add_application(application()).unwrap();
    drop(emulator);

    let emulator = start();
    assert_eq!(emulator.credentials(), &first);
    assert_eq!(emulator.applications().len(), 2);
    let backend = Backend { emulator, signer: Signer::new(credentials("app", SECRET)) };
    assert_eq!(backend.post("add_users", &json!({"users": []})).status, 201);
}

#[test]
fn sealed_credentials_are_not_in_the_file_and_are_given_anew() {
    let place = place();
    let start = || Emulator::builder().data(&place.path);
    let sealed = credentials("app", SECRET);
    let emulator = start().application(sealed.clone()).start().unwrap();
    let backend = Backend { emulator, signer: Signer::new(sealed.clone()) };
    backend.post("add_users", &json!({"users": ["alice"]}));
    drop(backend);
    let text = std::fs::read(&place.path).unwrap();
    assert!(!text.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()));

    let emulator = start().start().unwrap();
    assert_ne!(emulator.credentials(), &sealed);
    let backend = Backend { emulator, signer: Signer::new(sealed.clone()) };
    let got = backend.get("has_registered_mobile_device", "alice");
    got.is_text(404, "Client Application app not found");
    assert_eq!(backend.emulator.users(sealed.application_id()).unwrap(), [user("alice")]);
    drop(backend);

    let emulator = start().application(sealed.clone()).start().unwrap();
    let backend = Backend { emulator, signer: Signer::new(sealed) };
    assert_eq!(backend.get("has_registered_mobile_device", "alice").status, 200);
}

#[test]
fn a_secret_that_is_given_takes_the_place_of_the_files() {
    let place = place();
    drop(backend(&place.path));
    let start = |application: Option<Application>| {
        let builder = Emulator::builder().data(&place.path);
        application.into_iter().fold(builder, Builder::application).start().unwrap()
    };
    // The same secret, sealed: the file keeps the text.
    start(Some(credentials("app", SECRET).into()));
    assert_eq!(start(None).credentials(), &credentials("app", SECRET));
    start(Some(Application::new("app", "ANOTHER").unwrap()));
    assert_eq!(start(None).credentials(), &credentials("app", "ANOTHER"));
}

pub(crate) fn refused(path: &Path) -> DataError {
    match Emulator::builder().data(path).start().unwrap_err() {
        StartError::Data { path: named, source } => {
            assert_eq!(named, path);
            source
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_that_is_not_ours_is_refused_and_left_as_it_is() {
    let place = place();
    std::fs::write(&place.path, "Dear diary, this is not a database, and longer than its header.".repeat(9))
        .unwrap();
    let before = std::fs::read(&place.path).unwrap();
    assert!(matches!(refused(&place.path), DataError::NotADatabase));
    assert_eq!(std::fs::read(&place.path).unwrap(), before);
    std::fs::remove_file(&place.path).unwrap();

    Connection::open(&place.path).unwrap().execute_batch("CREATE TABLE diary (entry TEXT)").unwrap();
    assert!(matches!(refused(&place.path), DataError::OtherProgram));
    std::fs::remove_file(&place.path).unwrap();

    drop(backend(&place.path));
    Connection::open(&place.path).unwrap().pragma_update(None, "user_version", 7).unwrap();
    let error = refused(&place.path);
    assert!(matches!(error, DataError::OtherSchema { found: 7, known: 3 }), "{error:?}");
    assert_eq!(error.to_string(), "the file has the schema 7, and this release knows the schema 3 alone");
}

#[test]
fn a_place_where_no_file_can_be_is_an_error_that_names_it() {
    let place = place();
    let error = refused(&place.path.join("x"));
    assert!(matches!(error, DataError::File(_)), "{error:?}");
    let error = refused(place.path.parent().unwrap());
    assert!(matches!(error, DataError::NotRegular { .. }), "{error:?}");
}

#[test]
fn one_file_is_one_emulators() {
    let place = place();
    let first = backend(&place.path);
    assert!(matches!(refused(&place.path), DataError::InUse));
    #[cfg(unix)]
    {
        let link = place.path.with_file_name("link.db");
        std::os::unix::fs::symlink(&place.path, &link).unwrap();
        assert!(matches!(refused(&link), DataError::InUse));
    }
    drop(first);
    drop(backend(&place.path));
}

#[test]
fn reads_do_not_wait_for_a_write() {
    let place = place();
    let backend = backend(&place.path);
    backend.post("add_users", &json!({"users": ["alice"]}));
    let other = Connection::open(&place.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::thread::scope(|scope| {
        let write = scope.spawn(|| backend.post("add_users", &json!({"users": ["bob"]})).status);
        for _ in 0..20 {
            assert_eq!(backend.get("has_registered_mobile_device", "alice").status, 200);
        }
        assert_eq!(backend.users(), ["alice"]);
        assert!(!write.is_finished());
        other.execute_batch("COMMIT").unwrap();
        assert_eq!(write.join().unwrap(), 201);
    });
    assert_eq!(backend.users(), ["alice", "bob"]);
}

#[test]
fn a_state_that_cannot_be_read_or_written_is_a_500_and_the_emulator_lives_on() {
    const TEXT: &str = "The emulator's state cannot be read or written.";
    let place = place();
    let backend = backend(&place.path);
    backend.post("add_users", &json!({"users": ["alice"]}));
    let link = backend.link("device_registration_link", "alice");
    let other = Connection::open(&place.path).unwrap();
    other.execute_batch("ALTER TABLE users RENAME TO gone").unwrap();
    backend.post("add_users", &json!({"users": ["bob"]})).is_text(500, TEXT);
    backend.post("delete_users", &json!({"users": ["bob"]})).is_text(500, TEXT);
    for operation in ["has_registered_mobile_device", "device_registration_link", "lost_user_mobile_device"] {
        backend.get(operation, "alice").is_text(500, TEXT);
    }
    backend.open("POST", &link).is_text(500, TEXT);
    let error = backend.emulator.register_device(&link).unwrap_err();
    assert!(matches!(error, StateError::Storage(_)), "{error:?}");
    other.execute_batch("ALTER TABLE gone RENAME TO users").unwrap();
    // Nothing of what failed was done.
    assert_eq!(backend.emulator.register_device(&link), Ok(()));
    assert_eq!(backend.users(), ["alice"]);
}

#[test]
fn many_writers_at_once_are_all_answered() {
    let place = place();
    let backend = backend(&place.path);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let backend = &backend;
            scope.spawn(move || {
                for number in 0..10 {
                    let id = format!("{thread}-{number}");
                    let got = backend.post("add_users", &json!({"users": [id, "everyone"]}));
                    assert_eq!(got.status, 201);
                }
            });
        }
    });
    assert_eq!(backend.users().len(), 81);
}

#[test]
fn a_file_of_the_release_before_is_taken_over() {
    let place = place();
    let one = backend(&place.path);
    one.post("add_users", &json!({"users": ["alice", "bob"]}));
    one.emulator.register_device(&one.link("device_registration_link", "bob")).unwrap();
    drop(one);
    let file = Connection::open(&place.path).unwrap();
    file.execute_batch(
        "DROP TABLE sign_ins; DROP TABLE sign_in_outcomes; DROP INDEX users_by_phone;
        ALTER TABLE users DROP COLUMN phone_token; PRAGMA user_version = 2",
    )
    .unwrap();
    drop(file);
    let backend = backend(&place.path);
    assert_eq!(backend.users(), ["alice", "bob"]);
    assert_eq!(backend.emulator.sign_ins(), Ok(vec![]));
    let users = &backend.emulator.export().unwrap().applications[0].users;
    assert_eq!((users[0].phone_token.as_ref(), users[1].phone_token.as_ref().unwrap().len()), (None, 32));
}
