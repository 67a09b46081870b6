//! The program `iampass`: built, found, and run as an emulator.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, bail};

use super::tools::{Folders, command};
use crate::process::{self, Running};

pub(crate) const PROGRAM: &str = "iampass";

/// Id and secret of the two applications that every check uses. Made up; the secrets open nothing.
pub(crate) const APPLICATIONS: [(&str, &str); 2] = [
    ("0123456789abcdef0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"),
    ("fedcba9876543210fedcba9876543210", "543210ZYXWVUTSRQPONMLKJIHGFEDCBA"),
];

/// All of the workspace, as its tests have it: for one package alone, cargo would build most of it again with fewer
/// features.
const AS_TESTED: [&str; 3] = ["--workspace", "--bins", "--examples"];

/// Builds the program and asks cargo, which alone knows, where it is.
pub(crate) fn build(folders: &Folders) -> Result<PathBuf> {
    built(folders, PROGRAM, &AS_TESTED)
}

/// Builds with these arguments, and returns the path of `target`.
pub(crate) fn built(folders: &Folders, target: &str, what: &[&str]) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--locked", "--message-format", "json-render-diagnostics"])
        .args(what)
        .current_dir(&folders.root);
    let output = process::run(&mut cargo, &folders.log(&format!("build-{target}")))?;
    let found = output.lines().find_map(|line| executable(line, target));
    found.with_context(|| format!("cargo has built no program `{target}`"))
}

/// The path in one of cargo's messages, if it is the one about the program.
fn executable(line: &str, target: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    (message["reason"] == "compiler-artifact" && message["target"]["name"] == target)
        .then(|| message["executable"].as_str().map(PathBuf::from))?
}

/// The settings of the first application.
pub(crate) fn with_application(command: &mut Command) -> &mut Command {
    let (id, secret) = APPLICATIONS[0];
    command.env("IAMPASS_APPLICATION_ID", id).env("IAMPASS_APPLICATION_SECRET", secret)
}

/// A running server; stops when dropped.
pub(crate) struct Server {
    /// Where a browser looks at it.
    pub(crate) url: String,
    /// The emulator's address, as `IAMPASS_SERVER` has it.
    pub(crate) iampass: String,
    _process: Running,
}

/// Starts the emulator with both applications on a free port.
pub(crate) fn emulator(program: &Path, folders: &Folders) -> Result<Server> {
    // Several run at the same time, each with a log of its own.
    static STARTED: AtomicUsize = AtomicUsize::new(0);
    let log = format!("emulator-{}", STARTED.fetch_add(1, Ordering::Relaxed));
    let mut command = command(program);
    command.args(["emulator", "--listen", "127.0.0.1:0"]);
    for (id, secret) in APPLICATIONS {
        command.args(["--application".to_owned(), format!("{id}:{secret}")]);
    }
    let mut process = process::start(&mut command, &folders.log(&log))?;
    let line = process.first_line()?;
    match line.strip_prefix("listening on ") {
        Some(url) if url.starts_with("http://127.0.0.1:") => {
            Ok(Server { url: url.to_owned(), iampass: url.to_owned(), _process: process })
        }
        _ => {
            bail!("`iampass emulator` should begin with the line `listening on http://…`; it printed\n{line}")
        }
    }
}

/// Builds the example of a login page and starts it on a free port, with the emulator that it brings along.
pub(crate) fn login_page(folders: &Folders) -> Result<Server> {
    let program = built(folders, "login", &AS_TESTED)?;
    let mut command = command(program);
    let mut process =
        process::start(command.arg("--emulator").env("LISTEN", "127.0.0.1:0"), &folders.log("login"))?;
    let line = process.first_line()?;
    let (url, iampass) = line.split_once(" signs in through ").with_context(|| {
        format!("`login` should begin with the line `… signs in through …`; it printed\n{line}")
    })?;
    let iampass = iampass.trim_end_matches('/').to_owned();
    Ok(Server { url: url.to_owned(), iampass, _process: process })
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
