//! The client against the emulator at full speed, through injected faults: is anything lost, is anything done
//! twice that must not be, do memory and file handles stay flat?
//!
//! ```text
//! cargo run --release -p iampass-emulator --example soak -- [SECONDS] [SVG]
//! ```
//!
//! 64 tasks share one client. Each lets a pair of users live, again and again: added, a phone registered, signed in
//! twice, signed out, the phone lost, deleted; after each step the service must tell what that step makes true. About
//! 2 % of the calls go wrong in nine ways, before the operation takes effect or after it. A thousand residents lie
//! still in the meantime and must all be there in the end, and nobody else.
//!
//! By default it runs for 30 seconds. Client and emulator are in one process, whose resident memory and open files
//! are sampled and, given a file, plotted into it. Figures are printed as JSON; the exit code is 1 if anything is
//! off. The hour that the plot in `docs/soak.svg` shows was made with
//!
//! ```text
//! cargo run --release -p iampass-emulator --example soak -- 3600 crates/iampass-emulator/docs/soak.svg
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a program for its printed figures; what panics here fails the run"
)]

mod life;
mod observations;
mod plot;
mod watch;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use iampass_authentication::AuthenticationClient;
use iampass_emulator::{Emulator, Fault, UserId};
use iampass_management::{CallPolicy, Connection, ManagementClient, Settings};
use observations::Observations;
use serde_json::{Value, json};
use watch::Watch;

const TASKS: usize = 64;
const RESIDENTS: usize = 1_000;
/// Long enough for a loaded machine, shorter than the delays below.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(30, |seconds| seconds.parse().expect("SECONDS is a number"));
    let (figures, watch) = soak(Duration::from_secs(seconds));
    if let Some(path) = arguments.next() {
        std::fs::write(&path, plot::svg(watch.samples(), &figures)).expect("the plot can be written");
    }
    println!("{figures:#}");
    for problem in figures["problems"].as_array().into_iter().flatten() {
        eprintln!("error: {problem}");
    }
    if figures["ok"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Two in a hundred calls go wrong: before the operation takes effect or after it.
fn faults() -> [Fault; 9] {
    let late = 2 * ATTEMPT_TIMEOUT;
    [
        Fault::status(503).header("Retry-After", "0").with_probability(0.004, 1),
        Fault::status(429).header("Retry-After", "0").with_probability(0.002, 2),
        Fault::status(500).with_probability(0.002, 3),
        Fault::status(502).applied().with_probability(0.003, 4),
        Fault::reset().with_probability(0.003, 5),
        Fault::reset().applied().with_probability(0.003, 6),
        Fault::cut_body().applied().with_probability(0.003, 7),
        Fault::delay(late).with_probability(0.0002, 8),
        Fault::delay(late).applied().with_probability(0.0002, 9),
    ]
}

fn soak(duration: Duration) -> (Value, Watch) {
    let observations = Arc::<Observations>::default();
    let observer = Arc::clone(&observations);
    let emulator = Emulator::builder().on_request(move |request| observer.note_request(request));
    let emulator = Arc::new(emulator.start().unwrap());
    let settings = Settings::new(emulator.base_url().parse().unwrap(), emulator.credentials().clone());
    let policy = CallPolicy::default().with_attempt_timeout(ATTEMPT_TIMEOUT);
    let policy = policy.with_backoff(Duration::from_millis(5), Duration::from_millis(50));
    let connection = Connection::builder(settings).policy(policy).build().unwrap();
    let client = ManagementClient::from(connection.clone());
    let authentication = AuthenticationClient::from(connection);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let residents = (0..RESIDENTS).map(|number| UserId::new(format!("resident-{number:04}")).unwrap());
    let residents: Vec<_> = residents.collect();
    runtime.block_on(client.add_users(residents.clone())).unwrap();
    for fault in faults() {
        emulator.inject(fault).unwrap();
    }

    let started = Instant::now();
    let watch = Watch::start(Arc::clone(&observations), duration);
    runtime.block_on(async {
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let (client, authentication) = (client.clone(), authentication.clone());
                let life = life::Life::new(
                    client,
                    authentication,
                    Arc::clone(&emulator),
                    Arc::clone(&observations),
                    task,
                );
                tokio::spawn(life.again_and_again(started + duration))
            })
            .collect();
        for task in tasks {
            if task.await.is_err() {
                observations.problem("a task has panicked".to_owned());
            }
        }
    });
    let seconds = started.elapsed().as_secs_f64();
    let watch = watch.stop();

    let application = emulator.credentials().application_id();
    if emulator.users(application).unwrap() != residents {
        observations.problem("the users that are left are not the residents".to_owned());
    }
    let (faults_hit, requests) = observations.faults();
    // The faults are drawn, not dealt; but of thousands, some two in a hundred will have been struck.
    let hits: u64 = faults_hit.values().sum();
    if requests > 5_000 && !(requests / 100..requests / 33).contains(&hits) {
        observations.problem(format!("{hits} of {requests} requests were struck by a fault, not about 2 %"));
    }
    for problem in watch.problems() {
        observations.problem(problem);
    }
    let problems = observations.problems();
    let figures = json!({
        "seconds": (seconds * 10.0).round() / 10.0,
        "tasks": TASKS,
        "calls": observations.calls.load(Ordering::Relaxed),
        "calls_that_failed": observations.failed.load(Ordering::Relaxed),
        "requests": requests,
        "faults": faults_hit,
        "lives": observations.lives.load(Ordering::Relaxed),
        "phones_lost": observations.phones_lost.load(Ordering::Relaxed),
        "sign_ins": observations.sign_ins.load(Ordering::Relaxed),
        "resident_kib": watch.memory(),
        "open_files": watch.files(),
        "ok": problems.is_empty(),
        "problems": problems,
    });
    (figures, watch)
}
