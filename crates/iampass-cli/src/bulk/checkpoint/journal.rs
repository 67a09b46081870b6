//! The file that the journal is in.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use serde::Serialize;

use super::error::CheckpointProblem;
use super::header::Header;
use super::read::{Earlier, ParsedCheckpoint, Record, read};
use crate::bulk::outcome_counts::OutcomeCounts;
use crate::private_file;

/// An open checkpoint. As long as it is open, no other run can open it.
#[derive(Debug)]
pub(in crate::bulk) struct Journal {
    file: File,
}

impl Journal {
    /// Opens a checkpoint. Nothing of the file is changed unless it is this run's. `None` in the place of
    /// what was done says that it is new; it has to be [begun](Self::start) then.
    pub(in crate::bulk) fn open(
        path: &Path,
        header: &Header,
    ) -> Result<(Self, Option<Earlier>), CheckpointProblem> {
        if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(CheckpointProblem::NotAFile);
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        let mut file = private_file::open_or_create(path, &options).map_err(CheckpointProblem::Open)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(CheckpointProblem::InUse),
            // Not every file system has locks.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(CheckpointProblem::Open(error)),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(CheckpointProblem::Read)?;
        let mut journal = Self { file };
        match read(&bytes)? {
            None => {
                private_file::make_private(&journal.file).map_err(CheckpointProblem::Open)?;
                Ok((journal, None))
            }
            Some(ParsedCheckpoint { header: before, earlier, length }) => {
                header.check_compatible(&before)?;
                private_file::make_private(&journal.file).map_err(CheckpointProblem::Open)?;
                journal.cut_at(length).map_err(CheckpointProblem::Write)?;
                Ok((journal, Some(earlier)))
            }
        }
    }

    /// Writes the first line of a new checkpoint.
    pub(in crate::bulk) fn start(&mut self, path: &Path, header: &Header) -> Result<(), CheckpointProblem> {
        let mut start = || {
            self.cut_at(0)?;
            self.append(header)?;
            self.file.sync_all()?;
            sync_folder_of(path)
        };
        start().map_err(CheckpointProblem::Write)
    }

    /// This chunk is about to be sent. When this returns, that is on the disk, and all before it.
    pub(in crate::bulk) fn begin(&mut self, chunk: u64) -> Result<(), CheckpointProblem> {
        self.append(&Record::Begun { begun: chunk })
            .and_then(|()| self.file.sync_data())
            .map_err(CheckpointProblem::Write)
    }

    /// This chunk need not be sent again.
    pub(in crate::bulk) fn finish(
        &mut self,
        chunk: u64,
        outcomes: OutcomeCounts,
        digest: Option<String>,
    ) -> Result<(), CheckpointProblem> {
        self.append(&Record::Done { done: chunk, outcomes, digest }).map_err(CheckpointProblem::Write)
    }

    pub(in crate::bulk) fn sync(&self) -> Result<(), CheckpointProblem> {
        self.file.sync_data().map_err(CheckpointProblem::Write)
    }

    fn cut_at(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.file.seek(SeekFrom::Start(length)).map(drop)
    }

    fn append(&mut self, record: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.file.write_all(&line)
    }
}

/// Makes sure that a new file's name is on the disk too, where folders are files.
pub(in crate::bulk) fn sync_folder_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
