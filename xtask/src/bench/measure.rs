//! criterion, hyperfine and programs that print JSON; what comes back are medians.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::{process, tools};

/// Runs the criterion benchmarks of these names, one after the other; returns the nanoseconds of each.
pub(super) fn criterion<const N: usize>(shell: &Shell, names: [&str; N]) -> Result<[f64; N]> {
    let filter = format!("^({})$", names.join("|"));
    let benches = ["--bench", "signing", "--bench", "calls"];
    cmd!(shell, "cargo bench --quiet --locked -p iampass-bench {benches...} -- {filter} --noplot").run()?;
    let mut medians = [0.0; N];
    for (median, name) in medians.iter_mut().zip(names) {
        let estimates = shell.read_file(format!("target/criterion/{name}/new/estimates.json"))?;
        *median = number(&estimates, "/median/point_estimate")?;
    }
    Ok(medians)
}

/// Times these commands with hyperfine; returns the seconds of each.
pub(super) fn hyperfine<const N: usize>(
    shell: &Shell,
    root: &Path,
    options: &[&str],
    commands: [&str; N],
) -> Result<[f64; N]> {
    let hyperfine = tools::install(root, "hyperfine", "1.20.0")?;
    let export = shell.create_dir("target/bench")?.join("hyperfine.json");
    cmd!(shell, "{hyperfine} --style basic --export-json {export} {options...} {commands...}")
        .quiet()
        .run()?;
    let results = shell.read_file(&export)?;
    let mut medians = [0.0; N];
    for (index, median) in medians.iter_mut().enumerate() {
        *median = number(&results, &format!("/results/{index}/median"))?;
    }
    Ok(medians)
}

/// Runs a program that prints JSON; returns the numbers at these places.
pub(super) fn printed<const N: usize>(command: &mut Command, places: [&str; N]) -> Result<[f64; N]> {
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{command:?} failed ({})", output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = [0.0; N];
    for (value, place) in numbers.iter_mut().zip(places) {
        *value = number(&text, place)?;
    }
    Ok(numbers)
}

fn number(json: &str, place: &str) -> Result<f64> {
    let value: Value = serde_json::from_str(json).with_context(|| json.to_owned())?;
    value.pointer(place).and_then(Value::as_f64).with_context(|| format!("no number {place} in {json}"))
}

/// Builds the program in `xtask/bench` that serves and calls; returns its path.
pub(super) fn calls_program(shell: &Shell, root: &Path) -> Result<std::path::PathBuf> {
    cmd!(shell, "cargo build --quiet --locked --profile bench -p iampass-bench --bin calls").run()?;
    Ok(root.join("target/release/calls"))
}

/// Starts the server that answers every request alike; returns its address, too.
pub(super) fn server(shell: &Shell, program: &Path) -> Result<(process::Running, String)> {
    let log = shell.create_dir("target/bench")?.join("server");
    let mut server = process::start(Command::new(program).arg("serve"), &log)?;
    let address = server.first_line()?;
    Ok((server, address))
}
