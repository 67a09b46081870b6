//! Folders for the targets that need files.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use tempfile::TempDir;

/// A folder in memory where there is one: the program syncs what it writes, many times for one input.
pub(crate) fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.unwrap()
}

/// Writes a file that only its owner can read.
pub(crate) fn write(path: &Path, content: &[u8]) {
    fs::remove_file(path).ok();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).unwrap().write_all(content).unwrap();
}

/// What a person reads is a few lines without anything that steers a terminal.
pub(crate) fn assert_readable(told: &str) {
    assert!(told.starts_with("error: "), "{told}");
    assert!(told.lines().count() <= 4 && !told.chars().any(|c| c.is_control() && c != '\n'), "{told:?}");
}
