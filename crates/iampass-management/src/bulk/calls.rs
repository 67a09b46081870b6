//! Any number of users as chunks, some of which are sent at the same time.

use std::convert::Infallible;
use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::stream::{self, Stream, StreamExt as _};

use super::chunk::{Chunk, Chunker};
use super::event::BulkEvent;
use super::options::SendOptions;
use super::report::ChunkReport;
use super::send::{BulkCall, ChunkSender};
use crate::client::ManagementClient;

/// How chunks are made of ids.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChunkOptions {
    pub(crate) chunk_size: usize,
    pub(crate) deduplicate: bool,
}

impl ChunkOptions {
    pub(crate) fn chunker(self) -> Chunker {
        Chunker::new(self.chunk_size, self.deduplicate)
    }
}

/// Many users, sent chunk by chunk: set up like a builder, then read as a stream of [`ChunkReport`]s, one
/// for each chunk, in whatever order they end.
///
/// | setting | default | meaning |
/// |---|---|---|
/// | [`chunk_size`](Bulk::chunk_size) | 1,000 | ids of one call |
/// | [`concurrency`](Bulk::concurrency) | 4 | chunks at the same time |
/// | [`deduplicate`](Bulk::deduplicate) | yes | ids that occurred before are not sent again |
/// | [`give_up_after`](Bulk::give_up_after) | 5 minutes | how long an outage may last |
/// | [`on_event`](Bulk::on_event) | none | a function to call at pauses |
///
/// Policy and rate limit are the client's: [`with_policy`](ManagementClient::with_policy),
/// [`with_rate_limit`](ManagementClient::with_rate_limit).
///
/// **What is sent.** Chunks are begun in the order of their numbers. The input is read as there is room: at
/// most `concurrency` chunks are in memory, each with at most `chunk_size` ids to send and as many skipped ones, besides
/// the fingerprints that duplicates are recognised by (20 to 40 bytes for each id of the input). A chunk without an id
/// to send is reported without a request.
///
/// **What fails.** A call fails when its own attempts have. What happens then:
///
/// | what happened | then |
/// |---|---|
/// | no connection, a time-out, a broken connection, 429, 5xx | an outage: while no other call gets through, all pause, for 1 s at first and for 30 s at most, and as long as a `Retry-After` asks; the chunk is sent again. When `give_up_after` is over, the chunk fails and the bulk stops. A chunk that alone fails so long stops no other |
/// | 413 | the chunk is sent in halves, and they in halves; later chunks of that size are halved at once |
/// | 401, 404, a certificate that is not trusted (with rustls, which alone tells), a proxy's 407 | the chunk fails and the bulk stops |
/// | anything else | the chunk fails; after ten in a row the bulk stops |
///
/// A `Retry-After` is obeyed by all calls together, so the policy's `retry_after_limit` does not count here. After a
/// pause one call is made at a time, and one more with each that gets through. A bulk that has stopped sends nothing
/// more, and reports the rest of the input as [`NotSent`](crate::ChunkResult::NotSent).
///
/// **After a crash.** A chunk counts as begun until its report is taken, and no more than `concurrency`
/// are ever begun. So whoever records the number of each report before asking for the next one knows
/// that, of the chunks not recorded, the first `concurrency` at most were sent. To send those and the rest again is
/// safe: users that were added come back as existing.
///
/// **Cancelling.** Dropping the reports ends their calls at once; nothing goes on in the background. What was
/// in flight may have reached the service. Dropping the future of [`next`](Reports::next), as `select!`
/// does, loses nothing.
///
/// **Keep polling.** Calls advance only while the stream is polled. A consumer that works for seconds on one
/// report (longer than [`CallPolicy::attempt_timeout`](crate::CallPolicy::attempt_timeout)) makes the calls in
/// flight time out: hand reports to another task if need be.
#[must_use = "nothing is sent until the reports are read"]
pub struct Bulk<S, T> {
    pub(crate) client: ManagementClient,
    pub(crate) call: BulkCall<T>,
    pub(crate) ids: S,
    pub(crate) chunks: ChunkOptions,
    pub(crate) sending: SendOptions,
}

impl<S, T> Bulk<S, T> {
    pub(crate) fn new(client: ManagementClient, call: BulkCall<T>, ids: S) -> Self {
        let chunks = ChunkOptions { chunk_size: 1000, deduplicate: true };
        Self { client, call, ids, chunks, sending: SendOptions::default() }
    }

    /// The most ids in one call; 0 counts as 1. The service does not say how many it takes.
    pub fn chunk_size(mut self, ids: usize) -> Self {
        self.chunks.chunk_size = ids;
        self
    }

    /// The most chunks at the same time; 0 counts as 1.
    pub fn concurrency(mut self, chunks: usize) -> Self {
        self.sending = self.sending.concurrency(chunks);
        self
    }

    /// How long an outage may last before the bulk stops, see [`SendOptions::give_up_after`].
    pub fn give_up_after(mut self, time: Duration) -> Self {
        self.sending = self.sending.give_up_after(time);
        self
    }

    /// A function to call when the bulk pauses, resumes or stops. Requests wait until it returns.
    pub fn on_event(mut self, listener: impl Fn(BulkEvent<'_>) + Send + Sync + 'static) -> Self {
        self.sending = self.sending.on_event(listener);
        self
    }

    /// Whether ids that occurred before are skipped. Without it, memory does not grow with
    /// the input, and the service is sent what it is given: ids that it has are no error to it.
    ///
    /// Ids are compared as they are. A second occurrence counts as a duplicate whatever becomes of the
    /// first.
    pub fn deduplicate(mut self, yes: bool) -> Self {
        self.chunks.deduplicate = yes;
        self
    }
}

impl<S, T> Bulk<S, T>
where
    S: Stream<Item: Into<String>>,
{
    /// Begins; gives the reports.
    pub fn reports(self) -> Reports<impl Stream<Item = ChunkReport<T>>> {
        let chunks = chunks(self.ids.map(Ok::<_, Infallible>), self.chunks, Failure::default());
        Reports::new(send_chunks(&self.client, self.call, chunks, self.sending))
    }
}

impl<S, T> Bulk<S, T> {
    /// Begins, with a source of ids that may fail; gives the reports. The ids before an error are sent and reported;
    /// the error is the last item.
    pub fn try_reports<I, E>(self) -> Reports<impl Stream<Item = Result<ChunkReport<T>, E>>>
    where
        S: Stream<Item = Result<I, E>>,
        I: Into<String>,
    {
        let failure = Failure::default();
        let chunks = chunks(self.ids, self.chunks, Arc::clone(&failure));
        let reports = send_chunks(&self.client, self.call, chunks, self.sending).map(Ok);
        let failure = stream::once(async move { lock(&failure).take() }).filter_map(ready);
        Reports::new(reports.chain(failure.map(Err)))
    }
}

/// The error that a source of ids ended with: it is handed out when all chunks before it are reported.
type Failure<E> = Arc<Mutex<Option<E>>>;

fn lock<E>(failure: &Failure<E>) -> MutexGuard<'_, Option<E>> {
    failure.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The chunks of a stream of ids, up to an error.
fn chunks<I: Into<String>, E>(
    ids: impl Stream<Item = Result<I, E>>,
    options: ChunkOptions,
    failure: Failure<E>,
) -> impl Stream<Item = Chunk> {
    let chunker = Some(options.chunker());
    let state = (Box::pin(ids.enumerate()), chunker, failure);
    stream::unfold(state, |(mut ids, mut chunker, failure)| async move {
        loop {
            let filling = chunker.as_mut()?;
            match ids.next().await {
                Some((position, Ok(id))) => {
                    if let Some(chunk) = filling.push(position as u64, id.into()) {
                        return Some((chunk, (ids, chunker, failure)));
                    }
                }
                end => {
                    *lock(&failure) = end.and_then(|(_, id)| id.err());
                    let last = chunker.take()?.finish()?;
                    return Some((last, (ids, None, failure)));
                }
            }
        }
    })
}

/// At most `concurrency` chunks are begun and not reported: `buffer_unordered` counts what has ended until it is taken.
pub(super) fn send_chunks<T, S: Stream<Item = Chunk>>(
    client: &ManagementClient,
    call: BulkCall<T>,
    chunks: S,
    options: SendOptions,
) -> impl Stream<Item = ChunkReport<T>> + use<T, S> {
    let concurrency = options.concurrency;
    let sender = Arc::new(ChunkSender::new(client, call, options));
    let send = move |chunk| {
        let sender = Arc::clone(&sender);
        async move { sender.send_chunk(chunk).await }
    };
    chunks.map(send).buffer_unordered(concurrency)
}

/// A stream of reports.
#[must_use = "calls advance only while the reports are read"]
pub struct Reports<S>(Pin<Box<S>>);

impl<S: Stream> Reports<S> {
    pub(super) fn new(stream: S) -> Self {
        Self(Box::pin(stream))
    }

    /// The next chunk that has ended; `None` when all of the input is accounted for.
    pub async fn next(&mut self) -> Option<S::Item> {
        self.0.next().await
    }
}

impl<S: Stream> Stream for Reports<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<S> fmt::Debug for Reports<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reports").finish_non_exhaustive()
    }
}

impl<S, T> fmt::Debug for Bulk<S, T> {
    /// Without ids.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("chunks", &self.chunks)
            .field("sending", &self.sending)
            .finish_non_exhaustive()
    }
}
