//! Files that their owner alone may read and write. On other systems than Unix they have the permissions of
//! their folder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file that appears under its name when it is complete, or not at all.
pub(crate) struct PrivateFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl PrivateFile {
    /// Fails if there can be no such file, so that this is known before there is something to write.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Its mode is 0600 from the beginning.
        let file = NamedTempFile::new_in(folder)?;
        let new = Self { path: path.to_owned(), file };
        new.check_replaceable()?;
        Ok(new)
    }

    /// Takes the place of the file that may be there, whose other hard links stay as they are.
    pub(crate) fn replace(mut self, content: &[u8]) -> io::Result<()> {
        self.write(content)?;
        self.check_replaceable()?;
        self.file.persist(&self.path).map(drop).map_err(|error| error.error)
    }

    /// Fails if there is something under its name.
    pub(crate) fn keep_new(mut self, content: &[u8]) -> io::Result<()> {
        self.write(content)?;
        self.file.persist_noclobber(&self.path).map(drop).map_err(|error| error.error)
    }

    fn write(&mut self, content: &[u8]) -> io::Result<()> {
        self.file.write_all(content)?;
        self.file.as_file().sync_all()
    }

    /// A device or a symbolic link is not replaced by a file.
    fn check_replaceable(&self) -> io::Result<()> {
        match fs::symlink_metadata(&self.path) {
            Ok(metadata) if !metadata.is_file() => Err(io::Error::other("it is not a regular file")),
            _ => Ok(()),
        }
    }
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
