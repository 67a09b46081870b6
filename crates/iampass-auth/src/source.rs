//! Where the time and the nonces come from.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rand::Rng as _;

/// Tells the time. Any `Fn() -> u64` is one.
pub trait Clock: Send + Sync {
    /// Seconds since 1970-01-01T00:00:00Z.
    fn unix_seconds(&self) -> u64;
}

impl<F: Fn() -> u64 + Send + Sync> Clock for F {
    fn unix_seconds(&self) -> u64 {
        self()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn unix_seconds(&self) -> u64 {
        (**self).unix_seconds()
    }
}

/// The machine's clock. A clock that is set before 1970 reads 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn unix_seconds(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
    }
}

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
