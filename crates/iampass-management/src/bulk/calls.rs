//! Sends chunks, some at the same time.

use std::convert::Infallible;
use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use futures_util::stream::{self, Stream, StreamExt as _};
use iampass_client::Error;

use super::chunk::{Chunk, Chunker};
use super::report::{ChunkReport, ChunkResult};
use crate::client::ManagementClient;
use crate::generated::types::UserList;
use crate::outcome::AddUsersOutcome;

/// The call that a chunk is sent with.
pub(crate) type SendChunk<T> =
    for<'a> fn(&'a ManagementClient, &'a UserList) -> BoxFuture<'a, Result<T, Error>>;

pub(crate) fn add<'a>(
    client: &'a ManagementClient,
    body: &'a UserList,
) -> BoxFuture<'a, Result<AddUsersOutcome, Error>> {
    Box::pin(client.add_user_list(body))
}

pub(crate) fn delete<'a>(
    client: &'a ManagementClient,
    body: &'a UserList,
) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(client.delete_user_list(body))
}

/// Sends one chunk.
pub(crate) async fn send_chunk<T>(
    client: ManagementClient,
    send: SendChunk<T>,
    mut chunk: Chunk,
) -> ChunkReport<T> {
    if chunk.ids.is_empty() {
        return ChunkReport { chunk, result: ChunkResult::NotSent };
    }
    // Waiting for the rate limit here does not count against the call's deadline.
    let client = ManagementClient::from(client.connection().with_permit().await);
    let body = UserList { users: std::mem::take(&mut chunk.ids) };
    let result = send(&client, &body).await;
    chunk.ids = body.users;
    ChunkReport { chunk, result: result.map_or_else(ChunkResult::Failed, ChunkResult::Done) }
}

/// How ids are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) chunk_size: usize,
    pub(crate) concurrency: usize,
    pub(crate) deduplicate: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { chunk_size: 1000, concurrency: 4, deduplicate: true }
    }
}

/// Many users, sent chunk by chunk: set up like a builder, then read as a stream of [`ChunkReport`]s, one
/// for each chunk, in whatever order they end.
///
/// | setting | default | meaning |
/// |---|---|---|
/// | [`chunk_size`](Bulk::chunk_size) | 1,000 | ids of one call |
/// | [`concurrency`](Bulk::concurrency) | 4 | calls at the same time |
/// | [`deduplicate`](Bulk::deduplicate) | yes | ids that occurred before are not sent again |
///
/// Policy and rate limit are the client's: [`with_policy`](ManagementClient::with_policy),
/// [`with_rate_limit`](ManagementClient::with_rate_limit).
///
/// **What is sent.** Chunks are begun in the order of their numbers. The input is read as there is room: at
/// most `concurrency` chunks are in memory, each with at most `chunk_size` ids to send and as many skipped ones, besides
/// the fingerprints that duplicates are recognised by (20 to 40 bytes for each id of the input). A chunk without an id
/// to send is reported without a request.
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
    pub(crate) send: SendChunk<T>,
    pub(crate) ids: S,
    pub(crate) options: Options,
}

impl<S, T> Bulk<S, T> {
    pub(crate) fn new(client: ManagementClient, send: SendChunk<T>, ids: S) -> Self {
        Self { client, send, ids, options: Options::default() }
    }

    /// The most ids in one call; 0 counts as 1. The service does not say how many it takes.
    pub fn chunk_size(mut self, ids: usize) -> Self {
        self.options.chunk_size = ids;
        self
    }

    /// The most calls at the same time; 0 counts as 1.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.options.concurrency = calls;
        self
    }

    /// Whether ids that occurred before are skipped. Without it, memory does not grow with
    /// the input, and the service is sent what it is given: ids that it has are no error to it.
    ///
    /// Ids are compared as they are. A second occurrence counts as a duplicate whatever becomes of the
    /// first.
    pub fn deduplicate(mut self, yes: bool) -> Self {
        self.options.deduplicate = yes;
        self
    }
}

impl<S, T> Bulk<S, T>
where
    S: Stream<Item: Into<String>>,
{
    /// Begins; gives the reports.
    pub fn reports(self) -> Reports<impl Stream<Item = ChunkReport<T>>> {
        let Self { client, send, ids, options } = self;
        let ids = ids.map(Ok::<_, Infallible>);
        Reports::new(send_chunks(client, send, chunks(ids, options, Failure::default()), options.concurrency))
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
        let Self { client, send, ids, options } = self;
        let failure = Failure::default();
        let chunks = chunks(ids, options, Arc::clone(&failure));
        let reports = send_chunks(client, send, chunks, options.concurrency).map(Ok);
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
    options: Options,
    failure: Failure<E>,
) -> impl Stream<Item = Chunk> {
    let chunker = Some(Chunker::new(options.chunk_size, options.deduplicate));
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
pub(super) fn send_chunks<T>(
    client: ManagementClient,
    send: SendChunk<T>,
    chunks: impl Stream<Item = Chunk>,
    concurrency: usize,
) -> impl Stream<Item = ChunkReport<T>> {
    let calls = chunks.map(move |chunk| send_chunk(client.clone(), send, chunk));
    calls.buffer_unordered(concurrency.max(1))
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
        f.debug_struct("Bulk").field("options", &self.options).finish_non_exhaustive()
    }
}
