//! The source of nonces.

use std::sync::Arc;

use rand::Rng as _;

/// A source of nonces. Any `Fn() -> u64` is one.
///
/// A nonce must not be used twice within the verifier's clock window. Use a source other than
/// [`ThreadRngNonce`] in tests only, or to reproduce a signature.
pub trait NonceSource: Send + Sync {
    /// Returns a nonce that was not used before.
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

/// Returns 64 uniformly random bits from the thread's cryptographically secure generator.
///
/// The operating system seeds the generator. It panics if the operating system cannot do so, since
/// signing with a guessable nonce would be worse.
#[derive(Clone, Copy, Debug, Default)]
pub struct ThreadRngNonce;

impl NonceSource for ThreadRngNonce {
    fn nonce(&self) -> u64 {
        rand::rng().next_u64()
    }
}
