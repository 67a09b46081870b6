//! The header names of Protocol 1.
//!
//! These are the names that the vendor's clients send. The vendor's page spells them differently
//! (`X-IAMPASS-Authentiaction-…`).

/// Carries application id, nonce and signature. Not `Authorization`.
pub const AUTHENTICATION: &str = "Authentication";
/// Carries the time of signing in Unix seconds.
pub const TIMESTAMP: &str = "X-IAMPASS-Authentication-Timestamp";
/// Carries the protocol's version.
pub const VERSION: &str = "X-IAMPASS-Authentication-Version";
/// Carries the protocol's version under the name that the vendor's Python package sends.
pub const VERSION_VENDOR_SPELLING: &str = "X-IAMOASS-Authentication-Version";
/// The version of the protocol that this crate speaks.
pub const PROTOCOL_VERSION: &str = "1";
