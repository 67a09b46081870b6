//! Verifying.

pub(crate) mod presented_headers;
pub(crate) mod refusal;
pub(crate) mod replay_memory;
pub(crate) mod verifier;
