//! Any number of users, chunk by chunk.

mod backoff;
mod calls;
mod chunk;
mod event;
mod methods;
mod options;
mod report;
mod seen;
mod send;
mod throttle;

pub use calls::{Bulk, Reports};
pub use chunk::{Chunk, Chunker, SkipReason, SkippedId};
pub use event::{BulkEvent, StopReason};
pub use options::SendOptions;
pub use report::{ChunkReport, ChunkResult, UnfinishedIds};
pub use seen::SeenIds;
#[cfg(feature = "blocking")]
pub(crate) use send::{ADD, ChunkSender, DELETE};
