//! `cargo xtask fuzz`: the fuzz targets in `xtask/fuzz`, one after the other.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGETS: &str = "xtask/fuzz/libfuzzer/fuzz_targets";
const VERSION: &str = "0.13.1";

/// Why fuzzing has stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("`{command}` cannot be started: {source}")]
    Start { command: String, source: io::Error },
    #[error(
        "`{command}` failed. If it has found something, the input is in xtask/fuzz/libfuzzer/artifacts: \
         put it into xtask/fuzz/corpus, where `cargo test -p iampass-fuzz` replays it, and mend what it shows"
    )]
    Failed { command: String },
}

/// Fuzzes each of the targets, all if none is named, for so long. What they learn is kept in `target/fuzz/corpus`;
/// the corpus in `xtask/fuzz` is only read.
pub(crate) fn run(root: &Path, targets: &[String], seconds: u32) -> Result<(), Error> {
    let tool = root.join("target/tools/bin/cargo-fuzz");
    if !tool.exists() {
        let arguments =
            ["install", "--quiet", "cargo-fuzz", "--version", VERSION, "--locked", "--root", "target/tools"];
        run_one(root, Path::new("cargo"), &arguments)?;
    }
    // The same versions as everywhere; what libFuzzer needs comes on top.
    let (from, to) = (root.join("Cargo.lock"), root.join("xtask/fuzz/libfuzzer/Cargo.lock"));
    fs::copy(&from, &to).map_err(|source| Error::File { path: to, source })?;
    let targets = if targets.is_empty() { all(root)? } else { targets.to_vec() };
    for target in &targets {
        let learnt = format!("target/fuzz/corpus/{target}");
        let path = root.join(&learnt);
        fs::create_dir_all(&path).map_err(|source| Error::File { path, source })?;
        let (given, time) = (format!("xtask/fuzz/corpus/{target}"), format!("-max_total_time={seconds}"));
        let arguments = [
            "fuzz",
            "run",
            "--fuzz-dir",
            "xtask/fuzz/libfuzzer",
            "--target-dir",
            "target/fuzz",
            target,
            &learnt,
            &given,
            "--",
            &time,
            "-max_len=4096",
            "-timeout=60",
            "-print_final_stats=1",
        ];
        run_one(root, &tool, &arguments)?;
    }
    Ok(())
}

fn all(root: &Path) -> Result<Vec<String>, Error> {
    let path = root.join(TARGETS);
    let failed = |source| Error::File { path: path.clone(), source };
    let mut targets = Vec::new();
    for entry in fs::read_dir(&path).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        targets.extend(name.to_string_lossy().strip_suffix(".rs").map(str::to_owned));
    }
    targets.sort();
    Ok(targets)
}

fn run_one(root: &Path, program: &Path, arguments: &[&str]) -> Result<(), Error> {
    let command = format!("{} {}", program.display(), arguments.join(" "));
    let mut child = Command::new(program);
    // cargo-fuzz asks for flags that only a nightly compiler takes of its own accord.
    child.args(arguments).current_dir(root).env("RUSTC_BOOTSTRAP", "1");
    let status = child.status().map_err(|source| Error::Start { command: command.clone(), source })?;
    if status.success() { Ok(()) } else { Err(Error::Failed { command }) }
}
