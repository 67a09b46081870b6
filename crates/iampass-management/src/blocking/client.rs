//! The client that waits.

use std::sync::Arc;

use iampass_auth::{ApplicationId, Signer};

use crate::base_url::BaseUrl;
use crate::blocking::bulk::Bulk;
use crate::blocking::runtime::{Runtime, polled_by_a_runtime};
use crate::builder::Builder;
use crate::client::ManagementClient as AsyncClient;
use crate::dry_run::SignedRequest;
use crate::error::Error;
use crate::ids::UserId;
use crate::outcome::{AddUsersOutcome, RegistrationLink};
use crate::policy::CallPolicy;
use crate::settings::Settings;

/// A client of the Management API whose calls wait for their outcome. All else is as with
/// [`iampass_management::ManagementClient`](crate::ManagementClient).
///
/// Cheap to clone, and can be shared by threads; clones share one connection pool, one retry budget, one
/// corrected clock and the one thread that works for them.
#[derive(Clone, Debug)]
pub struct ManagementClient {
    // Before the runtime, which it may need to the last.
    client: AsyncClient,
    runtime: Arc<Runtime>,
}

impl Builder {
    /// Makes a client for programs without an async runtime. Nothing is sent yet.
    ///
    /// # Errors
    /// As [`build`](Builder::build), and [`Error::Runtime`].
    pub fn build_blocking(self) -> Result<ManagementClient, Error> {
        Ok(ManagementClient { client: self.build()?, runtime: Arc::new(Runtime::new()?) })
    }
}

impl ManagementClient {
    /// A client for the given server and application, with defaults for all else.
    ///
    /// # Errors
    /// As [`Builder::build_blocking`].
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Self::builder(settings).build_blocking()
    }

    /// A client for what `IAMPASS_SERVER`, `IAMPASS_APPLICATION_ID` and `IAMPASS_APPLICATION_SECRET`
    /// say, see [`Settings::from_env`].
    ///
    /// # Errors
    /// [`Error::Settings`] names the variable that is missing or malformed; else as
    /// [`new`](ManagementClient::new).
    pub fn from_env() -> Result<Self, Error> {
        Self::new(Settings::from_env()?)
    }

    /// For everything that can be chosen; end it with [`build_blocking`](Builder::build_blocking).
    pub fn builder(settings: Settings) -> Builder {
        AsyncClient::builder(settings)
    }

    /// A client whose signer has a clock or a nonce source of its own.
    ///
    /// # Errors
    /// As [`new`](ManagementClient::new).
    pub fn with_signer(base_url: &BaseUrl, signer: Signer) -> Result<Self, Error> {
        Builder::new(base_url.clone(), signer).build_blocking()
    }

    /// This client with another policy for its calls. Pool, retry budget, clock and thread stay shared.
    #[must_use]
    pub fn with_policy(&self, policy: CallPolicy) -> Self {
        Self { client: self.client.with_policy(policy), runtime: Arc::clone(&self.runtime) }
    }

    /// This client, but each request goes, complete and signed, to `sink` in place of the service, see
    /// [`with_dry_run`](AsyncClient::with_dry_run).
    #[must_use]
    pub fn with_dry_run(&self, sink: impl Fn(SignedRequest) + Send + Sync + 'static) -> Self {
        Self { client: self.client.with_dry_run(sink), runtime: Arc::clone(&self.runtime) }
    }

    /// The policy of this client's calls.
    #[must_use]
    pub fn policy(&self) -> &CallPolicy {
        self.client.policy()
    }

    /// The application that this client calls for.
    #[must_use]
    pub fn application_id(&self) -> &ApplicationId {
        self.client.application_id()
    }

    /// Adds users, see [`add_users`](AsyncClient::add_users).
    ///
    /// # Errors
    /// As there, and [`Error::WithinRuntime`].
    pub fn add_users(&self, users: impl IntoIterator<Item = UserId>) -> Result<AddUsersOutcome, Error> {
        self.wait(self.client.add_users(users))
    }

    /// Deletes users, see [`delete_users`](AsyncClient::delete_users).
    ///
    /// # Errors
    /// As there, and [`Error::WithinRuntime`].
    pub fn delete_users(&self, users: impl IntoIterator<Item = UserId>) -> Result<(), Error> {
        self.wait(self.client.delete_users(users))
    }

    /// Makes a link that registers a phone, see
    /// [`device_registration_link`](AsyncClient::device_registration_link).
    ///
    /// # Errors
    /// As there, and [`Error::WithinRuntime`].
    pub fn device_registration_link(
        &self,
        user: &UserId,
        display_name: Option<&str>,
    ) -> Result<RegistrationLink, Error> {
        self.wait(self.client.device_registration_link(user, display_name))
    }

    /// Whether a user has a phone registered, see
    /// [`has_registered_mobile_device`](AsyncClient::has_registered_mobile_device).
    ///
    /// # Errors
    /// As there, and [`Error::WithinRuntime`].
    pub fn has_registered_mobile_device(&self, user: &UserId) -> Result<bool, Error> {
        self.wait(self.client.has_registered_mobile_device(user))
    }

    /// Disables a user's phone and makes a link that registers the next one. Never send this twice for one
    /// loss, see [`lost_user_mobile_device`](AsyncClient::lost_user_mobile_device).
    ///
    /// # Errors
    /// As there, and [`Error::WithinRuntime`].
    pub fn lost_user_mobile_device(&self, user: &UserId) -> Result<RegistrationLink, Error> {
        self.wait(self.client.lost_user_mobile_device(user))
    }

    /// Adds any number of users, chunk by chunk. Nothing is sent before the [`Bulk`] is iterated.
    pub fn add_users_in_bulk<I>(&self, ids: I) -> Bulk<I::IntoIter, AddUsersOutcome>
    where
        I: IntoIterator<Item: Into<String>>,
    {
        Bulk::new(self.client.add_users_in_bulk(ids), Arc::clone(&self.runtime))
    }

    /// Deletes any number of users, and their devices with them, chunk by chunk. Nothing is sent before
    /// the [`Bulk`] is iterated.
    pub fn delete_users_in_bulk<I>(&self, ids: I) -> Bulk<I::IntoIter, ()>
    where
        I: IntoIterator<Item: Into<String>>,
    {
        Bulk::new(self.client.delete_users_in_bulk(ids), Arc::clone(&self.runtime))
    }

    fn wait<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        if polled_by_a_runtime() { Err(Error::WithinRuntime) } else { self.runtime.wait(call) }
    }
}
