//! The files of a database. They hold secrets, so they are for their owner alone.
//!
//! Nothing here opens a database file: closing it would end the locks that `SQLite` holds on it for the
//! whole process.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::DataError;

/// What the names of a database's files end in. The first one is ours, the others are `SQLite`'s.
const SUFFIXES: [&str; 5] = [LOCK, "", "-journal", "-shm", "-wal"];
const LOCK: &str = "-lock";

/// The empty file that is locked as long as the database is in use.
pub(super) fn lock_file(database: &Path) -> PathBuf {
    with_suffix(database, LOCK)
}

/// Creates an empty file if there is none. A symbolic link is not followed, not even one to nowhere.
pub(super) fn create_if_missing(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_created) => sync_directory(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Lets the file's name survive a power loss.
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // Elsewhere a directory cannot be opened as a file, and its entries are written through.
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

/// Refuses files that have another name, or are no files at all.
pub(super) fn check(database: &Path) -> Result<(), DataError> {
    for (path, metadata) in present(database)? {
        if !metadata.is_file() {
            return Err(DataError::NotRegular { path });
        }
        // Elsewhere std does not know.
        #[cfg(unix)]
        match std::os::unix::fs::MetadataExt::nlink(&metadata) {
            1 => {}
            links => return Err(DataError::HardLinks { path, links }),
        }
    }
    Ok(())
}

/// Takes the files from everybody but their owner. `SQLite` gives new ones the mode of the database.
#[cfg(unix)]
pub(super) fn make_private(database: &Path) -> Result<(), DataError> {
    use std::os::unix::fs::PermissionsExt as _;
    for (path, metadata) in present(database)? {
        if metadata.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
                .map_err(|source| DataError::OpenToOthers { path, source })?;
        }
    }
    Ok(())
}

/// Files have the permissions of their folder.
#[cfg(not(unix))]
pub(super) fn make_private(_database: &Path) -> Result<(), DataError> {
    Ok(())
}

/// The database's files that are there. Symbolic links are not followed.
fn present(database: &Path) -> Result<Vec<(PathBuf, Metadata)>, DataError> {
    let mut present = Vec::new();
    for suffix in SUFFIXES {
        let path = with_suffix(database, suffix);
        match fs::symlink_metadata(&path) {
            Ok(metadata) => present.push((path, metadata)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(DataError::File(error)),
        }
    }
    Ok(present)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
