//! The clock that timestamps are read from.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the present time. Any `Fn() -> u64` is one.
pub trait Clock: Send + Sync {
    /// Returns the present time in seconds since 1970-01-01T00:00:00Z.
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

/// The operating system's clock. It reads 0 if it is set to a time before 1970.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn unix_seconds(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
    }
}
