//! How much memory and time does `iampass users import` take for a million ids?
//!
//! ```text
//! cargo build --release -p iampass-cli
//! cargo run --release -p iampass-cli --example import_memory -- [--ids N] [--chunk N]
//! ```
//!
//! The emulator runs in this process, the program in one of its own, with checkpoint and report: once from
//! a file of lines, once from CSV through a pipe, and once more over what is done; at last twice without looking for
//! duplicates, a tenth of the ids and all of them, which must take the same. What is mapped of the program's own file does
//! not count: of a debug build that is 20 MiB, more or less as the file lies in the system's cache. Figures are printed as JSON; the exit
//! code is 1 if anything is off. `cargo test` runs it with 50,000 ids.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a program for its printed figures; what panics here fails the run"
)]

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use iampass_emulator::Emulator;
use serde_json::{Value, json};

const APPLICATION_ID: &str = "memory";
const SECRET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
/// What a million ids may take.
const MILLION_LIMIT_KIB: u64 = 64 * 1024;
/// What any number may take, besides 40 bytes for each id.
const BASE_LIMIT_KIB: u64 = 8 * 1024;
/// What any number may take more than a tenth of it, if duplicates are not looked for.
const FLAT_LIMIT_KIB: u64 = 2 * 1024;
/// How often the program is looked at while it runs. Its peak is near its end.
const LOOK: Duration = Duration::from_millis(2);

#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = if cfg!(test) { 50_000 } else { 1_000_000 })]
    ids: u64,
    #[arg(long, default_value_t = 1_000)]
    chunk: u64,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // As a test it is called with filters and options that are meant for others.
        Err(_) if cfg!(test) => Arguments::parse_from([""]),
        Err(error) => error.exit(),
    };
    let Some(program) = program() else {
        eprintln!("error: there is no `iampass` beside this program: build it first");
        return ExitCode::FAILURE;
    };
    let folder = tempfile::tempdir().unwrap();
    let id = ApplicationId::new(APPLICATION_ID).unwrap();
    let credentials = Credentials::new(id.clone(), ApplicationSecret::new(SECRET).unwrap());
    let emulator = Emulator::builder().application(credentials).start().unwrap();
    write_inputs(folder.path(), arguments.ids);

    let limit = (BASE_LIMIT_KIB + arguments.ids * 40 / 1024).min(MILLION_LIMIT_KIB.max(arguments.ids / 15));
    let mut problems = Vec::new();
    let mut runs = Vec::new();
    let mut flat = Vec::new();
    for (name, operation, input, keeps_duplicates) in [
        ("import lines", "import", "users.txt", false),
        ("the same again", "import", "users.txt", false),
        ("import CSV from a pipe", "import", "users.csv", false),
        ("remove lines", "remove", "users.txt", false),
        ("remove a tenth, duplicates kept", "remove", "tenth.txt", true),
        ("remove all, duplicates kept", "remove", "all.txt", true),
    ] {
        let mut command = Command::new(&program);
        command.current_dir(folder.path()).args(["users", operation, "--quiet", "--output", "json"]);
        command.args(["--chunk", &arguments.chunk.to_string()]);
        command.args(["--checkpoint", &format!("{operation} {input}.checkpoint")]);
        command.args(["--report", &format!("{operation} {input}.report")]);
        command.args((operation == "remove").then_some("--yes"));
        command.args(keeps_duplicates.then_some("--keep-duplicates"));
        command.env("IAMPASS_SERVER", emulator.base_url());
        command.env("IAMPASS_APPLICATION_ID", APPLICATION_ID).env("IAMPASS_APPLICATION_SECRET", SECRET);
        let mut pipe = None;
        if Path::new(input).extension().is_some_and(|extension| extension == "csv") {
            let mut cat =
                Command::new("cat").arg(folder.path().join(input)).stdout(Stdio::piped()).spawn().unwrap();
            command.stdin(cat.stdout.take().unwrap()).args(["-", "--format", "csv", "--column", "mail"]);
            pipe = Some(cat);
        } else {
            command.arg(input);
        }
        let started = Instant::now();
        let child = command.stdout(Stdio::piped()).spawn().unwrap();
        drop(command);
        let (peak, summary) = watch(child);
        if let Some(mut cat) = pipe {
            cat.wait().unwrap();
        }
        if summary["complete"] != true {
            problems.push(format!("{name}: {summary}"));
        }
        if peak.is_some_and(|peak| peak > limit) {
            problems.push(format!("{name}: its memory has been at {peak:?} KiB, and {limit} are allowed"));
        }
        if keeps_duplicates {
            flat.extend(peak);
        }
        let seconds = (started.elapsed().as_secs_f64() * 1e3).round() / 1e3;
        runs.push(json!({"run": name, "seconds": seconds, "peak_memory_kib": peak, "summary": summary}));
    }
    if let [tenth, all] = flat[..]
        && all > tenth + FLAT_LIMIT_KIB
    {
        problems.push(format!(
            "duplicates kept: from a tenth to all, memory has grown from {tenth} to {all} KiB"
        ));
    }
    let left = emulator.users(&id).unwrap().len();
    if left > 0 {
        problems.push(format!("{left} users are left"));
    }
    println!("{:#}", json!({"ids": arguments.ids, "limit_kib": limit, "runs": runs}));
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The program that was built with this one: two folders up from an example, or from a test.
fn program() -> Option<PathBuf> {
    let this = std::env::current_exe().ok()?;
    let name = format!("iampass{}", std::env::consts::EXE_SUFFIX);
    Some(this.parent()?.parent()?.join(name)).filter(|program| program.is_file())
}

fn write_inputs(folder: &Path, ids: u64) {
    let open = |name| BufWriter::new(File::create(folder.join(name)).unwrap());
    let (mut lines, mut table, mut tenth) = (open("users.txt"), open("users.csv"), open("tenth.txt"));
    writeln!(table, "name,mail").unwrap();
    for number in 0..ids {
        let id = format!("{number:09}@department-{}.example.com", number % 100);
        writeln!(lines, "{id}").unwrap();
        if number < ids / 10 {
            writeln!(tenth, "{id}").unwrap();
        }
        writeln!(table, "\"Doe, {number}\",{id}").unwrap();
    }
    lines.flush().and_then(|()| table.flush()).and_then(|()| tenth.flush()).unwrap();
    // Under another name, since a checkpoint goes with the input's.
    std::fs::copy(folder.join("users.txt"), folder.join("all.txt")).unwrap();
}

/// The most memory that it has taken besides its own file, where the system tells, and what it printed.
fn watch(mut child: Child) -> (Option<u64>, Value) {
    let mut peak = None;
    while child.try_wait().unwrap().is_none() {
        peak = peak_memory_kib(child.id()).or(peak);
        std::thread::sleep(LOOK);
    }
    let output = child.wait_with_output().unwrap();
    (peak, serde_json::from_slice(&output.stdout).unwrap_or_default())
}

fn peak_memory_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let figure = |name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    };
    Some(figure("VmHWM:")?.saturating_sub(figure("RssFile:")?))
}
