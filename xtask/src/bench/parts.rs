//! What is measured, and its goals.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use xshell::{Shell, cmd};

use super::measure::{calls_program, criterion, hyperfine, printed, server};
use super::table::{Goal, Row};
use crate::interop;

/// A program's manifest, but for its dependency.
const MANIFEST: &str = "\
[package]
name = \"dependant\"
edition = \"2024\"

[workspace]

[dependencies]
tokio = { version = \"1\", features = [\"macros\", \"rt\"] }
";

/// One thing's nanoseconds by those of another.
fn ratio(what: &'static str, [one, other]: [f64; 2], goal: Goal) -> Row {
    Row { what, figure: one / other, goal, from: format!("{} ÷ {}", time(one), time(other)) }
}

fn time(nanoseconds: f64) -> String {
    if nanoseconds < 1_000.0 {
        format!("{nanoseconds:.0} ns")
    } else {
        format!("{:.1} µs", nanoseconds / 1e3)
    }
}

pub(super) fn sign(shell: &Shell) -> Result<Vec<Row>> {
    let times = criterion(shell, ["sign", "compressions"])?;
    Ok(vec![ratio("sign one request ÷ seven bare SHA-256 compressions", times, Goal::AtMost(3.0))])
}

pub(super) fn bulk(shell: &Shell) -> Result<Vec<Row>> {
    let times = criterion(shell, ["chunk_to_signed_request", "chunk_to_json"])?;
    let what = "chunk of 1,000 users: serialise and sign ÷ `serde_json::to_vec`";
    Ok(vec![ratio(what, times, Goal::AtMost(1.15))])
}

pub(super) fn calls(shell: &Shell) -> Result<Vec<Row>> {
    let row = |what, tasks, goal| {
        let names = ["ours", "bare", "by_hand"].map(|name| format!("calls/{name}_{tasks}"));
        let [ours, bare, by_hand] = criterion(shell, names.each_ref().map(String::as_str))?;
        let mut row = ratio(what, [ours, bare], Goal::AtMost(goal));
        row.from = format!("{}; reqwest, signed by hand: {}: {:.2}", row.from, time(by_hand), by_hand / bare);
        anyhow::Ok(row)
    };
    Ok(vec![
        row("processor time per call ÷ bare reqwest, one after the other", 1, 1.2)?,
        row("processor time per call ÷ bare reqwest, 64 tasks", 64, 1.25)?,
    ])
}

pub(super) fn vendor(shell: &Shell, root: &Path) -> Result<Vec<Row>> {
    let [sign, call] = criterion(shell, ["sign", "calls/ours_1"])?;
    let program = calls_program(shell, root)?;
    let (_server, address) = server(shell, &program)?;
    let [memory] = printed(Command::new(&program).args(["resident", &address]), ["/resident_kib"])?;
    let mut vendors = interop::vendor_python(root, "vendor_speed.py")?;
    vendors.env("IAMPASS_SERVER", format!("http://{address}"));
    let places = ["/sign_nanoseconds", "/call_nanoseconds", "/resident_kib"];
    let [vendor_sign, vendor_call, vendor_memory] = printed(&mut vendors, places)?;
    let what = "vendor's Python `make_authentication_headers` ÷ ours";
    let sign = ratio(what, [vendor_sign, sign], Goal::AtLeast(15.0));
    let what = "processor time per call, vendor's Python client ÷ ours";
    let call = ratio(what, [vendor_call, call], Goal::AtLeast(4.0));
    let from = format!("{:.1} MiB ÷ {:.1} MiB", vendor_memory / 1024.0, memory / 1024.0);
    let what = "resident memory, vendor's Python client ÷ ours";
    Ok(vec![sign, call, Row { what, figure: vendor_memory / memory, goal: Goal::AtLeast(4.0), from }])
}

pub(super) fn codegen(shell: &Shell, root: &Path) -> Result<Vec<Row>> {
    let xtask = std::env::current_exe()?;
    let command = format!("'{}' codegen --check", xtask.display());
    let [seconds] = hyperfine(shell, root, &["--shell", "none", "--warmup", "1"], [&command])?;
    let what = "`cargo xtask codegen --check` once built, seconds";
    Ok(vec![Row { what, figure: seconds, goal: Goal::AtMost(0.5), from: "all contracts".to_owned() }])
}

pub(super) fn program(shell: &Shell, root: &Path) -> Result<Vec<Row>> {
    cmd!(shell, "cargo build --quiet --release --locked -p iampass-cli").run()?;
    let program = root.join("target/release/iampass");
    let command = "target/release/iampass --help";
    let [seconds] = hyperfine(shell, root, &["--shell", "none", "--warmup", "3"], [command])?;
    #[expect(clippy::cast_precision_loss, reason = "some millions of bytes")]
    let size = std::fs::metadata(&program)?.len() as f64;
    Ok(vec![
        Row {
            what: "`iampass --help`, milliseconds",
            figure: seconds * 1e3,
            goal: Goal::AtMost(20.0),
            from: "the whole process".to_owned(),
        },
        Row {
            what: "`iampass`, stripped, megabytes",
            figure: size / 1e6,
            goal: Goal::AtMost(15.0),
            from: "release build".to_owned(),
        },
    ])
}

/// What a program pays for the client: a clean release build, and crates.
pub(super) fn build(shell: &Shell, root: &Path) -> Result<Vec<Row>> {
    let client = "iampass-management = { path = \"../../../../crates/iampass-management\" }
";
    let client = dependant(shell, "client", client)?;
    // The version that the workspace has.
    let reqwest = dependant(shell, "reqwest", "reqwest = \"0.13\"\n")?;
    let clean = [&client, &reqwest].map(|[clean, _]| clean.as_str());
    let options = ["--runs", "1", "--prepare", clean[0], "--prepare", clean[1]];
    let [client, reqwest] = hyperfine(shell, root, &options, [&client[1], &reqwest[1]])?;
    let package = "iampass-management";
    let tree = cmd!(shell, "cargo tree --locked -e normal --prefix none --no-dedupe -p {package}").read()?;
    let crates: BTreeSet<_> = tree.lines().map(|line| line.replace(" (proc-macro)", "")).collect();
    Ok(vec![
        Row {
            what: "clean release build of a program with the client ÷ with reqwest's default features",
            figure: client / reqwest,
            goal: Goal::AtMost(1.0),
            from: format!("{client:.0} s ÷ {reqwest:.0} s"),
        },
        Row {
            what: "crates below the client, itself included",
            #[expect(clippy::cast_precision_loss, reason = "a hundred or so")]
            figure: crates.len() as f64,
            goal: Goal::AtMost(115.0),
            from: "`cargo tree -e normal`".to_owned(),
        },
    ])
}

/// Makes a program of `xtask/bench/dependants` with this dependency; returns the commands that clean and build it.
fn dependant(shell: &Shell, name: &str, dependency: &str) -> Result<[String; 2]> {
    let folder = format!("target/bench/build/{name}");
    let manifest = format!("{folder}/Cargo.toml");
    shell.write_file(&manifest, MANIFEST.to_owned() + dependency)?;
    shell.write_file(format!("{folder}/Cargo.lock"), shell.read_file("Cargo.lock")?)?;
    let main = shell.read_file(format!("xtask/bench/dependants/{name}.rs"))?;
    shell.write_file(format!("{folder}/src/main.rs"), main)?;
    // Downloads are not what is measured.
    // Not --locked: cargo leaves out of the copy what the program does not need.
    cmd!(shell, "cargo fetch --quiet --manifest-path {manifest}").run()?;
    let build = "cargo build --quiet --release --locked --offline --manifest-path";
    Ok([format!("rm -rf {folder}/target"), format!("{build} {manifest} --target-dir {folder}/target")])
}
