//! The files of `--import` and `--export`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use iampass_emulator::{Emulator, Snapshot};

use crate::args::EmulatorOptions;
use crate::error::CommandError;
use crate::paths::real_path;
use crate::private_file::PrivateFile;

/// The file of an option cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the file of `{option}` cannot be {action}: {}", path.display())]
pub(super) struct FileError {
    option: &'static str,
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl CommandError for FileError {}

/// Reads the file of `--import`.
pub(super) fn read(path: &Path) -> Result<Snapshot, FileError> {
    let text = fs::read_to_string(path).map_err(failed("--import", "read", path))?;
    serde_json::from_str(&text)
        .map_err(|error| failed("--import", "read", path)(io::Error::other(reason(&error))))
}

/// What is wrong with JSON, without the value that is wrong: it may be a secret.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    if message.starts_with("invalid type") || message.starts_with("invalid value") {
        return format!("a value of the wrong type at line {} column {}", error.line(), error.column());
    }
    message
}

/// Fails if the file of `--export` or `--tls-ca` would take the place of another file of the emulator's.
pub(super) fn check_distinct(options: &EmulatorOptions) -> Result<(), FileError> {
    let mut taken = Vec::new();
    if let Some(data) = &options.data {
        let beside = ["", "-wal", "-shm", "-lock", "-journal"];
        taken.extend(beside.map(|suffix| {
            let mut name = real_path(data).into_os_string();
            name.push(suffix);
            PathBuf::from(name)
        }));
    }
    for (option, path) in [("--export", &options.export), ("--tls-ca", &options.tls.tls_ca)] {
        let Some(path) = path else { continue };
        let real = real_path(path);
        if taken.contains(&real) {
            let source = io::Error::other("another option names this file");
            return Err(failed(option, "written", path)(source));
        }
        taken.push(real);
    }
    Ok(())
}

/// Fails if the file of `--export` cannot be written, so that this is known at the start.
pub(super) fn check_writable(path: &Path) -> Result<(), FileError> {
    PrivateFile::create(path).map(drop).map_err(failed("--export", "written", path))
}

/// Writes the file of `--export`.
pub(super) fn write(emulator: &Emulator, path: &Path) -> Result<(), FileError> {
    let state = || -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(&emulator.export().map_err(io::Error::other)?)?;
        text.push(b'\n');
        PrivateFile::create(path)?.replace(&text)
    };
    state().map_err(failed("--export", "written", path))
}

/// The failure of an option's file.
pub(super) fn failed(
    option: &'static str,
    action: &'static str,
    path: impl Into<PathBuf>,
) -> impl FnOnce(io::Error) -> FileError {
    let path = path.into();
    move |source| FileError { option, action, path, source }
}
