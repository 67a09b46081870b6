//! Test suites against our emulator, as its README shows them: `xtask/interop/suites/run` cuts them out and runs them.

use std::env;
use std::path::Path;

use anyhow::Result;

use super::report::Report;
use super::tools::{Folders, command};

/// The steps of `run`, each with its name in the report.
const SUITES: [(&str, &str); 6] = [
    ("pytest", "pytest → our emulator"),
    ("vitest", "Vitest → our emulator"),
    ("go", "Go's testing → our emulator"),
    ("junit", "JUnit → our emulator"),
    ("start-server-and-test", "start-server-and-test"),
    ("wait-on", "wait-on"),
];

/// Runs every suite.
pub(crate) fn run(report: &mut Report, program: Option<&Path>, folders: &Folders) {
    for (suite, step) in SUITES {
        report.check(step, program, |program| run_one(suite, program, folders));
    }
}

fn run_one(suite: &str, program: &Path, folders: &Folders) -> Result<String> {
    // The caller's `PATH` behind the folder of the program.
    let path = env::var_os("PATH").unwrap_or_default();
    let path =
        env::join_paths(program.parent().map(Path::to_owned).into_iter().chain(env::split_paths(&path)))?;
    let mut bash = command("bash");
    bash.arg(folders.scripts.join("suites/run")).arg(suite).env("PATH", path).env("BUILD", &folders.work);
    folders.check(&format!("suite-{suite}"), &mut bash).map(|_| String::new())
}
