//! Signing requests.

pub(crate) mod nonce;
pub(crate) mod signed_headers;
pub(crate) mod signer;
