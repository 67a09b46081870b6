//! Bulk calls as an iterator of reports.

use std::fmt;
use std::iter::Enumerate;
use std::sync::Arc;
use std::time::Duration;

use iampass_client::blocking::Runtime;
use tokio::task::JoinSet;

use crate::bulk::{Bulk as AsyncBulk, BulkEvent, Chunk, ChunkReport, ChunkSender, Chunker};

/// Many users, sent chunk by chunk: set up like a builder, then read as an iterator of [`ChunkReport`]s,
/// one for each chunk, in whatever order they end.
///
/// Everything said of the async [`Bulk`](crate::Bulk) holds here too, except that calls go on while nobody asks for the
/// next report.
#[must_use = "nothing is sent until the reports are read"]
pub struct Bulk<I, T> {
    /// What is to be sent.
    bulk: AsyncBulk<I, T>,
    runtime: Arc<Runtime>,
}

impl<I, T> Bulk<I, T> {
    pub(super) fn new(bulk: AsyncBulk<I, T>, runtime: Arc<Runtime>) -> Self {
        Self { bulk, runtime }
    }

    /// See [`chunk_size`](crate::Bulk::chunk_size).
    pub fn chunk_size(mut self, ids: usize) -> Self {
        self.bulk = self.bulk.chunk_size(ids);
        self
    }

    /// See [`concurrency`](crate::Bulk::concurrency).
    pub fn concurrency(mut self, chunks: usize) -> Self {
        self.bulk = self.bulk.concurrency(chunks);
        self
    }

    /// See [`give_up_after`](crate::Bulk::give_up_after).
    pub fn give_up_after(mut self, time: Duration) -> Self {
        self.bulk = self.bulk.give_up_after(time);
        self
    }

    /// See [`on_event`](crate::Bulk::on_event). It is called on the client's only thread, and must not wait for calls of
    /// the same client.
    pub fn on_event(mut self, listener: impl Fn(BulkEvent<'_>) + Send + Sync + 'static) -> Self {
        self.bulk = self.bulk.on_event(listener);
        self
    }

    /// See [`deduplicate`](crate::Bulk::deduplicate).
    pub fn deduplicate(mut self, yes: bool) -> Self {
        self.bulk = self.bulk.deduplicate(yes);
        self
    }
}

impl<I, T> Bulk<I, T>
where
    I: Iterator<Item: Into<String>>,
    T: Send + 'static,
{
    /// Begins; gives the reports.
    pub fn reports(self) -> Reports<I, T> {
        let Self { bulk: AsyncBulk { client, call, ids, chunks, sending }, runtime } = self;
        let concurrency = sending.concurrency;
        let sender = Arc::new(ChunkSender::new(&client, call, sending));
        let (ids, chunker) = (ids.enumerate(), Some(chunks.chunker()));
        Reports { calls: JoinSet::new(), runtime, sender, ids, chunker, concurrency }
    }
}

/// An iterator of reports. Dropping it ends its calls.
#[must_use = "chunks are begun only while the reports are read"]
pub struct Reports<I, T> {
    // Before the runtime, on which its tasks run.
    calls: JoinSet<ChunkReport<T>>,
    runtime: Arc<Runtime>,
    sender: Arc<ChunkSender<T>>,
    ids: Enumerate<I>,
    /// `None` when the ids have ended.
    chunker: Option<Chunker>,
    concurrency: usize,
}

impl<I, T> Reports<I, T>
where
    I: Iterator<Item: Into<String>>,
    T: Send + 'static,
{
    fn next_chunk(&mut self) -> Option<Chunk> {
        let chunker = self.chunker.as_mut()?;
        let chunk = self.ids.find_map(|(position, id)| chunker.push(position as u64, id.into()));
        chunk.or_else(|| self.chunker.take()?.finish())
    }
}

impl<I, T> Iterator for Reports<I, T>
where
    I: Iterator<Item: Into<String>>,
    T: Send + 'static,
{
    type Item = ChunkReport<T>;

    fn next(&mut self) -> Option<Self::Item> {
        // A chunk counts as begun until its report is taken, as in the async bulk.
        while self.calls.len() < self.concurrency
            && let Some(chunk) = self.next_chunk()
        {
            let sender = Arc::clone(&self.sender);
            self.runtime.spawn(&mut self.calls, async move { sender.send_chunk(chunk).await });
        }
        let mut calls = std::mem::take(&mut self.calls);
        let (calls, report) = self.runtime.wait(async move {
            let report = calls.join_next().await;
            (calls, report)
        });
        self.calls = calls;
        report.map(|report| report.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())))
    }
}

impl<I, T> fmt::Debug for Bulk<I, T> {
    /// Without ids.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.bulk, f)
    }
}

impl<I, T> fmt::Debug for Reports<I, T> {
    /// Without ids.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reports").field("concurrency", &self.concurrency).finish_non_exhaustive()
    }
}
