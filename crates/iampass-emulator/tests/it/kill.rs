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
use crate::support::{SECRET, Sent, credentials, try_exchange, user};

const DATA: &str = "IAMPASS_KILL_DATA";
const ROUNDS: &str = "IAMPASS_KILL_ROUNDS";
const WRITERS: usize = 4;

/// What is known of each user: `Some` what was answered last, or `None` for a change that was
/// under way when the emulator was killed.
type Expected = BTreeMap<String, Option<Fate>>;

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
    Emulator::builder().application(application).data(data).start().unwrap()
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
    let know = |id: &str, fate| expected.lock().unwrap().insert(id.to_owned(), fate);
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

#[test]
#[allow(clippy::print_stdout, reason = "the figures are for whoever asked for many rounds")]
fn kill_9_loses_nothing_that_was_answered() {
    let rounds = std::env::var(ROUNDS).map_or(20_u64, |rounds| rounds.parse().unwrap());
    let place = place();
    let expected = Arc::new(Mutex::new(Expected::new()));
    for round in 0..rounds {
        let (mut child, address) = spawn(&place.path);
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let expected = expected.clone();
                scope.spawn(move || write(address, &format!("{round}-{writer}"), &expected));
            }
            // Other moments each round, the earliest while the first write is under way.
            std::thread::sleep(Duration::from_millis(5 + round * 37 % 60));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        check(&place.path, &expected.lock().unwrap());
    }
    let expected = expected.lock().unwrap();
    let answered = expected.values().flatten().count();
    println!("{rounds} rounds: {answered} users answered, {} in doubt", expected.len() - answered);
    assert!(answered > usize::try_from(rounds).unwrap(), "{answered}");
}

fn check(data: &Path, expected: &Expected) {
    let emulator = start(data);
    let application_id = emulator.credentials().application_id();
    let users: Vec<_> = emulator.users(application_id).unwrap();
    for (id, fate) in expected {
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
    drop(emulator);
    let database = rusqlite::Connection::open(data).unwrap();
    let whole: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
}
