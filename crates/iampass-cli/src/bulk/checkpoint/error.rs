//! What is wrong with a checkpoint.

use std::io;

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
    #[error("another run is using it")]
    InUse,
    #[error("it is no checkpoint of this program")]
    Foreign,
    #[error("it is a checkpoint of another release (format {found}, this program has {ours})")]
    Release { found: u64, ours: u64 },
    #[error("its line {line} cannot be read")]
    Damaged { line: u64 },
    #[error("it was begun with {before}, not with {now}")]
    Other { before: String, now: String },
    #[error("the input has changed since: it had {before} bytes and has {now}")]
    Length { before: u64, now: u64 },
    #[error("the input has changed since: it is as long as it was, but not the same")]
    Content,
    #[error("the input has changed since: lines {first} to {last} are not what they were")]
    Lines { first: u64, last: u64 },
    #[error("the input has changed since: it ends before chunks that were done")]
    Shorter,
}

impl CheckpointProblem {
    pub(in crate::bulk) fn exit(&self) -> Exit {
        match self {
            Self::Write(_) | Self::Read(_) | Self::Lines { .. } | Self::Shorter => Exit::Failed,
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
            Self::Foreign | Self::Release { .. } => {
                "the file was left as it is, and nothing was sent; name another"
            }
            Self::Damaged { .. } => {
                "the file was left as it is, and nothing was sent. With another file, all is sent from the \
                 start: ids that are done do no harm"
            }
            Self::Other { .. } | Self::Length { .. } | Self::Content => {
                "nothing was sent. Go on with what it was begun with, or name another file to start anew"
            }
            Self::Lines { .. } | Self::Shorter => {
                "go on with the input that it was begun with, or name another file to start anew"
            }
        }
    }
}
