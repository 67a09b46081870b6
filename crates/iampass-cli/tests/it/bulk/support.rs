//! A folder with an input, and an emulator to send it to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use iampass_emulator::Emulator;
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Run, emulator, iampass_at, run};

/// A place to import from.
pub(super) struct Desk {
    pub(super) emulator: Emulator,
    pub(super) folder: TempDir,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self::at(emulator())
    }

    pub(super) fn at(emulator: Emulator) -> Self {
        Self { emulator, folder: tempfile::tempdir().unwrap() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// `iampass users …` in the folder.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = iampass_at(self.emulator.base_url());
        command.current_dir(self.folder.path()).arg("users").args(arguments);
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        run(&mut self.command(arguments))
    }

    /// With a text as standard input.
    pub(super) fn piped(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Run {
        self.write("standard input", input);
        let mut command = self.command(arguments);
        // A pipe, not a file: the program may not look at it twice.
        let mut cat = Command::new("cat")
            .arg(self.path("standard input"))
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        command.stdin(cat.stdout.take().unwrap());
        let run = run(&mut command);
        drop(command);
        cat.wait().unwrap();
        run
    }

    pub(super) fn users(&self) -> Vec<String> {
        let users = self.emulator.users(self.emulator.credentials().application_id()).unwrap();
        users.into_iter().map(String::from).collect()
    }

    /// The lengths of the bodies that have come.
    pub(super) fn requests(&self) -> Vec<u64> {
        self.emulator.requests().iter().filter_map(|request| request.body_bytes).collect()
    }

    /// Each id's outcomes in a report in JSON Lines.
    pub(super) fn report(&self, name: &str) -> BTreeMap<String, Vec<String>> {
        let mut outcomes = BTreeMap::<String, Vec<String>>::new();
        for line in self.read(name).lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            outcomes.entry(text("id")).or_default().push(text("outcome"));
        }
        outcomes
    }
}

/// The JSON on standard output.
pub(super) fn json(run: &Run) -> Value {
    let json = serde_json::from_str(&run.stdout);
    assert!(json.is_ok(), "{run:?}");
    json.unwrap()
}

/// Waits for something that comes in milliseconds, on a busy machine in seconds.
#[track_caller]
#[cfg(unix)]
pub(super) fn until(condition: impl Fn() -> bool) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !condition() {
        assert!(std::time::Instant::now() < deadline, "it does not come");
        std::thread::yield_now();
    }
}

/// What a checkpoint says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Mark {
    pub(super) begun: u64,
    pub(super) open: Vec<(u64, u64)>,
    pub(super) failed: Vec<(u64, u64)>,
}

impl Mark {
    /// Whether so many ids are done, and none is left to be sent again.
    pub(super) fn is_all_of(&self, ids: u64) -> bool {
        self.begun == ids && self.open.is_empty() && self.failed.is_empty()
    }
}

/// The mark in a checkpoint; if it is not there yet, nothing is begun.
pub(super) fn mark(checkpoint: &Path) -> Mark {
    let Ok(text) = std::fs::read_to_string(checkpoint) else { return Mark::default() };
    let mut content: Value = serde_json::from_str(&text).unwrap();
    serde_json::from_value(content["mark"].take()).unwrap()
}
