//! The program `iampass`: built, found, and run as an emulator.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::error::Error;
use super::process::{Job, Running};
use super::tools::Folders;

/// From nothing, on a slow machine.
const BUILD: Duration = Duration::from_secs(1800);
const START: Duration = Duration::from_secs(30);
pub(crate) const PROGRAM: &str = "iampass";

/// Settings of the caller's that must not reach the program under test.
pub(crate) const SETTINGS: [&str; 3] =
    ["IAMPASS_SERVER", "IAMPASS_APPLICATION_ID", "IAMPASS_APPLICATION_SECRET"];

/// An application that the emulator knows. Made up; the secrets open nothing.
#[derive(Debug)]
pub(crate) struct Application {
    pub(crate) id: &'static str,
    pub(crate) secret: &'static str,
}

/// The two that every check uses.
pub(crate) const APPLICATIONS: [Application; 2] = [
    Application { id: "0123456789abcdef0123456789abcdef", secret: "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345" },
    Application { id: "fedcba9876543210fedcba9876543210", secret: "543210ZYXWVUTSRQPONMLKJIHGFEDCBA" },
];

/// All of the workspace, as its tests have it: for one package alone, cargo would build most of it again with fewer
/// features.
const AS_TESTED: [&str; 3] = ["--workspace", "--bins", "--examples"];

/// Builds the program and asks cargo, who alone knows, where it is.
pub(crate) fn build(folders: &Folders) -> Result<PathBuf, Error> {
    built(folders, PROGRAM, &AS_TESTED)
}

/// Builds the program, or whatever else cargo is told to, and gives the path of `target`.
pub(crate) fn built(folders: &Folders, target: &'static str, what: &[&str]) -> Result<PathBuf, Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Job::new(cargo, &folders.log(&format!("build-{target}")), "install Rust")
        .args(["build", "--message-format", "json-render-diagnostics"])
        .args(what)
        .current_dir(&folders.root)
        .run(BUILD)?;
    output.stdout.lines().find_map(|line| executable(line, target)).ok_or(Error::NoProgram(target))
}

/// The path in one of cargo's messages, if it is the one about the program.
fn executable(line: &str, target: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    (message["reason"] == "compiler-artifact" && message["target"]["name"] == target)
        .then(|| message["executable"].as_str().map(PathBuf::from))?
}

/// A running emulator; stops when dropped.
pub(crate) struct Emulator {
    /// Its address, as `IAMPASS_SERVER` has it.
    pub(crate) url: String,
    _process: Running,
}

/// Starts the emulator with both applications on a free port.
pub(crate) fn emulator(program: &Path, folders: &Folders) -> Result<Emulator, Error> {
    // Several run at the same time, each with a log of its own.
    static STARTED: AtomicUsize = AtomicUsize::new(0);
    let log = format!("emulator-{}", STARTED.fetch_add(1, Ordering::Relaxed));
    let mut process = Job::new(program, &folders.log(&log), "it was there a moment ago")
        .args(["emulator", "--listen", "127.0.0.1:0"])
        .args(
            APPLICATIONS
                .iter()
                .flat_map(|known| ["--application".to_owned(), format!("{}:{}", known.id, known.secret)]),
        )
        .without_env(&SETTINGS)
        .start()?;
    let line = process.first_line(START)?;
    match line.strip_prefix("listening on ") {
        Some(url) if url.starts_with("http://127.0.0.1:") => {
            Ok(Emulator { url: url.to_owned(), _process: process })
        }
        _ => Err(Error::NoAddress { command: process.name().to_owned(), output: process.output() }),
    }
}

/// The running example of a login page; stops when dropped.
pub(crate) struct LoginPage {
    pub(crate) url: String,
    /// The address of the emulator that it brings along.
    pub(crate) iampass: String,
    _process: Running,
}

/// Builds and starts the login page on a free port.
pub(crate) fn login_page(folders: &Folders) -> Result<LoginPage, Error> {
    let program = built(folders, "login", &AS_TESTED)?;
    let mut process = Job::new(&program, &folders.log("login"), "it was there a moment ago")
        .args(["--emulator"])
        .env("LISTEN", "127.0.0.1:0")
        .start()?;
    let line = process.first_line(START)?;
    match line.split_once(" signs in through ") {
        Some((url, iampass)) => Ok(LoginPage {
            url: url.to_owned(),
            iampass: iampass.trim_end_matches('/').to_owned(),
            _process: process,
        }),
        None => Err(Error::NoAddress { command: process.name().to_owned(), output: process.output() }),
    }
}

#[cfg(test)]
mod tests {
    use super::{PROGRAM, executable};

    #[test]
    fn finds_the_program_among_cargos_messages() {
        let library = r#"{"reason":"compiler-artifact","target":{"name":"iampass"},"executable":null}"#;
        let other = r#"{"reason":"compiler-artifact","target":{"name":"other"},"executable":"/t/other"}"#;
        let program =
            r#"{"reason":"compiler-artifact","target":{"name":"iampass"},"executable":"/t/iampass"}"#;
        let messages = [library, other, "not JSON", r#"{"reason":"build-finished"}"#, program];
        let found: Vec<_> = messages.into_iter().filter_map(|line| executable(line, PROGRAM)).collect();
        assert_eq!(found, [std::path::PathBuf::from("/t/iampass")]);
    }
}
