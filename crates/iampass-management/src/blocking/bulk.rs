//! The iterator of chunk reports.

use std::iter::FusedIterator;
use std::sync::Arc;

use futures_util::stream::Iter;

use crate::blocking::runtime::{Runtime, polled_by_a_runtime};
use crate::bulk::{Bulk as AsyncBulk, ChunkReport};
use crate::policy::CallPolicy;

/// Many users, sent chunk by chunk: set up like a builder, then read as an iterator of [`ChunkReport`]s,
/// one for each chunk, in whatever order they end.
///
/// Everything said of the async [`Bulk`](crate::Bulk) holds here too; instead of polling it, keep
/// iterating. Iterated where an async runtime runs tasks, it sends nothing: each chunk fails with
/// [`Error::WithinRuntime`](crate::Error::WithinRuntime).
#[derive(Debug)]
#[must_use = "nothing is sent until the iterator is used"]
pub struct Bulk<I, T> {
    // Before the runtime, which it may need to the last.
    bulk: AsyncBulk<Iter<I>, T>,
    runtime: Arc<Runtime>,
}

impl<I, T> Bulk<I, T> {
    pub(super) fn new(bulk: AsyncBulk<Iter<I>, T>, runtime: Arc<Runtime>) -> Self {
        Self { bulk, runtime }
    }

    /// See [`chunk_size`](AsyncBulk::chunk_size).
    pub fn chunk_size(self, ids: usize) -> Self {
        self.with(|bulk| bulk.chunk_size(ids))
    }

    /// See [`concurrency`](AsyncBulk::concurrency).
    pub fn concurrency(self, calls: usize) -> Self {
        self.with(|bulk| bulk.concurrency(calls))
    }

    /// See [`requests_per_second`](AsyncBulk::requests_per_second).
    pub fn requests_per_second(self, rate: f64) -> Self {
        self.with(|bulk| bulk.requests_per_second(rate))
    }

    /// See [`deduplicate`](AsyncBulk::deduplicate).
    pub fn deduplicate(self, yes: bool) -> Self {
        self.with(|bulk| bulk.deduplicate(yes))
    }

    /// See [`stop_on_failure`](AsyncBulk::stop_on_failure).
    pub fn stop_on_failure(self, yes: bool) -> Self {
        self.with(|bulk| bulk.stop_on_failure(yes))
    }

    /// See [`skip_chunks`](AsyncBulk::skip_chunks).
    pub fn skip_chunks(self, numbers: impl IntoIterator<Item = u64>) -> Self {
        self.with(|bulk| bulk.skip_chunks(numbers))
    }

    /// See [`policy`](AsyncBulk::policy).
    pub fn policy(self, policy: CallPolicy) -> Self {
        self.with(|bulk| bulk.policy(policy))
    }

    fn with(self, change: impl FnOnce(AsyncBulk<Iter<I>, T>) -> AsyncBulk<Iter<I>, T>) -> Self {
        Self { bulk: change(self.bulk), ..self }
    }
}

impl<I, T> Iterator for Bulk<I, T>
where
    I: Iterator<Item: Into<String>>,
    T: Send + 'static,
{
    type Item = ChunkReport<T>;

    fn next(&mut self) -> Option<Self::Item> {
        self.bulk.set_within_runtime(polled_by_a_runtime());
        self.runtime.wait(self.bulk.next())
    }
}

impl<I, T> FusedIterator for Bulk<I, T>
where
    I: Iterator<Item: Into<String>>,
    T: Send + 'static,
{
}
