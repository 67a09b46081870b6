//! Sends one chunk: again after an outage, and in halves if it is too large for the service.

use std::ops::Range;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{BoxFuture, Either, select};
use iampass_client::{Error, ErrorKind, UserId};
use reqwest::StatusCode;

use super::chunk::Chunk;
use super::options::SendOptions;
use super::report::{ChunkReport, ChunkResult, UnfinishedIds};
use super::throttle::Throttle;
use crate::client::ManagementClient;
use crate::generated::types::UserList;
use crate::outcome::AddUsersOutcome;

/// The call that ids are sent with, and how the outcomes of two calls are one.
pub(crate) struct BulkCall<T> {
    send: for<'a> fn(&'a ManagementClient, &'a UserList) -> BoxFuture<'a, Result<T, Error>>,
    merge: fn(&mut T, T),
}

impl<T> Clone for BulkCall<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for BulkCall<T> {}

pub(crate) const ADD: BulkCall<AddUsersOutcome> = BulkCall {
    send: |client, body| Box::pin(client.add_user_list(body)),
    merge: |all, more| {
        all.created.extend(more.created);
        all.existing.extend(more.existing);
    },
};

pub(crate) const DELETE: BulkCall<()> =
    BulkCall { send: |client, body| Box::pin(client.delete_user_list(body)), merge: |(), ()| () };

/// What the chunks of a bulk share.
pub(crate) struct ChunkSender<T> {
    client: ManagementClient,
    call: BulkCall<T>,
    throttle: Throttle,
    /// The size of the smallest list that was too large for the service.
    too_large: AtomicUsize,
}

/// What became of a list of ids.
enum Sent<T> {
    Done(T),
    TooLarge(Error),
    Failed(Error),
    /// The bulk has stopped.
    Stopped,
}

impl<T> ChunkSender<T> {
    pub(crate) fn new(client: &ManagementClient, call: BulkCall<T>, options: SendOptions) -> Self {
        // A `Retry-After` is for all chunks, not for the one call that gets it.
        let policy = client.policy().clone().with_retry_after_limit(Duration::ZERO);
        let throttle = Throttle::new(options);
        Self { client: client.with_policy(policy), call, throttle, too_large: AtomicUsize::new(usize::MAX) }
    }

    /// Sends a chunk, and says what became of it.
    pub(crate) async fn send_chunk(&self, chunk: Chunk) -> ChunkReport<T> {
        let result = self.send_ids(&chunk.ids).await;
        match &result {
            ChunkResult::Done(_) | ChunkResult::Partial { .. } => self.throttle.chunk_done(),
            ChunkResult::Failed(error) => self.throttle.chunk_failed(error),
            ChunkResult::NotSent => {}
        }
        ChunkReport { chunk, result }
    }

    async fn send_ids(&self, ids: &[UserId]) -> ChunkResult<T> {
        let mut done = None;
        let mut unfinished = Vec::new();
        // The last one is the next.
        let mut parts = Vec::new();
        if !ids.is_empty() {
            parts.push(0..ids.len());
        }
        while let Some(part) = parts.pop() {
            let size = size(&ids[part.clone()]);
            if part.len() > 1 && size >= self.too_large.load(Ordering::Relaxed) {
                parts.extend(halves(&part));
                continue;
            }
            match self.send_part(&ids[part.clone()]).await {
                Sent::Done(more) => match &mut done {
                    Some(done) => (self.call.merge)(done, more),
                    None => done = Some(more),
                },
                Sent::TooLarge(_) if part.len() > 1 => {
                    self.too_large.fetch_min(size, Ordering::Relaxed);
                    parts.extend(halves(&part));
                }
                Sent::TooLarge(error) | Sent::Failed(error) => {
                    unfinished.push(UnfinishedIds { ids: part, error: Some(error) });
                }
                Sent::Stopped => unfinished.push(UnfinishedIds { ids: part, error: None }),
            }
        }
        match done {
            Some(done) if unfinished.is_empty() => ChunkResult::Done(done),
            Some(done) => ChunkResult::Partial { done, unfinished },
            None => {
                // The last one: if it has stopped the bulk, it is what matters.
                let error = unfinished.into_iter().rev().find_map(|part| part.error);
                error.map_or(ChunkResult::NotSent, ChunkResult::Failed)
            }
        }
    }

    /// Sends a list of ids until it gets through.
    async fn send_part(&self, ids: &[UserId]) -> Sent<T> {
        let body = UserList { users: ids.to_vec() };
        let mut at = None;
        let mut failures = None;
        let mut failure = None;
        loop {
            let Some(mut permit) = self.throttle.acquire(at).await else {
                return failure.map_or(Sent::Stopped, Sent::Failed);
            };
            // Waiting for the rate limit here does not count against the call's deadline.
            let connection = pin!(self.client.connection().with_permit());
            let connection = match select(connection, pin!(self.throttle.stopped())).await {
                Either::Left((connection, _)) if permit.holds() => connection,
                _ => continue,
            };
            let error = match (self.call.send)(&connection.into(), &body).await {
                Ok(done) => {
                    permit.got_through();
                    return Sent::Done(done);
                }
                Err(error) => error,
            };
            if !is_outage(&error) {
                permit.got_through();
                if fails_for_all(&error) {
                    self.throttle.fails_for_all(&error);
                }
                let is_too_large = error.status() == Some(StatusCode::PAYLOAD_TOO_LARGE);
                return if is_too_large { Sent::TooLarge(error) } else { Sent::Failed(error) };
            }
            at = permit.failed(&error, &mut failures);
            if at.is_none() {
                return Sent::Failed(error);
            }
            failure = Some(error);
        }
    }
}

/// Whether the same request may get through later.
fn is_outage(error: &Error) -> bool {
    error.is_retryable() || error.status().is_some_and(|status| status.is_server_error())
}

/// Whether all other requests would fail in the same way.
fn fails_for_all(error: &Error) -> bool {
    error.is_unauthorized()
        || error.is_not_found()
        || error.is_untrusted_certificate()
        || matches!(error.kind(), ErrorKind::ProxyAuthentication { .. })
}

/// The second half comes first: what is pushed last is taken next.
fn halves(part: &Range<usize>) -> [Range<usize>; 2] {
    let middle = part.start + part.len() / 2;
    [middle..part.end, part.start..middle]
}

/// About as many bytes as the list has in JSON.
fn size(ids: &[UserId]) -> usize {
    ids.iter().map(|id| id.as_str().len() + r#""","#.len()).sum()
}
