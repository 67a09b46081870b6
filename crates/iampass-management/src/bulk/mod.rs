//! Any number of users, chunk by chunk.

mod call;
mod chunk;
mod report;
mod seen;
mod sending;

use futures_util::stream::{self, Iter, Stream};

use crate::client::ManagementClient;
use crate::outcome::AddUsersOutcome;

pub use report::{ChunkReport, ChunkResult, InvalidInput};
pub use seen::SeenIds;
pub use sending::Bulk;

impl ManagementClient {
    /// Adds any number of users, chunk by chunk. Nothing is sent before the [`Bulk`] is polled.
    ///
    /// ```no_run
    /// # use iampass_management::{ChunkResult, ManagementClient};
    /// # async fn example(client: ManagementClient) {
    /// let ids = (0..1_000_000).map(|number| format!("user{number}@example.com"));
    /// let mut bulk = client.add_users_in_bulk(ids).concurrency(8);
    /// while let Some(report) = bulk.next().await {
    ///     match report.result {
    ///         ChunkResult::Done(users) => println!("{} created", users.created.len()),
    ///         ChunkResult::Failed(error) => println!("chunk {}: {error}", report.number),
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

    /// As [`add_users_in_bulk`](ManagementClient::add_users_in_bulk), with the ids from a stream. A chunk
    /// waits until it is full or the stream ends.
    pub fn add_users_in_bulk_from<S>(&self, ids: S) -> Bulk<S, AddUsersOutcome>
    where
        S: Stream<Item: Into<String>>,
    {
        Bulk::new(self.clone(), call::add, ids)
    }

    /// Deletes any number of users, and their devices with them, chunk by chunk. Nothing is sent before
    /// the [`Bulk`] is polled.
    pub fn delete_users_in_bulk<I>(&self, ids: I) -> Bulk<Iter<I::IntoIter>, ()>
    where
        I: IntoIterator<Item: Into<String>>,
    {
        self.delete_users_in_bulk_from(stream::iter(ids))
    }

    /// As [`delete_users_in_bulk`](ManagementClient::delete_users_in_bulk), with the ids from a stream. A
    /// chunk waits until it is full or the stream ends.
    pub fn delete_users_in_bulk_from<S>(&self, ids: S) -> Bulk<S, ()>
    where
        S: Stream<Item: Into<String>>,
    {
        Bulk::new(self.clone(), call::delete, ids)
    }
}
