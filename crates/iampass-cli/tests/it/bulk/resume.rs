//! Killed at any moment, it resumes: no id is lost, and hardly any is sent twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, RandomState};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use iampass_emulator::{Emulator, RequestRecord};

use crate::bulk::support::{Desk, json, mark};
use crate::support::{Run, credentials};

const CHUNKS: u64 = 200;
const CHUNK: u64 = 500;
const KILLS: u64 = 20;
const CONCURRENCY: usize = 4;
/// So many requests come between two kills, at the most: `KILLS` times that is less than `CHUNKS`.
const STRIDE: u64 = 9;
/// How long a request may be in coming; on a busy machine it takes some milliseconds.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The first id of each chunk is a byte longer than that of the chunk before, so a body's length tells the
/// chunk.
fn ids() -> String {
    let mut text = String::new();
    for chunk in 0..CHUNKS {
        for number in 0..CHUNK {
            let pad = if number == 0 { usize::try_from(chunk).unwrap() } else { 0 };
            writeln!(text, "u{:06}{}", chunk * CHUNK + number, "x".repeat(pad)).unwrap();
        }
    }
    text
}

fn chunk_of(body_bytes: u64) -> u64 {
    // `{"users":[]}`, and for each id its 7 bytes, quotes and a comma, less the last comma.
    body_bytes - (12 + CHUNK * (7 + 3) - 1)
}

/// The chunks that a checkpoint has as done, and those that were begun and are not done.
fn chunks(desk: &Desk) -> (Vec<u64>, Vec<u64>) {
    let mark = mark(&desk.path("checkpoint"));
    let chunk = |(first, last): &(u64, u64)| {
        assert_eq!((first % CHUNK, last % CHUNK), (1, 0), "{mark:?}");
        first / CHUNK
    };
    let open: Vec<_> = mark.open.iter().map(chunk).collect();
    ((0..mark.begun / CHUNK).filter(|chunk| !open.contains(chunk)).collect(), open)
}

/// When to kill: as so many requests have come, however fast they come.
fn strides() -> Vec<u64> {
    let state = RandomState::new();
    (0..KILLS).map(|kill| 1 + state.hash_one(kill) % STRIDE).collect()
}

/// Watches the requests, and kills the program before the one that it has waited for is answered: so the
/// program cannot have come to its end, and is at work on what was answered before.
struct Killer {
    program: Option<Child>,
    left: u64,
    dead: Sender<()>,
    /// The lengths of the bodies that came.
    sent: Vec<u64>,
}

impl Killer {
    fn see(&mut self, request: &RequestRecord) {
        self.sent.push(request.body_bytes.unwrap());
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        if left == 0 {
            // A little later or earlier in its work.
            std::thread::sleep(Duration::from_micros(RandomState::new().hash_one(left) % 3_000));
            self.program.as_mut().unwrap().kill().unwrap();
            self.dead.send(()).unwrap();
        }
    }
}

fn watched() -> (Desk, Arc<Mutex<Killer>>, Receiver<()>) {
    let (sender, dead) = mpsc::channel();
    let killer = Killer { program: None, left: 0, dead: sender, sent: Vec::new() };
    let killer = Arc::new(Mutex::new(killer));
    let observer = Arc::clone(&killer);
    let emulator = Emulator::builder().application(credentials());
    let emulator = emulator.on_request(move |request| observer.lock().unwrap().see(request)).start().unwrap();
    (Desk::at(emulator), killer, dead)
}

#[test]
fn killed_twenty_times_it_loses_nothing_and_repeats_only_what_was_in_flight() {
    let (desk, killer, dead) = watched();
    desk.write("users.txt", ids());
    let (chunk, concurrency) = (CHUNK.to_string(), CONCURRENCY.to_string());
    let arguments = [
        &["import", "users.txt", "--chunk", &chunk, "--concurrency", &concurrency, "--quiet"][..],
        // Killed while it writes a report, it leaves some lines of a chunk, and the next run sends a part of that chunk,
        // which its length would not tell. The test below has a report.
        &["--checkpoint", "checkpoint", "--output", "json"],
    ]
    .concat();
    let strides = strides();
    // How often a chunk was in flight when the program was killed.
    let mut in_flight = BTreeMap::<u64, u64>::new();
    for stride in &strides {
        let (done, _) = chunks(&desk);
        let sent_before = {
            let mut killer = killer.lock().unwrap();
            killer.left = *stride;
            killer.program = Some(desk.command(&arguments).stdout(Stdio::null()).spawn().unwrap());
            killer.sent.len()
        };
        dead.recv_timeout(TIMEOUT).unwrap();
        let mut program = killer.lock().unwrap().program.take().unwrap();
        assert_eq!(program.wait().unwrap().code(), None, "it was still at work; {strides:?}");
        let (now_done, begun) = chunks(&desk);
        assert!(done.iter().all(|chunk| now_done.contains(chunk)), "{strides:?}");
        assert!(begun.len() <= CONCURRENCY, "{begun:?}; {strides:?}");
        for chunk in begun {
            *in_flight.entry(chunk).or_default() += 1;
        }
        let killer = killer.lock().unwrap();
        let again = killer.sent[sent_before..].iter().find(|body| done.contains(&chunk_of(**body)));
        assert_eq!(again, None, "it was done; {strides:?}");
    }
    let (done, _) = chunks(&desk);
    let sent_before = killer.lock().unwrap().sent.len();
    // It may take as long as it likes: most of the work may be left.
    let run = Run::from(desk.command(&arguments).output().unwrap());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{strides:?}");
    let sent: Vec<_> = killer.lock().unwrap().sent.iter().map(|body| chunk_of(*body)).collect();
    assert!(!sent[sent_before..].iter().any(|chunk| done.contains(chunk)), "{strides:?}");

    assert_eq!(desk.users().len() as u64, CHUNKS * CHUNK);
    let mut times = BTreeMap::<u64, u64>::new();
    for chunk in &sent {
        *times.entry(*chunk).or_default() += 1;
    }
    assert_eq!(times.keys().copied().collect::<BTreeSet<_>>(), (0..CHUNKS).collect());
    for (chunk, times) in &times {
        let in_flight = in_flight.get(chunk).copied().unwrap_or_default();
        assert!(*times <= 1 + in_flight, "chunk {chunk} went {times} times; {strides:?}");
    }
    let twice = sent.len() as u64 - CHUNKS;
    assert!(twice <= KILLS * CONCURRENCY as u64, "{twice}; {strides:?}");

    // The accounts are as if nothing had happened, but for what went twice.
    let summary = json(&run);
    let count = |name: &str| summary[name].as_u64().unwrap();
    assert_eq!(count("created") + count("sent_again"), CHUNKS * CHUNK, "{summary}");
    assert_eq!(count("existing") + count("failed") + count("not_sent"), 0, "{summary}");
}

/// The report has each id once, so many of them as sent again.
fn assert_report(desk: &Desk, sent_again: u64) {
    let report = desk.report("report");
    assert_eq!(report.len() as u64, CHUNKS * CHUNK);
    assert!(report.values().all(|outcomes| outcomes.len() == 1));
    let again = report.values().filter(|outcomes| *outcomes == &["sent_again"]).count();
    assert_eq!(again as u64, sent_again);
}

/// Every run in chunks of another size.
#[test]
fn killed_again_and_again_with_other_chunks_each_time_it_loses_nothing() {
    let (desk, killer, dead) = watched();
    desk.write("users.txt", ids());
    let run = |round: u64, quiet: &str| {
        let state = RandomState::new();
        // Not so small that the last run makes many thousands of requests.
        let chunk = CHUNK / 4 + state.hash_one(round) % (2 * CHUNK);
        let concurrency = 1 + state.hash_one(!round) % 8;
        let (chunk, concurrency) = (chunk.to_string(), concurrency.to_string());
        let sizes = ["import", "users.txt", "--chunk", &chunk, "--concurrency", &concurrency, quiet];
        desk.command(
            &[&sizes[..], &["--checkpoint", "checkpoint", "--report", "report", "--output", "json"]].concat(),
        )
    };
    let mut begun = 0;
    for round in 0..KILLS / 2 {
        {
            let mut killer = killer.lock().unwrap();
            killer.left = 1 + RandomState::new().hash_one(round) % STRIDE;
            killer.program = Some(run(round, "--quiet").stdout(Stdio::null()).spawn().unwrap());
        }
        dead.recv_timeout(TIMEOUT).unwrap();
        killer.lock().unwrap().program.take().unwrap().wait().unwrap();
        let now = mark(&desk.path("checkpoint"));
        assert!(begun <= now.begun && !now.is_all_of(CHUNKS * CHUNK), "{begun} {now:?}");
        begun = now.begun;
    }
    let last = Run::from(run(KILLS, "--quiet").output().unwrap());
    assert_eq!((last.code, last.stderr.as_str()), (Some(0), ""));
    let all = mark(&desk.path("checkpoint"));
    assert!(all.is_all_of(CHUNKS * CHUNK), "{all:?}");
    assert_eq!(desk.users().len() as u64, CHUNKS * CHUNK);
    let summary = json(&last);
    let count = |name: &str| summary[name].as_u64().unwrap();
    assert_eq!(count("created") + count("sent_again"), CHUNKS * CHUNK, "{summary}");
    assert_report(&desk, count("sent_again"));
}
