//! The tools that are not Rust: Python packages, the vendor's among them, and the linters, pinned, under
//! `target/interop/`.
//!
//! Each set of tools lives in a folder that ends with a stamp: the pin files and the interpreter's version. The stamp
//! is written last, so a folder that an interrupted run left behind has none and is made anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::{Error, file};
use super::process::{Job, Output};

const INSTALL_PYTHON: &str =
    "install Python 3.11 or later with its venv module (Debian: apt-get install python3-venv)";
const INSTALL_NODE: &str = "install Node.js 20.19 or later, with npm";
const QUICK: Duration = Duration::from_secs(60);
const DOWNLOAD: Duration = Duration::from_secs(600);
/// Settings of the caller's that would send Python, or pip, elsewhere.
const PYTHON_SETTINGS: [&str; 5] = ["PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"];
const STAMP: &str = "interop-stamp";

/// Where the run's files are.
#[derive(Debug, Clone)]
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
    pub(crate) fn of(root: &Path) -> Result<Self, Error> {
        let work = root.join("target/interop");
        let logs = work.join("logs");
        fs::create_dir_all(&logs).map_err(file(&logs, "cannot be made"))?;
        Ok(Self { root: root.to_owned(), scripts: root.join("xtask/interop"), work })
    }

    /// Where the output of a job goes, less the extension.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.work.join("logs").join(name)
    }

    fn script(&self, name: &str) -> PathBuf {
        self.scripts.join(name)
    }
}

/// A Python with the packages of one of the requirement files.
#[derive(Debug)]
pub(crate) struct Python {
    interpreter: PathBuf,
    folders: Folders,
}

impl Python {
    /// One of the scripts, ready to run, cut off from whatever the caller's environment says about Python,
    /// proxies and IAMPASS.
    pub(crate) fn script(&self, name: &str) -> Job {
        let log = self.folders.log(name.trim_end_matches(".py"));
        Job::new(&self.interpreter, &log, INSTALL_PYTHON)
            .args([self.folders.script(name)])
            .without_env(&PYTHON_SETTINGS)
            // No `__pycache__` among the sources.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONUNBUFFERED", "1")
            .env("PYTHONUTF8", "1")
            .env("NO_PROXY", "*")
            .env("no_proxy", "*")
    }
}

/// A Python that has the vendor's package, and what reads the contract.
pub(crate) fn python(folders: &Folders) -> Result<(Python, &'static str), Error> {
    let files = ["build-requirements.txt", "requirements.txt", "guard-requirements.txt"];
    virtual_environment(folders, "venv", &files)
}

/// A Python that has schemathesis, whose many packages would not go with the others for long.
pub(crate) fn schemathesis(folders: &Folders) -> Result<(Python, &'static str), Error> {
    virtual_environment(folders, "schemathesis", &["schemathesis-requirements.txt"])
}

/// Makes a virtual environment unless it is there; says which of the two.
fn virtual_environment(
    folders: &Folders,
    name: &str,
    requirements: &[&str],
) -> Result<(Python, &'static str), Error> {
    let venv = folders.work.join(name);
    let interpreter = venv.join("bin/python");
    let pins: Vec<_> = requirements.iter().map(|file| folders.script(file)).collect();

    let version = Job::new("python3", &folders.log("python-version"), INSTALL_PYTHON)
        .args(["-c", "import sys; print(sys.executable, sys.version)"])
        .run(QUICK)?;
    let stamp = stamp(&version, &pins.iter().collect::<Vec<_>>())?;
    let tools = Python { interpreter: interpreter.clone(), folders: folders.clone() };
    if is_current(&venv, &stamp) && interpreter.exists() {
        return Ok((tools, "as it was"));
    }

    remove(&venv)?;
    Job::new("python3", &folders.log(&format!("{name}-made")), INSTALL_PYTHON)
        .args(["-m".as_ref(), "venv".as_ref(), venv.as_os_str()])
        .without_env(&PYTHON_SETTINGS)
        .run(DOWNLOAD)
        .map_err(|error| match error {
            Error::Failed { output, .. }
                if output.contains("ensurepip") || output.contains("No module named venv") =>
            {
                Error::NoVenv { output }
            }
            other => other,
        })?;
    // Exactly what the files list, byte for byte; and no newer setuptools fetched behind their back.
    for (file, path) in requirements.iter().zip(&pins) {
        Job::new(&interpreter, &folders.log(&format!("pip-{file}")), INSTALL_PYTHON)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"])
            .args(["--no-deps", "--require-hashes", "--no-build-isolation", "--use-pep517", "--requirement"])
            .args([path])
            .without_env(&PYTHON_SETTINGS)
            .run(DOWNLOAD)?;
    }
    write_stamp(&venv, &stamp)?;
    Ok((tools, "made"))
}

/// The linters.
#[derive(Debug)]
pub(crate) struct Node {
    bin: PathBuf,
    folders: Folders,
}

impl Node {
    /// One of the linters, ready to run in the repository's root, told to report to nobody.
    pub(crate) fn linter(&self, name: &str) -> Job {
        Job::new(self.bin.join(name), &self.folders.log(name), INSTALL_NODE)
            .current_dir(&self.folders.root)
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
            .env("NO_COLOR", "1")
            .without_env(&["FORCE_COLOR", "NODE_OPTIONS"])
    }

    /// One of our own scripts, with the packages that were installed.
    pub(crate) fn script(&self, name: &str) -> Job {
        Job::new("node", &self.folders.log(name.trim_end_matches(".mjs")), INSTALL_NODE)
            .args([self.folders.script(name)])
            .env("NODE_PATH", self.packages())
            .env("NO_PROXY", "*")
            .env("no_proxy", "*")
            .without_env(&["NODE_OPTIONS"])
    }

    /// Where the packages are, for `NODE_PATH`.
    pub(crate) fn packages(&self) -> PathBuf {
        self.folders.work.join("node/node_modules")
    }
}

/// Installs the linters unless they are there; says which of the two.
pub(crate) fn node(folders: &Folders) -> Result<(Node, &'static str), Error> {
    let (home, how) = packages(folders, &folders.scripts, "node")?;
    Ok((Node { bin: home.join("node_modules/.bin"), folders: folders.clone() }, how))
}

/// Installs what a `package-lock.json` pins unless it is there; says where it is, and which of the two.
pub(crate) fn packages(
    folders: &Folders,
    pinned: &Path,
    name: &str,
) -> Result<(PathBuf, &'static str), Error> {
    let home = folders.work.join(name);
    let pins = ["package.json", "package-lock.json"];

    let version =
        Job::new("node", &folders.log("node-version"), INSTALL_NODE).args(["--version"]).run(QUICK)?;
    let sources = pins.map(|name| pinned.join(name));
    let stamp = stamp(&version, &[&sources[0], &sources[1]])?;
    if is_current(&home, &stamp) && home.join("node_modules/.bin").exists() {
        return Ok((home, "as they were"));
    }

    remove(&home)?;
    fs::create_dir_all(&home).map_err(file(&home, "cannot be made"))?;
    for (name, source) in pins.iter().zip(&sources) {
        fs::copy(source, home.join(name)).map_err(file(source, "cannot be copied"))?;
    }
    // No install scripts: the only ones among the packages report the installation to their makers.
    Job::new("npm", &folders.log(&format!("npm-{name}")), INSTALL_NODE)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"])
        .current_dir(&home)
        .run(DOWNLOAD)?;
    write_stamp(&home, &stamp)?;
    Ok((home, "installed"))
}

/// What a folder of tools is made from.
fn stamp(version: &Output, pins: &[&PathBuf]) -> Result<String, Error> {
    let mut stamp = version.stdout.clone();
    for pin in pins {
        stamp += &fs::read_to_string(pin).map_err(file(*pin, "cannot be read"))?;
    }
    Ok(stamp)
}

fn is_current(folder: &Path, stamp: &str) -> bool {
    fs::read_to_string(folder.join(STAMP)).is_ok_and(|found| found == stamp)
}

fn write_stamp(folder: &Path, stamp: &str) -> Result<(), Error> {
    let path = folder.join(STAMP);
    fs::write(&path, stamp).map_err(file(&path, "cannot be written"))
}

fn remove(folder: &Path) -> Result<(), Error> {
    // Without its stamp the folder counts as unfinished, should the removal be interrupted.
    let _ = fs::remove_file(folder.join(STAMP));
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(file(folder, "cannot be removed")(source))
        }
        _ => Ok(()),
    }
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
