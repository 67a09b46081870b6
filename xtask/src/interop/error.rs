//! Why `cargo xtask interop` failed.

use std::path::PathBuf;
use std::time::Duration;

/// Why a step, or the whole run, failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A program that the steps are made of is not on this machine. Install it.
    #[error("`{program}` is not on the PATH: {advice}")]
    Missing {
        /// Its name on the command line.
        program: String,
        /// What to install.
        advice: &'static str,
    },
    /// A program is there but could not be started.
    #[error("`{command}` cannot be started: {source}")]
    Start {
        /// The command line, without its secrets.
        command: String,
        /// The operating system's word.
        source: std::io::Error,
    },
    /// A program ran and said that something is wrong. Its output tells what.
    #[error("`{command}` failed ({status})\n{output}")]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// What it printed.
        output: String,
    },
    /// Python comes without what makes virtual environments, as Debian's does.
    #[error(
        "python3 cannot make virtual environments here; on Debian and Ubuntu: apt-get install python3-venv\n{output}"
    )]
    NoVenv {
        /// What it printed.
        output: String,
    },
    /// A program did not end, or did not say what was waited for, and was stopped.
    #[error("`{command}` took longer than {} s and was stopped\n{output}", limit.as_secs())]
    TimedOut {
        /// The command line.
        command: String,
        /// What it was given.
        limit: Duration,
        /// What it had printed by then.
        output: String,
    },
    /// The emulator's first line does not tell where it listens.
    #[error("`{command}` should begin with the line `listening on http://…`; it printed\n{output}")]
    NoAddress {
        /// The command line.
        command: String,
        /// What it printed instead.
        output: String,
    },
    /// Cargo built the program but does not tell where it put it.
    #[error("cargo built what it was told to, but names no program `{0}`")]
    NoProgram(&'static str),
    /// A file or folder under `target/` or beside the scripts gave trouble.
    #[error("{}: {action}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The operating system's word.
        source: std::io::Error,
    },
    /// A mistake in a copy of the contract went unnoticed. Mend the guard, or the table of mistakes.
    #[error("not caught: {}", .0.join("\n"))]
    Uncaught(Vec<String>),
    /// There is nothing to look at.
    #[error(transparent)]
    Export(#[from] crate::export::Error),
    /// Something is not here that a run can do without. Not a failure; the text says what to install.
    #[error("{0}")]
    Forgone(String),
    /// Some steps failed; what was wrong stands above the table.
    #[error("not passed: {}", .0.join(", "))]
    Steps(Vec<&'static str>),
}

/// Turns an I/O error into [`Error::File`]; for `map_err`.
pub(crate) fn file(path: impl Into<PathBuf>, action: &'static str) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.into();
    move |source| Error::File { path, action, source }
}
