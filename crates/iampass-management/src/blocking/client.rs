//! The client that waits.

use std::borrow::Borrow;
use std::sync::Arc;

use iampass_client::blocking::Runtime;
use iampass_client::{
    ApplicationId, CallPolicy, Connection, ConnectionBuilder, Error, Settings, SignedRequest, UserId,
};

use super::bulk::Bulk;
use crate::bulk::{ADD, Bulk as AsyncBulk, DELETE};
use crate::client::{ManagementClient as AsyncClient, user_list};
use crate::outcome::{AddUsersOutcome, RegistrationLink};

/// A client of the Management API whose calls wait for their outcome. Everything else is as with
/// [`iampass_management::ManagementClient`](crate::ManagementClient).
///
/// Cheap to clone, and can be shared by threads; clones share one connection pool, one retry budget, one
/// corrected clock and the one thread that runs their calls.
#[derive(Clone, Debug)]
pub struct ManagementClient {
    // Before the runtime, which its connections need until they are dropped.
    client: AsyncClient,
    runtime: Arc<Runtime>,
}

/// Connections belong to the runtime that opened them, so a blocking client has a [`Connection`] of its own.
impl TryFrom<ConnectionBuilder> for ManagementClient {
    type Error = Error;

    /// Makes the connection and starts the thread.
    fn try_from(builder: ConnectionBuilder) -> Result<Self, Error> {
        Ok(Self { client: builder.build()?.into(), runtime: Arc::new(Runtime::new()?) })
    }
}

impl ManagementClient {
    /// A client for the given server and application, with defaults for everything else; for other ones, convert a
    /// [`ConnectionBuilder`]: `ManagementClient::try_from(Connection::builder(settings).…)`.
    ///
    /// # Errors
    /// As [`Connection::new`], and [`ErrorKind::Thread`](crate::ErrorKind::Thread).
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Connection::builder(settings).try_into()
    }

    /// A client for what `IAMPASS_SERVER`, `IAMPASS_APPLICATION_ID` and `IAMPASS_APPLICATION_SECRET`
    /// say, see [`Settings::from_env`].
    ///
    /// # Errors
    /// As [`Connection::from_env`], and [`ErrorKind::Thread`](crate::ErrorKind::Thread).
    pub fn from_env() -> Result<Self, Error> {
        Self::new(Settings::from_env()?)
    }

    /// The application that this client calls for.
    #[must_use]
    pub fn application_id(&self) -> &ApplicationId {
        self.client.application_id()
    }

    /// The policy of this client's calls.
    #[must_use]
    pub fn policy(&self) -> &CallPolicy {
        self.client.policy()
    }

    /// This client with another policy for its calls, see [`with_policy`](AsyncClient::with_policy).
    #[must_use]
    pub fn with_policy(&self, policy: CallPolicy) -> Self {
        self.with(self.client.with_policy(policy))
    }

    /// This client with one more rate limit for its calls, see [`with_rate_limit`](AsyncClient::with_rate_limit).
    #[must_use]
    pub fn with_rate_limit(&self, requests_per_second: f64) -> Self {
        self.with(self.client.with_rate_limit(requests_per_second))
    }

    /// This client, but each request goes to `sink` in place of the service, see
    /// [`with_dry_run`](AsyncClient::with_dry_run).
    #[must_use]
    pub fn with_dry_run(&self, sink: impl Fn(SignedRequest) + Send + Sync + 'static) -> Self {
        self.with(self.client.with_dry_run(sink))
    }

    fn with(&self, client: AsyncClient) -> Self {
        Self { client, runtime: Arc::clone(&self.runtime) }
    }

    /// Adds users, see [`add_users`](AsyncClient::add_users).
    ///
    /// # Errors
    /// As there.
    pub fn add_users<I>(&self, users: I) -> Result<AddUsersOutcome, Error>
    where
        I: IntoIterator<Item: Borrow<UserId>>,
    {
        let (client, users) = (self.client.clone(), user_list(users));
        self.runtime.wait(async move { client.add_user_list(&users).await })
    }

    /// Deletes users, see [`delete_users`](AsyncClient::delete_users).
    ///
    /// # Errors
    /// As there.
    pub fn delete_users<I>(&self, users: I) -> Result<(), Error>
    where
        I: IntoIterator<Item: Borrow<UserId>>,
    {
        let (client, users) = (self.client.clone(), user_list(users));
        self.runtime.wait(async move { client.delete_user_list(&users).await })
    }

    /// Makes a link that registers a phone, see
    /// [`device_registration_link`](AsyncClient::device_registration_link).
    ///
    /// # Errors
    /// As there.
    pub fn device_registration_link(
        &self,
        user: &UserId,
        display_name: Option<&str>,
    ) -> Result<RegistrationLink, Error> {
        let (client, user, name) = (self.client.clone(), user.clone(), display_name.map(str::to_owned));
        self.runtime.wait(async move { client.device_registration_link(&user, name.as_deref()).await })
    }

    /// Whether a user has a phone registered, see
    /// [`has_registered_mobile_device`](AsyncClient::has_registered_mobile_device).
    ///
    /// # Errors
    /// As there.
    pub fn has_registered_mobile_device(&self, user: &UserId) -> Result<bool, Error> {
        let (client, user) = (self.client.clone(), user.clone());
        self.runtime.wait(async move { client.has_registered_mobile_device(&user).await })
    }

    /// Disables a user's phone and makes a link that registers the next one. Never send this twice for one
    /// loss, see [`lost_user_mobile_device`](AsyncClient::lost_user_mobile_device).
    ///
    /// # Errors
    /// As there.
    pub fn lost_user_mobile_device(&self, user: &UserId) -> Result<RegistrationLink, Error> {
        let (client, user) = (self.client.clone(), user.clone());
        self.runtime.wait(async move { client.lost_user_mobile_device(&user).await })
    }

    /// Adds any number of users, chunk by chunk. Takes ids as text, see
    /// [`add_users_in_bulk`](AsyncClient::add_users_in_bulk). Nothing is sent before the reports of the [`Bulk`] are read.
    pub fn add_users_in_bulk<I>(&self, ids: I) -> Bulk<I::IntoIter, AddUsersOutcome>
    where
        I: IntoIterator<Item: Into<String>>,
    {
        Bulk::new(AsyncBulk::new(self.client.clone(), ADD, ids.into_iter()), Arc::clone(&self.runtime))
    }

    /// Deletes any number of users, and their devices with them, chunk by chunk. Takes ids as text, see
    /// [`add_users_in_bulk`](AsyncClient::add_users_in_bulk). Nothing is sent before the reports of the [`Bulk`] are
    /// read.
    pub fn delete_users_in_bulk<I>(&self, ids: I) -> Bulk<I::IntoIter, ()>
    where
        I: IntoIterator<Item: Into<String>>,
    {
        Bulk::new(AsyncBulk::new(self.client.clone(), DELETE, ids.into_iter()), Arc::clone(&self.runtime))
    }
}
