//! What a test does to an emulator besides calling it: the same from Rust and over HTTP.

use std::sync::Arc;

use crate::error::StateError;
use crate::faults::Faults;
use crate::movable_clock::MovableClock;
use crate::request_log::RequestLog;
use crate::store::Store;

/// The parts of a running emulator that can be looked at and changed.
#[derive(Debug)]
pub(crate) struct Controls {
    pub(crate) store: Arc<Store>,
    pub(crate) log: RequestLog,
    pub(crate) faults: Faults,
    pub(crate) clock: Arc<MovableClock>,
}

impl Controls {
    /// Forgets users, devices, links, requests and faults, and sets the clock right. Applications stay.
    pub(crate) async fn reset(&self) -> Result<(), StateError> {
        self.store.reset().await?;
        self.faults.clear();
        self.clock.reset();
        self.log.clear();
        Ok(())
    }
}
