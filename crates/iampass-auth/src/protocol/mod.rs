//! Authentication Protocol 1, stage by stage, as pure functions.
//!
//! ```text
//! N, T      = nonce and Unix seconds, in decimal, unpadded
//! token     = first 16 bytes of SHA-256(N ‖ secret)
//! U         = the URL as sent, without `scheme://`
//! message   = N ‖ U ‖ T
//! digest    = first 16 bytes of HMAC-SHA-256(key = token, message)
//! signature = base64(digest), with padding
//! ```
//!
//! This is what the vendor's shipped clients compute. The vendor's page differs in the token (raw
//! nonce bytes), the URL (with scheme) and the message (its worked example has no timestamp).
//!
//! [`token`], [`message`] and [`digest`] are the stages one by one; [`request_digest`] runs them all.

pub(crate) mod authentication;
pub(crate) mod canonical_url;
pub(crate) mod crypto;
pub(crate) mod decimal;
pub mod headers;
mod signature;

pub use signature::{Digest, Token, digest, message, request_digest, signature_matches, token};
