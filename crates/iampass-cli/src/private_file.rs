//! Files that their owner alone may read and write. On other systems than Unix they have the permissions of
//! their folder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PersistError};

use crate::paths::folder_of;

/// A file that appears under its name when it is complete, or not at all. A pipe or a terminal is written to as it is.
pub(crate) struct PrivateFile {
    path: PathBuf,
    /// What takes the name; `None` where the name is a pipe's or a terminal's.
    file: Option<NamedTempFile>,
}

impl PrivateFile {
    /// Fails if there can be no such file, so that this is known before there is something to write.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        if is_stream(path) {
            check_stream(path, &fs::metadata(path)?)?;
            return Ok(Self { path: path.to_owned(), file: None });
        }
        // Its mode is 0600 from the beginning.
        let file = Some(NamedTempFile::new_in(folder_of(path))?);
        let new = Self { path: path.to_owned(), file };
        new.check_replaceable()?;
        Ok(new)
    }

    /// Takes the place of the file that may be there, whose other hard links stay as they are.
    pub(crate) fn replace(self, content: &[u8]) -> io::Result<()> {
        self.check_replaceable()?;
        self.write(content, |file, path| file.persist(path))
    }

    /// Fails if there is something under its name.
    pub(crate) fn keep_new(self, content: &[u8]) -> io::Result<()> {
        self.write(content, |file, path| file.persist_noclobber(path))
    }

    fn write(
        self,
        content: &[u8],
        persist: impl FnOnce(NamedTempFile, &Path) -> Result<File, PersistError>,
    ) -> io::Result<()> {
        let Some(mut file) = self.file else { return write_to_stream(&self.path, content) };
        file.write_all(content)?;
        file.as_file().sync_all()?;
        persist(file, &self.path).map(drop).map_err(|error| error.error)
    }

    /// A device or a symbolic link is not replaced by a file.
    fn check_replaceable(&self) -> io::Result<()> {
        match fs::symlink_metadata(&self.path) {
            Ok(metadata) if self.file.is_some() && !metadata.is_file() => Err(not_regular()),
            _ => Ok(()),
        }
    }
}

pub(crate) fn not_regular() -> io::Error {
    io::Error::other("it is not a regular file")
}

/// Waits for a pipe's reader.
fn write_to_stream(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut stream = OpenOptions::new().write(true).open(path)?;
    // Asked of what was opened, not of whatever had the name before.
    check_stream(path, &stream.metadata()?)?;
    stream.write_all(content)
}

/// Fails if it is a pipe that another user has put there to read what is written. What a path below `/dev` leads to was
/// opened by whoever has started the program.
#[cfg(unix)]
pub(crate) fn check_stream(path: &Path, metadata: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let is_ours = [0, rustix::process::geteuid().as_raw()].contains(&metadata.uid());
    match metadata {
        metadata if !is_of_stream(metadata) => Err(not_regular()),
        _ if is_ours || path.starts_with("/dev") => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is another user's pipe")),
    }
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub(crate) fn check_stream(_path: &Path, _metadata: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Whether it is the name of a pipe or a terminal.
pub(crate) fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| is_of_stream(&metadata))
}

#[cfg(unix)]
fn is_of_stream(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    metadata.file_type().is_fifo() || metadata.file_type().is_char_device()
}

#[cfg(not(unix))]
fn is_of_stream(_metadata: &fs::Metadata) -> bool {
    false
}

/// Opens a file, or creates it. A new one is private, and is not created through a symbolic link.
pub(crate) fn open_or_create(path: &Path, options: &OpenOptions) -> io::Result<File> {
    let mut new = options.clone();
    new.create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    match new.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(path),
        opened => opened,
    }
}

/// Locks an open file until it is closed; `false` if another process has locked it.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        // Not every file system has locks.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Makes sure that a new file's name is on the disk too, where folders are files.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder_of(path))?.sync_all()?;
    }
    Ok(())
}

/// Whether standard output goes to this file.
#[cfg(unix)]
pub(crate) fn is_standard_output(metadata: &fs::Metadata) -> bool {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::MetadataExt as _;
    let own = io::stdout().as_fd().try_clone_to_owned().map(File::from);
    let own = own.and_then(|own| own.metadata());
    own.is_ok_and(|own| (own.dev(), own.ino()) == (metadata.dev(), metadata.ino()))
}

/// Elsewhere it has no name as a file.
#[cfg(not(unix))]
pub(crate) fn is_standard_output(_metadata: &fs::Metadata) -> bool {
    false
}

/// Makes an open file private, unless it is a pipe or a device.
#[cfg(unix)]
pub(crate) fn make_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub(crate) fn make_private(_file: &File) -> io::Result<()> {
    Ok(())
}

/// The mode of a file that others can read or write.
#[cfg(unix)]
pub(crate) fn open_to_others(metadata: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = metadata.mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

/// Other systems have no such mode.
#[cfg(not(unix))]
pub(crate) fn open_to_others(_metadata: &fs::Metadata) -> Option<u32> {
    None
}
