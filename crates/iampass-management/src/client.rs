//! The client that most callers want.

use std::borrow::Borrow;

use iampass_client::{
    ApplicationId, CallPolicy, Connection, DecodeError, Error, ErrorKind, ServerMessage, Settings,
    SignedRequest, UserId,
};

use crate::generated::{Client, operations, types};
use crate::outcome::{AddUsersOutcome, RegistrationLink};

/// A client of the Management API, bound to one application.
///
/// Cheap to clone; clones share one connection pool, one retry budget and one corrected clock. A call that
/// succeeds gives what its name says; everything else is an [`Error`], a `status: false` included.
#[derive(Clone, Debug)]
pub struct ManagementClient {
    connection: Connection,
}

impl From<Connection> for ManagementClient {
    fn from(connection: Connection) -> Self {
        Self { connection }
    }
}

impl ManagementClient {
    /// A client for the given server and application, with defaults for everything else. For other time limits,
    /// retries, proxies, certificates, …, make a [`Connection`] with [`Connection::builder`]:
    ///
    /// ```no_run
    /// # use iampass_management::{Connection, Error, ManagementClient, Settings};
    /// # fn example(settings: Settings) -> Result<ManagementClient, Error> {
    /// let connection = Connection::builder(settings).requests_per_second(50.0).build()?;
    /// # Ok(
    /// ManagementClient::from(connection)
    /// # )
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Connection::new`].
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Connection::new(settings).map(Self::from)
    }

    /// A client for what `IAMPASS_SERVER`, `IAMPASS_APPLICATION_ID` and `IAMPASS_APPLICATION_SECRET`
    /// say, see [`Settings::from_env`].
    ///
    /// # Errors
    /// As [`Connection::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        Connection::from_env().map(Self::from)
    }

    /// The connection below this client, for clients of IAMPASS's other APIs.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The generated client: the contract's operations as they are. Its requests are checked, signed and retried too;
    /// `status: false` is for the caller to look at.
    #[must_use]
    pub fn generated(&self) -> Client {
        Client::from(&self.connection)
    }

    /// The application that this client calls for.
    #[must_use]
    pub fn application_id(&self) -> &ApplicationId {
        self.connection.application_id()
    }

    /// The policy of this client's calls.
    #[must_use]
    pub fn policy(&self) -> &CallPolicy {
        self.connection.policy()
    }

    /// This client with another policy for its calls. Pool, retry budget and clock stay shared.
    ///
    /// ```no_run
    /// # use iampass_management::{CallPolicy, Error, ManagementClient, UserId};
    /// # async fn example(client: ManagementClient, user: UserId) -> Result<bool, Error> {
    /// let impatient = CallPolicy::one_attempt().with_deadline(std::time::Duration::from_secs(2));
    /// client.with_policy(impatient).has_registered_mobile_device(&user).await
    /// # }
    /// ```
    #[must_use]
    pub fn with_policy(&self, policy: CallPolicy) -> Self {
        self.connection.with_policy(policy).into()
    }

    /// This client with one more rate limit for its calls, see [`Connection::with_rate_limit`].
    #[must_use]
    pub fn with_rate_limit(&self, requests_per_second: f64) -> Self {
        self.connection.with_rate_limit(requests_per_second).into()
    }

    /// This client, but each request goes, complete and signed, to `sink` in place of the service. Every call
    /// then ends in [`ErrorKind::DryRun`].
    ///
    /// ```no_run
    /// # use iampass_management::{ManagementClient, UserId};
    /// # async fn example(client: ManagementClient, user: UserId) {
    /// let dry = client.with_dry_run(|request| println!("{} {}", request.method, request.url));
    /// assert!(dry.has_registered_mobile_device(&user).await.is_err());
    /// # }
    /// ```
    #[must_use]
    pub fn with_dry_run(&self, sink: impl Fn(SignedRequest) + Send + Sync + 'static) -> Self {
        self.connection.with_dry_run(sink).into()
    }

    /// Adds users to the application. Users that it already has are no error; they are listed as
    /// existing. After a retry, users that the first attempt created are listed as existing too.
    ///
    /// Takes the ids as they are at hand, borrowed or owned:
    ///
    /// ```no_run
    /// # use iampass_management::{Error, ManagementClient, UserId};
    /// # async fn example(client: ManagementClient, alice: UserId, bob: UserId) -> Result<(), Error> {
    /// client.add_users([&alice, &bob]).await?;
    /// let list = vec![alice, bob];
    /// client.add_users(&list).await?;
    /// client.add_users(list).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`]; if one is returned, some of the users may have been added all the same.
    pub async fn add_users<I>(&self, users: I) -> Result<AddUsersOutcome, Error>
    where
        I: IntoIterator<Item: Borrow<UserId>>,
    {
        self.add_user_list(&user_list(users)).await
    }

    pub(crate) async fn add_user_list(&self, body: &types::UserList) -> Result<AddUsersOutcome, Error> {
        let send = async |client: Client| client.add_users(self.application_id(), body).await;
        let read = |response: types::AddUsersResponse| {
            accepted(response.status, response.reason)?;
            let users = response.users.unwrap_or_default();
            Ok(AddUsersOutcome {
                created: users.created.unwrap_or_default(),
                existing: users.existing.unwrap_or_default(),
            })
        };
        self.connection.call(&operations::ADD_USERS, send, read).await
    }

    /// Deletes users from the application, and their devices with them. Takes ids as
    /// [`add_users`](ManagementClient::add_users) does.
    ///
    /// # Errors
    /// [`Error`]; if one is returned, some of the users may have been deleted all the same.
    pub async fn delete_users<I>(&self, users: I) -> Result<(), Error>
    where
        I: IntoIterator<Item: Borrow<UserId>>,
    {
        self.delete_user_list(&user_list(users)).await
    }

    pub(crate) async fn delete_user_list(&self, body: &types::UserList) -> Result<(), Error> {
        let send = async |client: Client| client.delete_users(self.application_id(), body).await;
        let read = |response: types::DeleteUsersResponse| accepted(response.status, response.reason);
        self.connection.call(&operations::DELETE_USERS, send, read).await
    }

    /// Makes a link that registers a phone for a user. `display_name` is what the phone shows for the
    /// account; IAMPASS keeps no personal data of its own.
    ///
    /// # Errors
    /// [`Error`]; [`ErrorKind::NotFound`] when the application has no such user.
    pub async fn device_registration_link(
        &self,
        user: &UserId,
        display_name: Option<&str>,
    ) -> Result<RegistrationLink, Error> {
        // The vendor's client leaves an empty name out as well.
        let display_name = display_name.filter(|name| !name.is_empty());
        let send = async |client: Client| {
            client.device_registration_link(self.application_id(), user, display_name).await
        };
        self.connection.call(&operations::DEVICE_REGISTRATION_LINK, send, link).await
    }

    /// Whether a user has a phone registered.
    ///
    /// # Errors
    /// [`Error`]; [`ErrorKind::NotFound`] when the application has no such user.
    pub async fn has_registered_mobile_device(&self, user: &UserId) -> Result<bool, Error> {
        let send =
            async |client: Client| client.has_registered_mobile_device(self.application_id(), user).await;
        let read = |response: types::RegisteredDeviceResponse| {
            accepted(response.status, response.reason)?;
            response.device_registered.ok_or(ErrorKind::Decode(DecodeError::Missing("device_registered")))
        };
        self.connection.call(&operations::HAS_REGISTERED_MOBILE_DEVICE, send, read).await
    }

    /// Disables a user's phone and makes a link that registers the next one.
    ///
    /// Never send this twice for one loss: by then the user may have registered the new phone, and the
    /// second call would disable that one. After a [`Timeout`](ErrorKind::Timeout), ask
    /// [`has_registered_mobile_device`](ManagementClient::has_registered_mobile_device) first.
    ///
    /// # Errors
    /// [`Error`]; [`ErrorKind::NotFound`] when the application has no such user.
    pub async fn lost_user_mobile_device(&self, user: &UserId) -> Result<RegistrationLink, Error> {
        let send = async |client: Client| client.lost_user_mobile_device(self.application_id(), user).await;
        self.connection.call(&operations::LOST_USER_MOBILE_DEVICE, send, link).await
    }
}

pub(crate) fn user_list(users: impl IntoIterator<Item: Borrow<UserId>>) -> types::UserList {
    types::UserList { users: users.into_iter().map(|user| user.borrow().clone()).collect() }
}

/// `status: false` is a failure that arrives as HTTP 200.
fn accepted(status: bool, reason: Option<String>) -> Result<(), ErrorKind> {
    if status { Ok(()) } else { Err(ErrorKind::Refused(reason.map(ServerMessage::new))) }
}

fn link(response: types::RegistrationLinkResponse) -> Result<RegistrationLink, ErrorKind> {
    const MEMBER: &str = "register_url";
    accepted(response.status, response.reason)?;
    let link = response.register_url.ok_or(ErrorKind::Decode(DecodeError::Missing(MEMBER)))?;
    RegistrationLink::new(link).map_err(|_| ErrorKind::Decode(DecodeError::NotAUrl(MEMBER)))
}
