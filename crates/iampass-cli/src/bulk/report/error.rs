//! What is wrong with a report.

use std::io;

use crate::exit::Exit;

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReportProblem {
    #[error("it cannot be opened")]
    Open(#[source] io::Error),
    #[error("it is standard output, where the summary goes")]
    StandardOutput,
    #[error("another run is using it")]
    InUse,
    #[error("it is there already")]
    Exists,
    #[error("it is not there, and the checkpoint has ids that are in it")]
    Missing,
    #[error("it cannot be read")]
    Read(#[source] io::Error),
    #[error("it cannot be written")]
    Write(#[source] io::Error),
    #[error("it is not the report that belongs to the checkpoint")]
    Other,
}

impl ReportProblem {
    pub(in crate::bulk) fn exit(&self) -> Exit {
        match self {
            Self::Write(_) | Self::Read(_) => Exit::Failed,
            _ => Exit::Usage,
        }
    }

    pub(in crate::bulk) fn hint(&self) -> &'static str {
        match self {
            Self::InUse => "name another file, or wait until that run has ended; nothing was sent",
            Self::StandardOutput => "name another file, or lead standard output elsewhere; nothing was sent",
            Self::Exists => "name another file, or move this one away; nothing was sent",
            Self::Open(_) => "name a file in a folder that you can write in; nothing was sent",
            Self::Read(_) => "nothing was sent",
            Self::Write(_) => {
                "make room, then run the same command again. With `--checkpoint FILE` it completes the report; \
                 without, give the report another name"
            }
            Self::Missing | Self::Other => {
                "nothing was sent, and the file is as it was. Put back the report that was written \
                 with this checkpoint, or start anew with another checkpoint and another report"
            }
        }
    }
}
