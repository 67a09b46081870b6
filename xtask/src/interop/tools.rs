//! The tools that are not Rust: Python packages, the vendor's among them, and the linters, pinned, under
//! `target/interop/`.
//!
//! Each set of tools lives in a folder that ends with a stamp: the pin files and the interpreter's version. The stamp
//! is written last, so a folder that an interrupted run left behind has none and is made anew.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process;

const STAMP: &str = "interop-stamp";
/// Settings of the caller's that would send programs elsewhere, or change what they print.
const SETTINGS: [&str; 12] = [
    "FORCE_COLOR",
    "IAMPASS_APPLICATION_ID",
    "IAMPASS_APPLICATION_SECRET",
    "IAMPASS_SERVER",
    "NODE_ENV",
    "NODE_OPTIONS",
    "PIP_PREFIX",
    "PIP_TARGET",
    "PIP_USER",
    "PYTEST_ADDOPTS",
    "PYTHONHOME",
    "PYTHONPATH",
];

/// A program without the caller's settings, which reaches servers on this machine directly.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    for setting in SETTINGS {
        command.env_remove(setting);
    }
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1").env("NO_COLOR", "1");
    command
}

/// Where the run's files are.
#[derive(Clone)]
pub(crate) struct Folders {
    /// The repository.
    pub(crate) root: PathBuf,
    /// The scripts and the files with pinned versions.
    pub(crate) scripts: PathBuf,
    /// What is downloaded and made.
    pub(crate) work: PathBuf,
}

impl Folders {
    /// The folders of the repository at `root`; makes those under `target/`.
    pub(crate) fn of(root: &Path) -> Result<Self> {
        let work = root.join("target/interop");
        let logs = work.join("logs");
        fs::create_dir_all(&logs).with_context(|| logs.display().to_string())?;
        Ok(Self { root: root.to_owned(), scripts: root.join("xtask/interop"), work })
    }

    /// Two runs at once would remove each other's tools: the second waits for the first.
    pub(crate) fn lock(&self) -> Result<File> {
        let path = self.work.join("lock");
        let lock = File::create(&path).with_context(|| path.display().to_string())?;
        if lock.try_lock().is_err() {
            println!("another run is at work on {}; waiting for it", self.work.display());
            lock.lock()?;
        }
        Ok(lock)
    }

    /// Where the output of a program goes, less the extension.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.work.join("logs").join(name)
    }

    /// Runs a program and returns the last line that it printed: of the scripts, that line counts their checks.
    pub(crate) fn check(&self, log: &str, command: &mut Command) -> Result<String> {
        let output = process::run(command, &self.log(log))?;
        Ok(output.trim_end().lines().last().unwrap_or_default().to_owned())
    }
}

/// A Python with the packages of one of the requirement files.
#[derive(Clone)]
pub(crate) struct Python {
    interpreter: PathBuf,
    scripts: PathBuf,
}

impl Python {
    /// One of the scripts.
    pub(crate) fn script(&self, name: &str) -> Command {
        let mut command = command(&self.interpreter);
        // No `__pycache__` among the sources.
        command.arg(self.scripts.join(name)).env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("PYTHONUNBUFFERED", "1").env("PYTHONUTF8", "1").env("NO_PROXY", "*").env("no_proxy", "*");
        command
    }

    /// A program that is installed as a module.
    pub(crate) fn module(&self, name: &str) -> Command {
        let mut command = command(&self.interpreter);
        command.args(["-m", name]);
        command
    }
}

/// A Python that has the vendor's package, and what reads the contract.
pub(crate) fn python(folders: &Folders) -> Result<Python> {
    let files = ["build-requirements.txt", "requirements.txt", "guard-requirements.txt"];
    virtual_environment(folders, "venv", &files)
}

/// A Python that has schemathesis, whose many packages would not go with the others for long.
pub(crate) fn schemathesis(folders: &Folders) -> Result<Python> {
    virtual_environment(folders, "schemathesis", &["schemathesis-requirements.txt"])
}

/// A Python that has maturin, which builds wheels.
pub(crate) fn maturin(folders: &Folders) -> Result<Python> {
    virtual_environment(folders, "maturin", &["maturin-requirements.txt"])
}

/// Makes a virtual environment unless it is there.
fn virtual_environment(folders: &Folders, name: &str, requirements: &[&str]) -> Result<Python> {
    let venv = folders.work.join(name);
    let python = Python { interpreter: venv.join("bin/python"), scripts: folders.scripts.clone() };
    let pins: Vec<_> = requirements.iter().map(|file| folders.scripts.join(file)).collect();
    let version = ["-c", "import sys; print(sys.executable, sys.version)"];
    let version = process::run(command("python3").args(version), &folders.log("python-version"))?;
    let stamp = stamp(version, &pins)?;
    if is_current(&venv, &stamp) && python.interpreter.exists() {
        return Ok(python);
    }

    remove(&venv)?;
    process::run(command("python3").args(["-m", "venv"]).arg(&venv), &folders.log(&format!("{name}-made")))
        .context("on Debian and Ubuntu, python3 makes virtual environments with: apt-get install python3-venv")?;
    // Exactly what the files list, byte for byte; and no newer setuptools downloaded beside it.
    for (file, path) in requirements.iter().zip(&pins) {
        let mut pip = command(&python.interpreter);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
            "--no-deps",
        ])
        .args(["--require-hashes", "--no-build-isolation", "--use-pep517", "--requirement"])
        .arg(path);
        process::run(&mut pip, &folders.log(&format!("pip-{file}")))?;
    }
    write_stamp(&venv, &stamp)?;
    Ok(python)
}

/// The linters, and what drives a browser.
#[derive(Clone)]
pub(crate) struct Node {
    home: PathBuf,
    folders: Folders,
}

impl Node {
    /// One of the linters, in the repository's root, with its telemetry off.
    pub(crate) fn linter(&self, name: &str) -> Command {
        let mut command = command(self.home.join("node_modules/.bin").join(name));
        command.current_dir(&self.folders.root).env("REDOCLY_TELEMETRY", "off");
        command.env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        command
    }

    /// One of our own scripts, with the packages that were installed.
    pub(crate) fn script(&self, name: &str) -> Command {
        let mut command = command("node");
        command.arg(self.folders.scripts.join(name)).env("NODE_PATH", self.packages());
        command.env("NO_PROXY", "*").env("no_proxy", "*");
        command
    }

    /// Where the packages are, for `NODE_PATH`.
    pub(crate) fn packages(&self) -> PathBuf {
        self.home.join("node_modules")
    }
}

/// Installs the linters unless they are there.
pub(crate) fn node(folders: &Folders) -> Result<Node> {
    Ok(Node { home: packages(folders, &folders.scripts, "node")?, folders: folders.clone() })
}

/// Installs what a `package-lock.json` pins unless it is there; returns where it is.
pub(crate) fn packages(folders: &Folders, pinned: &Path, name: &str) -> Result<PathBuf> {
    let home = folders.work.join(name);
    let pins = ["package.json", "package-lock.json"].map(|file| pinned.join(file));
    let version = process::run(command("node").arg("--version"), &folders.log("node-version"))?;
    let stamp = stamp(version, &pins)?;
    if is_current(&home, &stamp) && home.join("node_modules/.bin").exists() {
        return Ok(home);
    }

    remove(&home)?;
    fs::create_dir_all(&home)?;
    for pin in &pins {
        fs::copy(pin, home.join(pin.file_name().unwrap_or_default()))?;
    }
    // No install scripts: the only ones among the packages report the installation to their makers.
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];
    process::run(command("npm").args(arguments).current_dir(&home), &folders.log(&format!("npm-{name}")))?;
    write_stamp(&home, &stamp)?;
    Ok(home)
}

/// What a folder of tools is made from.
fn stamp(version: String, pins: &[PathBuf]) -> Result<String> {
    pins.iter().try_fold(version, |stamp, pin| {
        Ok(stamp + &fs::read_to_string(pin).with_context(|| pin.display().to_string())?)
    })
}

fn is_current(folder: &Path, stamp: &str) -> bool {
    fs::read_to_string(folder.join(STAMP)).is_ok_and(|found| found == stamp)
}

fn write_stamp(folder: &Path, stamp: &str) -> Result<()> {
    let path = folder.join(STAMP);
    fs::write(&path, stamp).with_context(|| path.display().to_string())
}

fn remove(folder: &Path) -> Result<()> {
    // Without its stamp the folder counts as unfinished, should the removal be interrupted.
    let _ = fs::remove_file(folder.join(STAMP));
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_current_only_with_the_same_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let tools = folder.path().join("tools");
        assert!(!is_current(&tools, "one"));
        fs::create_dir_all(tools.join("half-made")).unwrap();
        assert!(!is_current(&tools, "one"), "an interrupted run leaves no stamp");
        write_stamp(&tools, "one").unwrap();
        assert!(is_current(&tools, "one"));
        assert!(!is_current(&tools, "two"), "a changed pin file changes the stamp");
        remove(&tools).unwrap();
        assert!(!tools.exists());
        remove(&tools).unwrap();
    }
}
