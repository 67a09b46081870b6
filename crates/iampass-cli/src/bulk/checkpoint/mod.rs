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

mod error;
mod header;
mod journal;
mod read;

pub(crate) use self::error::CheckpointProblem;
pub(super) use self::header::Header;
pub(super) use self::journal::{Journal, sync_folder_of};
pub(super) use self::read::Earlier;
