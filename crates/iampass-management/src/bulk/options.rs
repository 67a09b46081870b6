//! How chunks are sent.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::event::BulkEvent;

/// Called with the events of a bulk.
pub(super) type Listener = Arc<dyn Fn(BulkEvent<'_>) + Send + Sync>;

/// How the chunks of a bulk are sent, see [`Bulk`](crate::Bulk).
///
/// | setting | default |
/// |---|---|
/// | [`concurrency`](SendOptions::concurrency) | 4 |
/// | [`give_up_after`](SendOptions::give_up_after) | 5 minutes |
/// | [`on_event`](SendOptions::on_event) | none |
#[derive(Clone)]
#[must_use]
pub struct SendOptions {
    pub(crate) concurrency: usize,
    pub(super) give_up_after: Duration,
    pub(super) listener: Option<Listener>,
}

impl Default for SendOptions {
    fn default() -> Self {
        Self { concurrency: 4, give_up_after: Duration::from_secs(300), listener: None }
    }
}

impl SendOptions {
    /// The most chunks at the same time; 0 counts as 1.
    pub fn concurrency(mut self, chunks: usize) -> Self {
        self.concurrency = chunks.max(1);
        self
    }

    /// How long an outage may last before the bulk stops, counted from when the first request without a response was
    /// sent; a call that is under way then is let to its end. With [`Duration::ZERO`] it does not wait at all, with
    /// [`Duration::MAX`] it never gives up.
    pub fn give_up_after(mut self, time: Duration) -> Self {
        self.give_up_after = time;
        self
    }

    /// A function to call when the bulk pauses, resumes or stops. Requests wait until it returns.
    pub fn on_event(mut self, listener: impl Fn(BulkEvent<'_>) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }
}

impl fmt::Debug for SendOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendOptions")
            .field("concurrency", &self.concurrency)
            .field("give_up_after", &self.give_up_after)
            .finish_non_exhaustive()
    }
}
