//! Where the nonces come from.

use std::sync::Arc;

use rand::Rng as _;

/// Draws nonces. Any `Fn() -> u64` is one.
///
/// A nonce must never come twice within the verifier's clock window, so a source of one's own is
/// for tests and for reproducing a signature.
pub trait NonceSource: Send + Sync {
    /// A nonce that was not used before.
    fn nonce(&self) -> u64;
}

impl<F: Fn() -> u64 + Send + Sync> NonceSource for F {
    fn nonce(&self) -> u64 {
        self()
    }
}

impl<N: NonceSource + ?Sized> NonceSource for Arc<N> {
    fn nonce(&self) -> u64 {
        (**self).nonce()
    }
}

/// 64 uniformly random bits from the thread's cryptographically secure generator.
///
/// The generator seeds itself from the operating system and panics if the operating system has no
/// randomness to give, since signing with a guessable nonce would be worse.
#[derive(Clone, Copy, Debug, Default)]
pub struct ThreadRngNonce;

impl NonceSource for ThreadRngNonce {
    fn nonce(&self) -> u64 {
        rand::rng().next_u64()
    }
}
