//! `cargo xtask fuzz`: the fuzz targets in `xtask/fuzz`, one after the other.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use xshell::{Shell, cmd};

use crate::tools;

const TARGETS: &str = "xtask/fuzz/libfuzzer/fuzz_targets";
const FOUND: &str = "if it has found something, the input is in xtask/fuzz/libfuzzer/artifacts: put it into \
                     xtask/fuzz/corpus, where `cargo test -p iampass-fuzz` replays it, and fix what it shows";

/// Fuzzes each of the targets, all if none is named, for so long. What they learn is kept in `target/fuzz/corpus`;
/// the corpus in `xtask/fuzz` is only read.
pub(crate) fn run(root: &Path, targets: &[String], seconds: u32) -> Result<()> {
    let fuzz = tools::install(root, "cargo-fuzz", "0.13.1")?;
    let shell = Shell::new()?;
    shell.change_dir(root);
    // cargo-fuzz passes flags that otherwise only a nightly compiler takes.
    shell.set_var("RUSTC_BOOTSTRAP", "1");
    // The same versions as everywhere; what libFuzzer needs comes on top.
    fs::copy(root.join("Cargo.lock"), root.join("xtask/fuzz/libfuzzer/Cargo.lock"))?;
    let targets = if targets.is_empty() { all(&shell)? } else { targets.to_vec() };
    for target in &targets {
        let learnt = shell.create_dir(format!("target/fuzz/corpus/{target}"))?;
        let given = format!("xtask/fuzz/corpus/{target}");
        let folders = ["--fuzz-dir", "xtask/fuzz/libfuzzer", "--target-dir", "target/fuzz"];
        let options =
            [&format!("-max_total_time={seconds}"), "-max_len=4096", "-timeout=60", "-print_final_stats=1"];
        cmd!(shell, "{fuzz} fuzz run {folders...} {target} {learnt} {given} -- {options...}")
            .quiet()
            .run()
            .context(FOUND)?;
    }
    Ok(())
}

fn all(shell: &Shell) -> Result<Vec<String>> {
    let files = shell.read_dir(TARGETS)?;
    Ok(files.iter().filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect())
}
