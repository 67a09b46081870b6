//! A million users through a service that fails again and again: is every id accounted for exactly once,
//! and how much time and memory does the client take?
//!
//! ```text
//! cargo run --release -p iampass-cli --example bulk_soak -- [--ids N] [--chunk N] [--concurrency N] [--deduplicate]
//! ```
//!
//! The emulator runs in this process, with 2 % of its calls going wrong in seven ways. The client runs in
//! a process of its own, this program started again, so that the memory is its own. Figures are printed
//! as JSON; the exit code is 1 if anything is off. `cargo test` runs it with 20,000 ids.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a program for its printed figures; what panics here fails the run"
)]

use std::collections::BTreeMap;
use std::process::{Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clap::Parser;
use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use iampass_emulator::{Emulator, Fault, RequestRecord};
use iampass_management::{CallPolicy, ChunkResult, ManagementClient, UserId};
use serde_json::{Value, json};

const APPLICATION_ID: &str = "soak";
const SECRET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
/// One id in so many is invalid.
const INVALID: usize = 997;
/// The most that the client may take with the duplicates not looked for.
const MEMORY_LIMIT_KIB: u64 = 64 * 1024;
/// Chunks that failed for good are given again, so often at the most.
const ROUNDS: usize = 20;
/// Shorter than the delays below.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = if cfg!(test) { 20_000 } else { 1_000_000 })]
    ids: usize,
    #[arg(long, default_value_t = if cfg!(test) { 100 } else { 1_000 })]
    chunk: usize,
    #[arg(long, default_value_t = 4)]
    concurrency: usize,
    #[arg(long)]
    deduplicate: bool,
    /// Be the client of the service that the environment names.
    #[arg(long, hide = true)]
    client: bool,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // As a test it is called with filters and options that are meant for others.
        Err(_) if cfg!(test) => Arguments::parse_from([""]),
        Err(error) => error.exit(),
    };
    if arguments.client {
        println!("{}", client(&arguments));
        return ExitCode::SUCCESS;
    }
    let (figures, problems) = soak(&arguments);
    println!("{figures:#}");
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Two in a hundred calls go wrong: before the users are added or after it, for a moment or for good.
fn faults() -> [Fault; 7] {
    let late = 2 * ATTEMPT_TIMEOUT;
    [
        Fault::status(503).header("Retry-After", "0").with_probability(0.004, 1),
        Fault::status(500).applied().with_probability(0.003, 2),
        Fault::status(429).with_probability(0.003, 3),
        // Nothing that a client may repeat of its own accord.
        Fault::status(400).with_probability(0.003, 4),
        Fault::reset().with_probability(0.003, 5),
        Fault::cut_body().applied().with_probability(0.003, 6),
        Fault::delay(late).applied().with_probability(0.001, 7),
    ]
}

/// Figures and what is off.
fn soak(arguments: &Arguments) -> (Value, Vec<String>) {
    let struck = Arc::<Mutex<BTreeMap<String, u64>>>::default();
    let counted = Arc::clone(&struck);
    let id = ApplicationId::new(APPLICATION_ID).unwrap();
    let credentials = Credentials::new(id.clone(), ApplicationSecret::new(SECRET).unwrap());
    let emulator = Emulator::builder().application(credentials);
    let emulator = emulator.on_request(move |request| count(&mut counted.lock().unwrap(), request));
    let emulator = emulator.start().unwrap();
    for fault in faults() {
        emulator.inject(fault).unwrap();
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("--client").args(["--ids", &arguments.ids.to_string()]);
    command.args(["--chunk", &arguments.chunk.to_string()]);
    command.args(["--concurrency", &arguments.concurrency.to_string()]);
    command.args(arguments.deduplicate.then_some("--deduplicate"));
    command.env("IAMPASS_SERVER", emulator.base_url());
    command.env("IAMPASS_APPLICATION_ID", APPLICATION_ID).env("IAMPASS_APPLICATION_SECRET", SECRET);
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    let mut figures: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let problems = figures.as_object_mut().and_then(|figures| figures.remove("problems"));
    let mut problems: Vec<String> = serde_json::from_value(problems.unwrap_or_default()).unwrap_or_default();
    if !output.status.success() {
        problems.push("the client has failed".to_owned());
    }
    let valid = arguments.ids - (0..arguments.ids).filter(|position| is_invalid(*position)).count();
    let users = emulator.users(&id).unwrap().len();
    if users != valid {
        problems.push(format!("the service has {users} users, not {valid}"));
    }
    let peak = figures["peak_memory_kib"].as_u64();
    if !arguments.deduplicate && peak.is_some_and(|peak| peak > MEMORY_LIMIT_KIB) {
        problems.push(format!("the client's memory has been at {peak:?} KiB"));
    }
    let struck = struck.lock().unwrap();
    let (requests, faults) = (struck["requests"], struck.iter().filter(|(name, _)| *name != "requests"));
    let hits: u64 = faults.clone().map(|(_, hits)| hits).sum();
    if requests >= 1_000 && !(requests / 100..requests / 33).contains(&hits) {
        problems.push(format!("{hits} of {requests} requests were struck by a fault: not about 2 %"));
    }
    figures["requests"] = requests.into();
    figures["faults_hit"] = hits.into();
    figures["faults"] = faults.map(|(name, hits)| (name.clone(), Value::from(*hits))).collect();
    figures["ok"] = problems.is_empty().into();
    (figures, problems)
}

fn count(struck: &mut BTreeMap<String, u64>, request: &RequestRecord) {
    *struck.entry("requests".to_owned()).or_default() += 1;
    if let Some(fault) = &request.fault {
        let applied = if fault.applied { ", applied" } else { "" };
        let name = match fault.code {
            "status" => format!("{}{applied}", request.status),
            code => format!("{code}{applied}"),
        };
        *struck.entry(name).or_default() += 1;
    }
}

fn is_invalid(position: usize) -> bool {
    position % INVALID == INVALID - 1
}

fn id(position: usize) -> String {
    if is_invalid(position) {
        return String::new();
    }
    format!("{position:09}@department-{}.example.com", position % 100)
}

fn position(id: &UserId) -> usize {
    id.as_str()[..9].parse().unwrap()
}

/// The client's part: sends all ids, gives those of failed chunks again, and keeps account of each.
fn client(arguments: &Arguments) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let started = Instant::now();
    let mut account = Account { done: Marks::none(arguments.ids), ..Account::default() };
    runtime.block_on(async {
        let client = ManagementClient::from_env().unwrap();
        let mut again = send(&client, arguments, &mut account, (0..arguments.ids).map(id)).await;
        for _ in 0..ROUNDS {
            if again.is_empty() {
                break;
            }
            account.rounds += 1;
            again = send(&client, arguments, &mut account, again).await;
        }
    });
    let seconds = started.elapsed().as_secs_f64();
    let valid = (0..arguments.ids).filter(|position| !is_invalid(*position));
    let undone = valid.filter(|position| !account.done.get(*position)).count();
    if undone > 0 {
        account.problem(format!("{undone} ids were never done"));
    }
    if account.done.count != account.created + account.existing {
        account.problem("the service has listed fewer or more ids than were sent".to_owned());
    }
    json!({
        "ids": arguments.ids,
        "chunk_size": arguments.chunk,
        "concurrency": arguments.concurrency,
        "deduplicate": arguments.deduplicate,
        "seconds": (seconds * 1e3).round() / 1e3,
        "peak_memory_kib": peak_memory_kib(),
        "rounds": account.rounds + 1,
        "chunks": account.chunks,
        "chunks_failed": account.failed,
        "created": account.created,
        "existing": account.existing,
        "invalid": account.invalid,
        "problems": account.problems,
    })
}

/// Sends ids and returns those of failed chunks. Each position of the input must be reported once.
async fn send<I>(
    client: &ManagementClient,
    arguments: &Arguments,
    account: &mut Account,
    ids: I,
) -> Vec<UserId>
where
    I: IntoIterator<Item: Into<String>, IntoIter: ExactSizeIterator>,
{
    let ids = ids.into_iter();
    let mut reported = Marks::none(ids.len());
    let client = client.with_policy(CallPolicy::default().with_attempt_timeout(ATTEMPT_TIMEOUT));
    let bulk = client.add_users_in_bulk(ids).chunk_size(arguments.chunk).concurrency(arguments.concurrency);
    let mut reports = bulk.deduplicate(arguments.deduplicate).reports();
    let mut again = Vec::new();
    while let Some(report) = reports.next().await {
        account.chunks += 1;
        let chunk = &report.chunk;
        let invalid = report.invalid().count();
        if chunk.skipped.len() != invalid {
            account.problem(format!("chunk {} has duplicates", chunk.number));
        }
        let positions = chunk.positions.iter().copied().chain(chunk.skipped.iter().map(|id| id.position));
        let reported_twice =
            positions.filter(|position| !reported.set(usize::try_from(*position).unwrap())).count();
        if reported_twice > 0 {
            account.problem(format!("{reported_twice} ids were reported twice"));
        }
        account.invalid += invalid;
        if let ChunkResult::Done(outcome) = &report.result {
            account.created += outcome.created.len();
            account.existing += outcome.existing.len();
            let done_twice = chunk.ids.iter().filter(|id| !account.done.set(position(id))).count();
            if done_twice > 0 {
                account.problem(format!("{done_twice} ids were done twice"));
            }
        } else {
            account.failed += 1;
            again.extend(report.into_unfinished());
        }
    }
    if reported.count != reported.length {
        account.problem(format!("{} ids were not reported", reported.length - reported.count));
    }
    again
}

#[derive(Default)]
struct Account {
    done: Marks,
    rounds: usize,
    chunks: usize,
    failed: usize,
    created: usize,
    existing: usize,
    invalid: usize,
    problems: Vec<String>,
}

impl Account {
    fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }
}

/// A bit for each position.
#[derive(Default)]
struct Marks {
    bits: Vec<u64>,
    length: usize,
    count: usize,
}

impl Marks {
    fn none(length: usize) -> Self {
        Self { bits: vec![0; length.div_ceil(64)], length, count: 0 }
    }

    fn get(&self, position: usize) -> bool {
        self.bits[position / 64] >> (position % 64) & 1 == 1
    }

    /// `false` if it was set before.
    fn set(&mut self, position: usize) -> bool {
        let new = !self.get(position);
        self.bits[position / 64] |= 1 << (position % 64);
        self.count += usize::from(new);
        new
    }
}

/// The most memory that this process has taken, where the system tells.
fn peak_memory_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
