//! What is wrong with a checkpoint.

use std::io;
use std::path::PathBuf;

use crate::exit::Exit;

/// Why a checkpoint cannot be used. None of these changes the file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckpointProblem {
    #[error("it cannot be opened")]
    Open(#[source] io::Error),
    #[error("it cannot be read")]
    Read(#[source] io::Error),
    #[error("it cannot be written")]
    Write(#[source] io::Error),
    #[error("it is not a regular file")]
    NotAFile,
    #[error("`{}`, which is locked while it is used, is not a regular file", .0.display())]
    LockNotAFile(PathBuf),
    #[error("another run is using it")]
    InUse,
    #[error("it is no checkpoint of this program")]
    Foreign,
    #[error("it is a checkpoint of another release (format {found}, this program has {ours})")]
    Release { found: u64, ours: u64 },
    #[error("it is damaged")]
    Damaged,
    #[error("it was begun with {before}, not with {now}")]
    Other { before: String, now: String },
    #[error("the input is not the one that it was begun with: of its first {ids} ids, some are others")]
    Changed { ids: u64 },
    #[error(
        "the input is not the one that it was begun with: it has {now} ids, and {before} were read before"
    )]
    Shorter { before: u64, now: u64 },
}

impl CheckpointProblem {
    pub(in crate::bulk) fn exit(&self) -> Exit {
        match self {
            Self::Write(_) | Self::Read(_) => Exit::Failed,
            _ => Exit::Usage,
        }
    }

    pub(in crate::bulk) fn hint(&self) -> &'static str {
        match self {
            Self::Open(_) | Self::NotAFile => {
                "name a file in a folder that you can write in; nothing was sent"
            }
            Self::Read(_) => "nothing was sent",
            Self::Write(_) => {
                "make room, then run the same command again: no id is lost, and at most the requests that \
                 were in flight are sent again"
            }
            Self::InUse => "wait until it has ended; nothing was sent",
            Self::LockNotAFile(_) => "move it away, or name another checkpoint; nothing was sent",
            Self::Foreign => "the file was left as it is, and nothing was sent; name another",
            Self::Release { .. } | Self::Damaged => {
                "the file was left as it is, and nothing was sent. With another file, all is sent from the \
                 start: ids that are done do no harm"
            }
            Self::Other { .. } | Self::Changed { .. } | Self::Shorter { .. } => {
                "nothing was sent. Go on with what it was begun with, or name another file to start anew"
            }
        }
    }
}
