//! The checkpoint: a small file in JSON that says how far an input is done, and of which run.
//!
//! ```text
//! {"iampass_checkpoint":2,"run":{"operation":"import",…},"mark":{"begun":3000,"open":[[2001,3000]],…}}
//! ```
//!
//! It is replaced as a whole before each chunk is sent, so a crash leaves the last one or the one before. Both operations
//! may be repeated: what a checkpoint does not yet say is done is sent again.

mod error;
mod mark;

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub(crate) use self::error::CheckpointProblem;
pub(super) use self::mark::{Mark, Place};
use super::operation::Operation;
use super::report_format::ReportFormat;
use crate::private_file::{self, PrivateFile};

/// The format's number. It changes when older programs could not read it any more.
const FORMAT: u64 = 2;

/// What has to be the same for a run to resume from a checkpoint. It names no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Run {
    pub(super) operation: Operation,
    pub(super) server: String,
    pub(super) application_id: String,
    pub(super) keep_duplicates: bool,
    /// The format of the report, if there is one.
    pub(super) report: Option<ReportFormat>,
}

/// What is in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    /// First, so that a file is known by its beginning.
    iampass_checkpoint: u64,
    run: Run,
    mark: Mark,
}

/// A checkpoint that no other run can use as long as this one has it.
#[derive(Debug)]
pub(super) struct Checkpoint {
    path: PathBuf,
    run: Run,
    /// What the file has; `None` if it is new.
    saved: Option<Mark>,
    /// The checkpoint itself is another file each time that it is replaced.
    _lock: File,
}

impl Checkpoint {
    /// Opens a checkpoint. The file is left as it is, but for its mode if it is this run's. There is no mark if it is new.
    pub(super) fn open(path: &Path, run: Run) -> Result<(Self, Option<Mark>), CheckpointProblem> {
        let found = std::fs::symlink_metadata(path);
        if found.as_ref().is_ok_and(|metadata| !metadata.is_file()) {
            return Err(CheckpointProblem::NotAFile);
        }
        let lock = lock(path)?;
        let mark = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(CheckpointProblem::Open(error)),
            Ok(file) => {
                let mut content = Vec::new();
                (&file).read_to_end(&mut content).map_err(CheckpointProblem::Read)?;
                let mark = if content.is_empty() { None } else { Some(read(&content, &run)?) };
                private_file::make_private(&file).map_err(CheckpointProblem::Open)?;
                mark
            }
        };
        Ok((Self { path: path.to_owned(), run, saved: mark.clone(), _lock: lock }, mark))
    }

    /// Replaces the file, unless it has this already. When this returns, the new one is on the disk; a power loss may
    /// still bring back the one before.
    pub(super) fn save(&mut self, mark: &Mark) -> Result<(), CheckpointProblem> {
        if self.saved.as_ref() == Some(mark) {
            return Ok(());
        }
        let content = Content { iampass_checkpoint: FORMAT, run: self.run.clone(), mark: mark.clone() };
        let write = || {
            let mut text = serde_json::to_vec(&content)?;
            text.push(b'\n');
            PrivateFile::create(&self.path)?.replace(&text)
        };
        write().map_err(CheckpointProblem::Write)?;
        self.saved = Some(content.mark);
        Ok(())
    }
}

/// Locks the file `FILE.lock`, which stays: to remove it could take it from a run that has just opened it.
fn lock(path: &Path) -> Result<File, CheckpointProblem> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    if std::fs::symlink_metadata(&name).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(CheckpointProblem::LockNotAFile(name));
    }
    let opened = private_file::open_or_create(&name, OpenOptions::new().write(true));
    let file = opened.map_err(CheckpointProblem::Open)?;
    if private_file::try_lock(&file).map_err(CheckpointProblem::Open)? {
        Ok(file)
    } else {
        Err(CheckpointProblem::InUse)
    }
}

fn read(content: &[u8], run: &Run) -> Result<Mark, CheckpointProblem> {
    let text = String::from_utf8_lossy(content);
    let Some(rest) = text.strip_prefix("{\"iampass_checkpoint\":") else {
        return Err(CheckpointProblem::Foreign);
    };
    let digits = rest.split(|character: char| !character.is_ascii_digit()).next();
    match digits.unwrap_or_default().parse() {
        Ok(FORMAT) => {}
        Ok(found) => return Err(CheckpointProblem::Release { found, ours: FORMAT }),
        Err(_) => return Err(CheckpointProblem::Damaged),
    }
    let content: Content = serde_json::from_str(&text).map_err(|_| CheckpointProblem::Damaged)?;
    for (before, now) in content.run.phrases().into_iter().zip(run.phrases()) {
        if before != now {
            return Err(CheckpointProblem::Other { before, now });
        }
    }
    if content.mark.is_sound() { Ok(content.mark) } else { Err(CheckpointProblem::Damaged) }
}

impl Run {
    /// For people.
    fn phrases(&self) -> [String; 5] {
        let either = |this: bool, one: &str, other: &str| if this { one } else { other }.to_owned();
        [
            format!("`{}`", self.operation.name()),
            format!("the server {}", self.server),
            format!("the application {}", self.application_id),
            either(self.keep_duplicates, "`--keep-duplicates`", "duplicates skipped"),
            match self.report {
                Some(ReportFormat::Csv) => "a report in CSV".to_owned(),
                Some(ReportFormat::Json) => "a report in JSON Lines".to_owned(),
                None => "no report".to_owned(),
            },
        ]
    }
}
