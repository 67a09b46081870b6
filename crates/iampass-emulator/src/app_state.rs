//! What the handlers of requests and the library's own methods share.

use std::sync::Arc;

use crate::error::StateError;
use crate::faults::Faults;
use crate::movable_clock::MovableClock;
use crate::request_log::RequestLog;
use crate::store::Store;

/// The parts of a running emulator that can be looked at and changed.
#[derive(Debug)]
pub(crate) struct AppState {
    pub(crate) store: Arc<Store>,
    pub(crate) log: RequestLog,
    pub(crate) faults: Faults,
    pub(crate) clock: Arc<MovableClock>,
}

impl AppState {
    /// Forgets users, devices, links, requests and faults, and sets the clock right. Applications stay.
    pub(crate) async fn reset(&self) -> Result<(), StateError> {
        self.store.reset().await?;
        self.faults.clear();
        self.clock.reset();
        self.log.clear();
        Ok(())
    }
}
