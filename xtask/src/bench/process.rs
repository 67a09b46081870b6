//! Child processes of a measurement.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

use super::error::{Error, file};
use super::times::Times;

/// A program with its arguments, to be run in the repository.
pub(crate) fn command(root: &Path, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root);
    command
}

/// Runs it to its end; gives what it printed. Its errors go to the terminal.
pub(crate) fn output(command: &mut Command) -> Result<String, Error> {
    let name = name(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::Start { command: name.clone(), source })?;
    if !output.status.success() {
        print!("{}", String::from_utf8_lossy(&output.stdout));
        return Err(Error::Failed { command: name, status: output.status });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program that prints JSON on its last line.
pub(crate) fn json(command: &mut Command) -> Result<Printed, Error> {
    let (name, output) = (name(command), output(command)?);
    let value = output.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    Ok(Printed { command: name, output, value })
}

/// The members of what a program printed.
pub(crate) struct Printed {
    command: String,
    output: String,
    value: Value,
}

impl Printed {
    pub(crate) fn number(&self, member: &str) -> Result<f64, Error> {
        self.value[member].as_f64().ok_or_else(|| self.unreadable())
    }

    pub(crate) fn numbers(&self, member: &str) -> Result<Vec<f64>, Error> {
        let list = self.value[member].as_array().ok_or_else(|| self.unreadable())?;
        list.iter().map(|number| number.as_f64().ok_or_else(|| self.unreadable())).collect()
    }

    fn unreadable(&self) -> Error {
        Error::Output { command: self.command.clone(), output: self.output.clone() }
    }
}

/// Builds one of the programs in `xtask/bench`; gives its path.
pub(crate) fn program(root: &Path, name: &str) -> Result<String, Error> {
    let arguments =
        ["build", "--quiet", "--locked", "--profile", "bench", "-p", "iampass-bench", "--bin", name];
    output(&mut command(root, "cargo", &arguments))?;
    Ok(root.join("target/release").join(name).display().to_string())
}

/// How many times each measurement is made, in turns with what it is compared with.
pub(crate) const ROUNDS: usize = 4;
/// How long criterion warms up and measures in each, in seconds.
const WARM_UP: &str = "1";
const MEASUREMENT: &str = "2";

/// Runs the criterion benchmarks of these names; gives the nanoseconds of each.
pub(crate) fn criterion<const NAMES: usize>(
    root: &Path,
    names: [&str; NAMES],
) -> Result<[Times; NAMES], Error> {
    let mut times = [const { Times::new() }; NAMES];
    for _ in 0..ROUNDS {
        for (times, samples) in times.iter_mut().zip(criterion_round(root, names)?) {
            times.add(samples);
        }
    }
    Ok(times)
}

/// The samples of one round of [`criterion`].
pub(crate) fn criterion_round<const NAMES: usize>(
    root: &Path,
    names: [&str; NAMES],
) -> Result<[Vec<f64>; NAMES], Error> {
    let filter = format!("^({})$", names.join("|"));
    let cargo = ["bench", "--quiet", "--locked", "-p", "iampass-bench", "--bench", "signing", "--"];
    let criterion = [&filter, "--noplot", "--warm-up-time", WARM_UP, "--measurement-time", MEASUREMENT];
    output(&mut command(root, "cargo", &[&cargo[..], &criterion[..]].concat()))?;
    let mut all = [const { Vec::new() }; NAMES];
    for (place, name) in all.iter_mut().zip(names) {
        *place = samples(root, name)?;
    }
    Ok(all)
}

/// What criterion keeps of each sample.
#[derive(Deserialize)]
struct Samples {
    /// Nanoseconds.
    times: Vec<f64>,
    /// How many iterations took them.
    iters: Vec<f64>,
}

fn samples(root: &Path, name: &str) -> Result<Vec<f64>, Error> {
    let path = root.join("target/criterion").join(name).join("new/sample.json");
    let text = fs::read_to_string(&path).map_err(file(&path))?;
    let samples: Samples = serde_json::from_str(&text).map_err(|source| Error::Json { path, source })?;
    Ok(samples.times.iter().zip(&samples.iters).map(|(time, count)| time / count).collect())
}

/// A program that serves until it is dropped, and prints its address on its first line.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(command: &mut Command) -> Result<Self, Error> {
        let name = name(command);
        let start = |source| Error::Start { command: name.clone(), source };
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(start)?;
        let mut address = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut address).map_err(start)?;
        }
        Ok(Self { child, address: address.trim().to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
