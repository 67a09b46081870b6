//! The two primitives of Protocol 1.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// How many bytes a SHA-256 hash has.
pub(crate) const HASH: usize = 32;

/// Hashes the concatenation of two texts, one of which is a secret.
pub(crate) fn sha256(first: &[u8], second: &[u8]) -> Zeroizing<[u8; HASH]> {
    Zeroizing::new(Sha256::new().chain_update(first).chain_update(second).finalize().into())
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; HASH] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}
