//! Any number of users, chunk by chunk.

mod calls;
mod chunk;
mod methods;
mod report;
mod seen;

pub use calls::{Bulk, Reports};
#[cfg(feature = "blocking")]
pub(crate) use calls::{SendChunk, add, delete, send_chunk};
pub use chunk::{Chunk, Chunker, SkipReason, SkippedId};
pub use report::{ChunkReport, ChunkResult};
pub use seen::SeenIds;
