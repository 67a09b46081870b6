//! Verifying requests.

pub(crate) mod presented_headers;
pub(crate) mod refusal;
mod replay_memory;
pub(crate) mod signed_text;
mod used_nonces;
pub(crate) mod verifier;

pub use replay_memory::DEFAULT_REPLAY_CAPACITY;
