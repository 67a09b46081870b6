//! The checkpoint: a journal in JSON Lines, first what the run is, then what it does.
//!
//! ```text
//! {"iampass_checkpoint":1,"operation":"import",…}
//! {"begun":0}
//! {"done":0,"outcomes":{"created":990,"existing":10}}
//! ```
//!
//! It only grows, so a crash can spoil its last line and no other, and that one is dropped. `begun` is on
//! the disk before the chunk is sent, and with it all that came before; `done` is there as soon as the
//! system writes it, at the latest with the next `begun`. So of the chunks that are sent, no more than are
//! in flight at one time can be missing, whatever happens.

mod header;
mod journal;
mod read;

use std::io;

pub(super) use self::header::Header;
pub(super) use self::journal::{Earlier, Journal, sync_folder_of};

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
