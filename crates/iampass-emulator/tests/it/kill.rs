//! kill -9 at any moment loses nothing that was answered.
//!
//! The emulator runs in a process of its own: this test program, called again for the one test that
//! serves. `IAMPASS_KILL_ROUNDS` sets how often it is killed.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use iampass_auth::Signer;
use iampass_emulator::{Application, Emulator};
use serde_json::json;

use crate::data::place;
use crate::support::{SECRET, Sent, Session, credentials, try_exchange, user};

const DATA: &str = "IAMPASS_KILL_DATA";
const ROUNDS: &str = "IAMPASS_KILL_ROUNDS";
const WRITERS: usize = 4;
const SIGNERS: usize = 2;

/// What is known of each user and each session: `Some` what was answered last, or `None` for a change that
/// was under way when the emulator was killed.
#[derive(Default)]
struct Expected {
    users: BTreeMap<String, Option<Fate>>,
    /// By token, with the secret.
    sessions: BTreeMap<String, (String, Option<&'static str>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Added,
    WithDevice,
    Deleted,
}

#[test]
#[allow(clippy::print_stdout, reason = "its parent reads the address there")]
fn the_process_that_is_killed() {
    let Ok(data) = std::env::var(DATA) else { return };
    let emulator = start(Path::new(&data));
    println!("listening on {}", emulator.local_addr());
    loop {
        std::thread::park();
    }
}

fn start(data: &Path) -> Emulator {
    let application = Application::new("app", SECRET).unwrap();
    // So that nothing comes to its end on a slow machine.
    let builder = Emulator::builder().sign_in_timeout(Duration::from_secs(3_600));
    builder.application(application).data(data).start().unwrap()
}

fn spawn(data: &Path) -> (Child, SocketAddr) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::the_process_that_is_killed", "--nocapture"])
        .env(DATA, data)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.find_map(|line| line.unwrap().split_once("listening on ")?.1.parse().ok());
    (child, address.unwrap())
}

/// One backend that changes its own users until the emulator is gone.
fn write(address: SocketAddr, name: &str, expected: &Mutex<Expected>) {
    let signer = Signer::new(credentials("app", SECRET));
    let send = |sent: Sent| {
        let sent = sent.signed(&signer, &address.to_string());
        let got = try_exchange(address, &sent.bytes(address)).ok()?;
        assert!(got.status < 300, "{got:?}");
        Some(got)
    };
    let list = |operation: &str, id: &str| {
        Sent::new("POST", format!("/management/{operation}/app")).json(&json!({ "users": [id] }))
    };
    let know = |id: &str, fate| expected.lock().unwrap().users.insert(id.to_owned(), fate);
    for number in 0.. {
        let id = format!("{name}-{number}");
        know(&id, None);
        if send(list("add_users", &id)).is_none() {
            return;
        }
        know(&id, Some(Fate::Added));
        if number % 3 == 1 {
            know(&id, None);
            let link = Sent::new("GET", format!("/management/device_registration_link/app/{id}"));
            let Some(got) = send(link) else { return };
            let link = got.json()["register_url"].as_str().map(str::to_owned).unwrap();
            let target = link.strip_prefix(&format!("http://{address}")).unwrap();
            if send(Sent::new("POST", target)).is_none() {
                return;
            }
            know(&id, Some(Fate::WithDevice));
        }
        if number % 3 == 2 {
            know(&id, None);
            if send(list("delete_users", &id)).is_none() {
                return;
            }
            know(&id, Some(Fate::Deleted));
        }
    }
}

/// One backend that signs the resident in until the emulator is gone. Every sign-in is approved, and every second session
/// ends.
fn sign_in(address: SocketAddr, resident: &str, expected: &Mutex<Expected>) -> Option<()> {
    let signer = Signer::new(credentials("app", SECRET));
    let send = |sent: Sent| {
        let got = try_exchange(address, &sent.bytes(address)).ok()?;
        assert!(got.status < 300, "{got:?}");
        Some(got)
    };
    for number in 0.. {
        let start = Sent::new("POST", format!("/authentication/authenticate_user/app/{resident}"));
        let got = send(start.signed(&signer, &address.to_string()))?;
        let session = Session::of(&got, &format!("http://{address}"), address);
        let know = |status| {
            let known = (session.secret.clone(), status);
            expected.lock().unwrap().sessions.insert(session.token.clone(), known);
        };
        know(Some("pending"));
        let approve = Sent::new("POST", format!("/_emulator/v1/sign-ins/{}", session.token));
        know(None);
        send(approve.json(&json!({"session_status": "active"})))?;
        know(Some("active"));
        if number % 2 == 0 {
            know(None);
            send(session.sign(Sent::new("POST", session.end_path.as_str())))?;
            know(Some("closed"));
        }
    }
    None
}

fn resident(round: u64, number: usize) -> String {
    format!("resident-{round}-{number}")
}

/// Users who have phones: others for each round, since a user can have so many open sessions only.
fn settle_residents(data: &Path, rounds: u64) {
    let residents = (0..rounds).flat_map(|round| (0..SIGNERS).map(move |number| resident(round, number)));
    let users: Vec<_> = residents.map(|id| json!({"id": id, "has_device": true})).collect();
    let snapshot = json!({"applications": [{"id": "app", "secret": SECRET, "users": users}]});
    start(data).import(serde_json::from_value(snapshot).unwrap()).unwrap();
}

#[test]
#[allow(clippy::print_stdout, reason = "the figures are for whoever asked for many rounds")]
fn kill_9_loses_nothing_that_was_answered() {
    let rounds = std::env::var(ROUNDS).map_or(20_u64, |rounds| rounds.parse().unwrap());
    let place = place();
    settle_residents(&place.path, rounds);
    let expected = Arc::new(Mutex::new(Expected::default()));
    for round in 0..rounds {
        let (mut child, address) = spawn(&place.path);
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let expected = expected.clone();
                scope.spawn(move || write(address, &format!("{round}-{writer}"), &expected));
            }
            for number in 0..SIGNERS {
                let expected = expected.clone();
                scope.spawn(move || sign_in(address, &resident(round, number), &expected));
            }
            // Other moments each round, the earliest while the first write is under way.
            std::thread::sleep(Duration::from_millis(5 + round * 37 % 200));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        check(&place.path, &expected.lock().unwrap());
    }
    let expected = expected.lock().unwrap();
    let answered = expected.users.values().flatten().count();
    println!("{rounds} rounds: {answered} users answered, {} in doubt", expected.users.len() - answered);
    let sessions = expected.sessions.values().filter(|(_, status)| status.is_some()).count();
    println!("{sessions} sessions answered, {} in doubt", expected.sessions.len() - sessions);
    assert!(answered > usize::try_from(rounds).unwrap() && sessions > 0, "{answered} {sessions}");
}

fn check(data: &Path, expected: &Expected) {
    let emulator = start(data);
    let application_id = emulator.credentials().application_id();
    let users: Vec<_> = emulator.users(application_id).unwrap();
    for (id, fate) in &expected.users {
        let Some(fate) = fate else { continue };
        let id = user(id);
        let is_there = users.binary_search(&id).is_ok();
        let found = match is_there {
            false => Fate::Deleted,
            true if emulator.has_device(application_id, &id).unwrap() => Fate::WithDevice,
            true => Fate::Added,
        };
        assert_eq!(found, *fate, "{id}");
    }
    let address = emulator.local_addr();
    let found: BTreeMap<_, _> =
        emulator.sign_ins().unwrap().into_iter().map(|one| (one.session_token.clone(), one)).collect();
    for (token, (_, status)) in &expected.sessions {
        let told = found[token].session_status.as_str();
        assert!(status.is_none_or(|status| status == told), "{token}: {told}, not {status:?}");
    }
    // The secrets work, too; with the last ones, since a round has many.
    for (token, (secret, status)) in expected.sessions.iter().rev().take(20) {
        let ask = Sent::new("GET", format!("/authentication/session_status/{token}"));
        let signer = Signer::new(credentials(token, secret));
        let got = ask.signed(&signer, &address.to_string()).send(address);
        assert!(got.status == 200 && got.body.contains(status.unwrap_or("session_status")), "{got:?}");
    }
    drop(emulator);
    let database = rusqlite::Connection::open(data).unwrap();
    let whole: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
}
