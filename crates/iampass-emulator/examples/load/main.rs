//! How fast the emulator is, and how much memory it takes.
//!
//! ```text
//! cargo run --release -p iampass-emulator --example load -- [USERS] [SECONDS] [OPTIONS]
//!   --program FILE   measures the program `iampass` at FILE, in place of the library in a process of its own
//!   --other ADDRESS  asks another mock that listens on ADDRESS (127.0.0.1:4010) the same, turn by turn
//!   --check          ends with exit code 1 if a goal is missed
//! ```
//!
//! The emulator runs in a process of its own, so that the memory is its own. By default there are 100,000 users, and
//! each measurement takes 3 seconds. `cargo xtask bench-emulator` runs this with all options.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a program for its printed figures"
)]

mod asked;
mod connection;
mod goals;
mod served;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use asked::{Asked, Measured, Question};
use goals::Goals;
use served::{How, Served};

/// How often it is started; the median is told.
const STARTS: usize = 11;
/// How often emulator and other mock take turns, so that what else the machine does meanwhile hits both.
const TURNS: u32 = 3;

struct Arguments {
    users: usize,
    seconds: Duration,
    program: Option<PathBuf>,
    other: Option<SocketAddr>,
    check: bool,
}

impl Arguments {
    fn parse() -> Self {
        let mut parsed = Self {
            users: 100_000,
            seconds: Duration::from_secs(3),
            program: None,
            other: None,
            check: false,
        };
        let mut arguments = std::env::args().skip(1);
        let mut position = 0;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().unwrap();
            match argument.as_str() {
                "--program" => parsed.program = Some(value().into()),
                "--other" => parsed.other = Some(value().parse().unwrap()),
                "--check" => parsed.check = true,
                _ if position == 0 => parsed.users = argument.parse().unwrap(),
                _ => parsed.seconds = Duration::from_secs(argument.parse().unwrap()),
            }
            position += usize::from(!argument.starts_with("--"));
        }
        parsed
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("serve") {
        served::serve(arguments.next().as_deref().map(Path::new));
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::parse();
    let how = arguments.program.clone().map_or(How::Library, How::Program);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let directory = tempfile::TempDir::new().unwrap();
    let file = directory.path().join("load.db");
    let mut goals = Goals::default();
    for data in [None, Some(file.as_path())] {
        measure(&arguments, &how, data, &runtime, &mut goals);
    }
    println!("\n{goals}");
    if arguments.check && !goals.all_met() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn measure(arguments: &Arguments, how: &How, data: Option<&Path>, runtime: &Runtime, goals: &mut Goals) {
    let place = if data.is_some() { "in a file" } else { "in memory" };
    println!("{place}");
    let mut starts: Vec<_> = (0..STARTS).map(|_| Served::start(how, data).started_in).collect();
    starts.sort_unstable();
    let (median, slowest) = (starts[STARTS / 2].as_secs_f64() * 1e3, starts[STARTS - 1].as_secs_f64() * 1e3);
    println!(
        "  start to listening                     {median:>9.1} ms, slowest of {STARTS} {slowest:.1} ms"
    );
    goals.at_most(format!("start to listening, {place}, ms"), median, 50.0);

    let Arguments { users, seconds, other, .. } = *arguments;
    let server = Served::start(how, data);
    told_memory("resident, no users", server.memory());
    let start = Instant::now();
    runtime.block_on(server.add(users));
    let rate = f64::from(u32::try_from(users).unwrap()) / start.elapsed().as_secs_f64();
    println!("  users added, {} a call             {rate:>9.0} /s", served::CHUNK);
    told_memory(&format!("resident, {users} users"), server.memory());
    if let Some(megabytes) = server.memory() {
        goals.at_most(format!("resident after {users} users, {place}, MB"), megabytes, 25.0);
    }

    let asked = Asked { address: server.address, users, seconds: seconds / TURNS };
    let other = other.map(|address| Asked { address, ..asked });
    let before = server.processor_time();
    let (mut ours, mut theirs) = (Measured::default(), Measured::default());
    let mut taken = 0.0;
    for _ in 0..TURNS {
        ours.add(runtime.block_on(asked.ask(Question::HasDevice, false)));
        taken = server.processor_time() - before;
        if let Some(other) = other {
            theirs.add(runtime.block_on(other.ask(Question::HasDevice, false)));
        }
    }
    report("has_registered_mobile_device", &ours);
    // What others do on the machine changes the rate, but not this.
    println!("  processor time for each                {:>9.1} µs", taken / ours.count() * 1e6);
    let asked = Asked { seconds, ..asked };
    let nothing = runtime.block_on(asked.ask(Question::Nothing, false));
    report("a 404 (HTTP alone)", &nothing);
    let busy = runtime.block_on(asked.ask(Question::HasDevice, true));
    report("has_registered_…, with a writer", &busy);
    println!("  verified and looked up / HTTP alone    {:>9.2}", ours.rate() / nothing.rate());
    println!("  p99 with a writer / without            {:>9.2}", busy.p99() / ours.p99());
    told_memory("resident at the end", server.memory());
    if data.is_some() {
        let what = format!("p99 at {} connections, {users} users in a file, ms", asked::CONNECTIONS);
        goals.at_most(what, ours.p99() * 1e3, 10.0);
    }
    if other.is_some() {
        report("the other mock", &theirs);
        goals.at_least(format!("requests/s ÷ the other mock's, {place}"), ours.rate() / theirs.rate(), 10.0);
    }
}

fn told_memory(what: &str, megabytes: Option<f64>) {
    let told = megabytes.map_or("unknown".to_owned(), |megabytes| format!("{megabytes:.1} MB"));
    println!("  {what:<38} {told:>9}");
}

fn report(what: &str, measured: &Measured) {
    println!(
        "  {what:<38} {:>9.0} /s, median {:.2} ms, p99 {:.2} ms",
        measured.rate(),
        measured.median() * 1e3,
        measured.p99() * 1e3
    );
}
