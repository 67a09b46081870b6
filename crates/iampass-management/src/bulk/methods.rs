//! The bulk calls of the client.

use futures_util::stream::{self, Iter, Stream};

use super::calls::{Bulk, Reports, send_chunks};
use super::chunk::Chunk;
use super::options::SendOptions;
use super::report::ChunkReport;
use super::send::{ADD, DELETE};
use crate::client::ManagementClient;
use crate::outcome::AddUsersOutcome;

impl ManagementClient {
    /// Adds any number of users, chunk by chunk. Nothing is sent before the reports are read.
    ///
    /// Where [`add_users`](ManagementClient::add_users) takes [`UserId`](crate::UserId)s, this takes text (`String`,
    /// `&str`, `UserId`, …): the ids of a long list are rarely checked before, so those that no URL can carry are
    /// reported with their position, and the others are sent.
    ///
    /// ```no_run
    /// # use iampass_management::{ChunkResult, ManagementClient};
    /// # async fn example(client: ManagementClient) {
    /// let ids = (0..1_000_000).map(|number| format!("user{number}@example.com"));
    /// let mut reports = client.add_users_in_bulk(ids).concurrency(8).reports();
    /// while let Some(report) = reports.next().await {
    ///     match report.result {
    ///         ChunkResult::Done(users) => println!("{} created", users.created.len()),
    ///         ChunkResult::Failed(error) => println!("chunk {}: {error}", report.chunk.number),
    ///         _ => {}
    ///     }
    /// }
    /// # }
    /// ```
    pub fn add_users_in_bulk<I>(&self, ids: I) -> Bulk<Iter<I::IntoIter>, AddUsersOutcome>
    where
        I: IntoIterator<Item: Into<String>>,
    {
        self.add_users_in_bulk_from(stream::iter(ids))
    }

    /// As [`add_users_in_bulk`](ManagementClient::add_users_in_bulk), with the ids from a stream, which may fail: see
    /// [`Bulk::try_reports`]. A chunk waits until it is full or the stream ends.
    pub fn add_users_in_bulk_from<S: Stream>(&self, ids: S) -> Bulk<S, AddUsersOutcome> {
        Bulk::new(self.clone(), ADD, ids)
    }

    /// Deletes any number of users, and their devices with them, chunk by chunk. Nothing is sent before
    /// the reports are read. Takes ids as [`add_users_in_bulk`](ManagementClient::add_users_in_bulk) does.
    pub fn delete_users_in_bulk<I>(&self, ids: I) -> Bulk<Iter<I::IntoIter>, ()>
    where
        I: IntoIterator<Item: Into<String>>,
    {
        self.delete_users_in_bulk_from(stream::iter(ids))
    }

    /// As [`delete_users_in_bulk`](ManagementClient::delete_users_in_bulk), with the ids from a stream, which may fail:
    /// see [`Bulk::try_reports`]. A chunk waits until it is full or the stream ends.
    pub fn delete_users_in_bulk_from<S: Stream>(&self, ids: S) -> Bulk<S, ()> {
        Bulk::new(self.clone(), DELETE, ids)
    }

    /// Adds the users of chunks that a [`Chunker`](crate::Chunker) has made. Everything said of [`Bulk`] holds here too.
    pub fn add_users_in_chunks<S>(
        &self,
        chunks: S,
        options: SendOptions,
    ) -> Reports<impl Stream<Item = ChunkReport<AddUsersOutcome>> + use<S>>
    where
        S: Stream<Item = Chunk>,
    {
        Reports::new(send_chunks(self, ADD, chunks, options))
    }

    /// Deletes the users of chunks, see [`add_users_in_chunks`](ManagementClient::add_users_in_chunks).
    pub fn delete_users_in_chunks<S>(
        &self,
        chunks: S,
        options: SendOptions,
    ) -> Reports<impl Stream<Item = ChunkReport<()>> + use<S>>
    where
        S: Stream<Item = Chunk>,
    {
        Reports::new(send_chunks(self, DELETE, chunks, options))
    }
}
