//! The stream of chunk reports.

use std::collections::BTreeSet;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, Stream, StreamExt as _};

use crate::bulk::call::SendChunk;
use crate::bulk::chunk::{Chunk, Filling};
use crate::bulk::report::{ChunkReport, ChunkResult};
use crate::client::ManagementClient;
use crate::error::Error;
use crate::generated::types::UserList;
use crate::policy::CallPolicy;
use crate::rate::RateLimit;

/// The most ids that are read in one go, so that other tasks of the thread get their turn.
const READ_IN_ONE_GO: u32 = 8192;

/// Many users, sent chunk by chunk: set up like a builder, then read as a stream of [`ChunkReport`]s, one
/// for each chunk, in whatever order they end.
///
/// | setting | default | meaning |
/// |---|---|---|
/// | [`chunk_size`](Bulk::chunk_size) | 1,000 | ids of one call |
/// | [`concurrency`](Bulk::concurrency) | 4 | calls at the same time |
/// | [`requests_per_second`](Bulk::requests_per_second) | the client's | requests, repeats included, evenly spread |
/// | [`deduplicate`](Bulk::deduplicate) | yes | ids that were met before are counted and not sent again |
/// | [`stop_on_failure`](Bulk::stop_on_failure) | no | begin no chunk after one has failed |
/// | [`skip_chunks`](Bulk::skip_chunks) | none | chunks that an earlier run has done |
/// | [`policy`](Bulk::policy) | the client's | of each chunk's call |
///
/// **What is sent.** Chunks are begun in the order of their numbers. The input is read as there is room: at
/// most `chunk_size` × `concurrency` ids are in memory, besides the fingerprints that duplicates are
/// recognised by (20 to 40 bytes for each id of the input). A chunk is begun when it is full, or the
/// input has ended; one that is full of invalid ids is reported without a request.
///
/// **After a crash.** A chunk counts as begun until its report is handed out, and no more than `concurrency`
/// are ever begun. So whoever writes down the number of each report before asking for the next one knows
/// that, of the chunks not written down, the first `concurrency` at most were sent: give the same input
/// with the others [skipped](Bulk::skip_chunks), and these come back as existing.
///
/// **Cancelling.** Dropping the `Bulk` ends its calls at once; nothing goes on in the background. What was
/// in flight may have reached the service. Dropping the future of [`next`](Bulk::next), as `select!`
/// does, loses nothing.
///
/// **Keep polling.** Calls advance only while the stream is polled. A consumer that works for seconds on one
/// report (longer than [`CallPolicy::attempt_timeout`]) makes the calls in flight time out: hand
/// reports to another task if need be.
///
/// The limit for answers ([`CallPolicy::answer_limit`]) applies to what an answer has beyond a list of all
/// ids that were sent.
#[must_use = "nothing is sent until the stream is polled"]
pub struct Bulk<S, T> {
    client: ManagementClient,
    send: SendChunk<T>,
    /// `None` when it has ended, or is not to be read any further.
    source: Option<Pin<Box<S>>>,
    filling: Filling,
    in_flight: FuturesUnordered<BoxFuture<'static, ChunkReport<T>>>,
    chunk_size: usize,
    concurrency: usize,
    /// The bulk's own limit and the client's, or the client's alone.
    limit: Option<Arc<RateLimit>>,
    stop_on_failure: bool,
    stopped: bool,
    skip: BTreeSet<u64>,
    /// Chunks are to fail with [`Error::WithinRuntime`].
    within_runtime: bool,
}

impl<S, T> Bulk<S, T> {
    pub(super) fn new(client: ManagementClient, send: SendChunk<T>, source: S) -> Self {
        Self {
            limit: client.rate().cloned(),
            client,
            send,
            source: Some(Box::pin(source)),
            filling: Filling::new(),
            in_flight: FuturesUnordered::new(),
            chunk_size: 1000,
            concurrency: 4,
            stop_on_failure: false,
            stopped: false,
            skip: BTreeSet::new(),
            within_runtime: false,
        }
    }

    /// The most ids in one call; 0 counts as 1. The service does not say how many it takes.
    pub fn chunk_size(mut self, ids: usize) -> Self {
        self.chunk_size = ids.max(1);
        self
    }

    /// The most calls at the same time; 0 counts as 1.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// The most requests per second, repeats included, evenly spread. A rate that is not above zero is no
    /// limit. If the client has a limit of its own, it is kept as well.
    ///
    /// Time spent waiting for a chunk's first request does not count against the call's deadline.
    pub fn requests_per_second(mut self, rate: f64) -> Self {
        let shared = self.client.rate().cloned();
        let own = RateLimit::per_second(rate).map(|own| Arc::new(own.and(shared.clone())));
        self.limit = own.or(shared);
        self
    }

    /// Whether ids that were met before are counted and not sent. Turned off, memory does not grow with
    /// the input, and the service is sent what it is given: ids that it has are no error to it.
    ///
    /// Ids are compared as they are. A second occurrence counts as a duplicate whatever becomes of the
    /// first.
    pub fn deduplicate(mut self, yes: bool) -> Self {
        self.filling.deduplicate(yes);
        self
    }

    /// Whether to stop when a chunk fails: nothing new is begun then, the calls in flight are let finish
    /// and reported, and ids that were read but not sent are reported as
    /// [`NotSent`](ChunkResult::NotSent). The rest of the input is not read.
    pub fn stop_on_failure(mut self, yes: bool) -> Self {
        self.stop_on_failure = yes;
        self
    }

    /// Chunks, by number, that are read and reported as [`Skipped`](ChunkResult::Skipped) but not sent,
    /// because an earlier run over the same input with the same settings has done them.
    pub fn skip_chunks(mut self, numbers: impl IntoIterator<Item = u64>) -> Self {
        self.skip.extend(numbers);
        self
    }

    /// The policy of each chunk's call.
    pub fn policy(mut self, policy: CallPolicy) -> Self {
        self.client = self.client.with_policy(policy);
        self
    }

    /// Whether chunks are to fail unsent, because their calls cannot be waited for.
    #[cfg(feature = "blocking")]
    pub(crate) fn set_within_runtime(&mut self, yes: bool) {
        self.within_runtime = yes;
    }
}

impl<S, T> Bulk<S, T>
where
    S: Stream<Item: Into<String>>,
    T: Send + 'static,
{
    /// The next chunk that has ended; `None` when all of the input is accounted for.
    pub async fn next(&mut self) -> Option<ChunkReport<T>> {
        poll_fn(|context| self.poll_next_unpin(context)).await
    }

    /// Reads until the next chunk is full, or the input ends.
    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Chunk>> {
        for _ in 0..READ_IN_ONE_GO {
            let Some(source) = &mut self.source else { return Poll::Ready(self.filling.take()) };
            if self.filling.is_full(self.chunk_size) {
                return Poll::Ready(self.filling.take());
            }
            match ready!(source.as_mut().poll_next(context)) {
                Some(id) => self.filling.push(id.into(), self.chunk_size),
                None => self.source = None,
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Begins a chunk's call, or says at once what becomes of it.
    fn begin(&mut self, chunk: Chunk) -> Option<ChunkReport<T>> {
        if self.skip.remove(&chunk.number) {
            return Some(chunk.report(ChunkResult::Skipped));
        }
        if self.stopped || chunk.ids.is_empty() {
            return Some(chunk.report(ChunkResult::NotSent));
        }
        if self.within_runtime {
            return Some(chunk.report(ChunkResult::Failed(Error::WithinRuntime)));
        }
        let call = send(self.client.clone(), self.limit.clone(), self.send, chunk);
        self.in_flight.push(Box::pin(call));
        None
    }
}

async fn send<T>(
    mut client: ManagementClient,
    limit: Option<Arc<RateLimit>>,
    send: SendChunk<T>,
    mut chunk: Chunk,
) -> ChunkReport<T> {
    if let Some(limit) = limit {
        client.set_rate(Some(Arc::new(limit.first_turn().await)));
    }
    let body = UserList { users: std::mem::take(&mut chunk.ids) };
    let result = send(&client, &body).await;
    chunk.ids = body.users;
    chunk.report(result.map_or_else(ChunkResult::Failed, ChunkResult::Done))
}

impl<S, T> Stream for Bulk<S, T>
where
    S: Stream<Item: Into<String>>,
    T: Send + 'static,
{
    type Item = ChunkReport<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let report = loop {
            // What has ended goes first, and nothing takes its place until it is handed out: see "After a
            // crash".
            if let Poll::Ready(Some(report)) = this.in_flight.poll_next_unpin(context) {
                break report;
            }
            if this.in_flight.len() >= this.concurrency {
                return Poll::Pending;
            }
            let Some(chunk) = ready!(this.poll_chunk(context)) else {
                return if this.in_flight.is_empty() { Poll::Ready(None) } else { Poll::Pending };
            };
            if let Some(report) = this.begin(chunk) {
                break report;
            }
        };
        if this.stop_on_failure && report.error().is_some() {
            this.stopped = true;
            this.source = None;
        }
        Poll::Ready(Some(report))
    }
}

impl<S, T> fmt::Debug for Bulk<S, T> {
    /// Without ids.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("chunk_size", &self.chunk_size)
            .field("concurrency", &self.concurrency)
            .field("stop_on_failure", &self.stop_on_failure)
            .field("in_flight", &self.in_flight.len())
            .finish_non_exhaustive()
    }
}
