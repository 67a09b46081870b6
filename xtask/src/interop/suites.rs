//! Test suites against our emulator, as its README shows them: `xtask/interop/suites/run` cuts them out and runs them.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::error::{Error, file};
use super::process::Job;
use super::program::SETTINGS;
use super::report::Report;
use super::tools::Folders;

/// With the downloads, on a slow line.
const LIMIT: Duration = Duration::from_secs(600);
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
        match program {
            Some(program) => {
                report.step(step, || job(suite, program, folders)?.run(LIMIT).map(|_| ((), String::new())));
            }
            None => report.skip(step),
        }
    }
}

fn job(suite: &str, program: &Path, folders: &Folders) -> Result<Job, Error> {
    let script = folders.scripts.join("suites/run");
    let log = folders.log(&format!("suite-{suite}"));
    Ok(Job::new("bash", &log, "install bash")
        .args([script.as_os_str(), suite.as_ref()])
        .env("PATH", path_with(program)?)
        .env("BUILD", &folders.work)
        .env("NO_COLOR", "1")
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .without_env(&["PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "NODE_OPTIONS", "FORCE_COLOR"])
        .without_env(&["PYTEST_ADDOPTS"])
        .without_env(&SETTINGS))
}

/// The caller's `PATH` behind the folder of the program.
fn path_with(program: &Path) -> Result<OsString, Error> {
    let folder = program.parent().unwrap_or(Path::new("."));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(env::split_paths(&path));
    let joined = env::join_paths(folders).map_err(std::io::Error::other);
    joined.map_err(file(folder, "cannot be put onto the PATH"))
}
