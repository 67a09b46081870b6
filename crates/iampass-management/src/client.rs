//! The client that most callers want.

use std::pin::pin;
use std::sync::Arc;

use iampass_auth::{ApplicationId, Signer};
use progenitor_client::{ByteStream, ResponseValue};
use tracing::Instrument as _;

use crate::answer;
use crate::answer_problem::AnswerProblem;
use crate::base_url::BaseUrl;
use crate::builder::Builder;
use crate::dry_run::{SignedRequest, Sink};
use crate::error::Error;
use crate::failed_call::FailedCall;
use crate::generated::{self, types};
use crate::ids::UserId;
use crate::outcome::{AddUsersOutcome, RegistrationLink};
use crate::policy::CallPolicy;
use crate::rate::RateLimit;
use crate::settings::Settings;
use crate::telemetry;

/// A client of the Management API, bound to one application.
///
/// Cheap to clone; clones share one connection pool, one retry budget and one corrected clock. A success
/// is what the name of the call says; all else is an [`Error`], a `status: false` included.
#[derive(Clone, Debug)]
pub struct ManagementClient {
    pub(crate) generated: generated::Client,
    pub(crate) application_id: ApplicationId,
}

impl ManagementClient {
    /// A client for the given server and application, with defaults for all else.
    ///
    /// # Errors
    /// [`Error::Tls`] and [`Error::Setup`] when the machine's TLS or proxy settings are of no use.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Self::builder(settings).build()
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

    /// For everything that can be chosen: time limits, retries, proxy, certificates, user agent, …
    pub fn builder(settings: Settings) -> Builder {
        Builder::new(settings.base_url, Signer::new(settings.credentials))
    }

    /// A client whose signer has a clock or a nonce source of its own.
    ///
    /// # Errors
    /// As [`new`](ManagementClient::new).
    pub fn with_signer(base_url: &BaseUrl, signer: Signer) -> Result<Self, Error> {
        Builder::new(base_url.clone(), signer).build()
    }

    /// This client with another policy for its calls, those of its [`generated`](ManagementClient::generated) client
    /// included. Pool, retry budget and clock stay shared.
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
        let mut other = self.clone();
        other.generated.inner.call_mut().policy = Arc::new(policy);
        other
    }

    /// This client, but each request goes, complete and signed, to `sink` in place of the service. Every call
    /// then ends in [`Error::NotSent`]; those of its [`generated`](ManagementClient::generated) client end as with
    /// an empty answer.
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
        let mut dry = self.clone();
        dry.generated.inner.call_mut().sink = Some(Sink::new(sink));
        dry
    }

    /// The policy of this client's calls.
    #[must_use]
    pub fn policy(&self) -> &CallPolicy {
        &self.generated.inner.call().policy
    }

    pub(crate) fn rate(&self) -> Option<&Arc<RateLimit>> {
        self.generated.inner.call().rate.as_ref()
    }

    pub(crate) fn set_rate(&mut self, rate: Option<Arc<RateLimit>>) {
        self.generated.inner.call_mut().rate = rate;
    }

    /// The application that this client calls for.
    #[must_use]
    pub fn application_id(&self) -> &ApplicationId {
        &self.application_id
    }

    /// The generated client below this one: the contract's operations as they are, checked, signed and
    /// repeated all the same. `status: false` is for the caller to look at there.
    #[must_use]
    pub fn generated(&self) -> &generated::Client {
        &self.generated
    }

    /// Adds users to the application. Users that it already has are no error; they are listed as
    /// existing. After a repeated attempt, users that the first one created are listed as existing too.
    ///
    /// # Errors
    /// [`Error`]; if one is returned, some of the users may have been added all the same.
    pub async fn add_users(&self, users: impl IntoIterator<Item = UserId>) -> Result<AddUsersOutcome, Error> {
        self.add_user_list(&user_list(users)).await
    }

    pub(crate) async fn add_user_list(&self, body: &types::UserList) -> Result<AddUsersOutcome, Error> {
        self.call(
            "add_users",
            async |client| client.add_users(&self.application_id, body).await,
            |call, answer| {
                answer::accepted(call, answer.status, answer.reason)?;
                let users = answer.users.unwrap_or_default();
                Ok(AddUsersOutcome {
                    created: users.created.unwrap_or_default(),
                    existing: users.existing.unwrap_or_default(),
                })
            },
        )
        .await
    }

    /// Deletes users from the application, and their devices with them.
    ///
    /// # Errors
    /// [`Error`]; if one is returned, some of the users may have been deleted all the same.
    pub async fn delete_users(&self, users: impl IntoIterator<Item = UserId>) -> Result<(), Error> {
        self.delete_user_list(&user_list(users)).await
    }

    pub(crate) async fn delete_user_list(&self, body: &types::UserList) -> Result<(), Error> {
        self.call(
            "delete_users",
            async |client| client.delete_users(&self.application_id, body).await,
            |call, answer| answer::accepted(call, answer.status, answer.reason),
        )
        .await
    }

    /// Makes a link that registers a phone for a user. `display_name` is what the phone shows for the
    /// account; IAMPASS keeps no personal data of its own.
    ///
    /// # Errors
    /// [`Error`]; [`Error::NotFound`] when the application has no such user.
    pub async fn device_registration_link(
        &self,
        user: &UserId,
        display_name: Option<&str>,
    ) -> Result<RegistrationLink, Error> {
        // The vendor's client leaves an empty name out as well.
        let display_name = display_name.filter(|name| !name.is_empty());
        self.call(
            "device_registration_link",
            async |client| client.device_registration_link(&self.application_id, user, display_name).await,
            link,
        )
        .await
    }

    /// Whether a user has a phone registered.
    ///
    /// # Errors
    /// [`Error`]; [`Error::NotFound`] when the application has no such user.
    pub async fn has_registered_mobile_device(&self, user: &UserId) -> Result<bool, Error> {
        self.call(
            "has_registered_mobile_device",
            async |client| client.has_registered_mobile_device(&self.application_id, user).await,
            |call, answer| {
                answer::accepted(call, answer.status, answer.reason)?;
                let missing = AnswerProblem::Missing("device_registered");
                answer.device_registered.ok_or(Error::UnreadableAnswer { call, problem: missing })
            },
        )
        .await
    }

    /// Disables a user's phone and makes a link that registers the next one.
    ///
    /// Never send this twice for one loss: by then the user may have registered the new phone, and the
    /// second call would disable that one. After a [`Timeout`](Error::Timeout), ask
    /// [`has_registered_mobile_device`](ManagementClient::has_registered_mobile_device) first.
    ///
    /// # Errors
    /// [`Error`]; [`Error::NotFound`] when the application has no such user.
    pub async fn lost_user_mobile_device(&self, user: &UserId) -> Result<RegistrationLink, Error> {
        self.call(
            "lost_user_mobile_device",
            async |client| client.lost_user_mobile_device(&self.application_id, user).await,
            link,
        )
        .await
    }

    /// Makes one call: a generated client with this call's own state sends it, and `read` makes a value
    /// of the answer.
    async fn call<A, T>(
        &self,
        operation: &'static str,
        send: impl AsyncFnOnce(&generated::Client) -> Result<ResponseValue<A>, generated::Error<ByteStream>>,
        read: impl FnOnce(FailedCall, A) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let span = telemetry::call(operation);
        let started = telemetry::start(&span);
        let mut client = self.generated.clone();
        client.inner.call_mut().attempts = Arc::default();
        let call = client.inner.call();
        // Put where it stays: it is large, and would be copied into what holds it.
        let calling = pin!(async {
            let answer = send(&client).await;
            let failed = FailedCall::new(operation, call.attempts());
            if call.sink.is_some() && !matches!(answer, Err(generated::Error::InvalidRequest(_))) {
                let problem = "it was to be looked at".to_owned();
                return Err(Error::NotSent { call: failed, problem });
            }
            answer::decoded(failed, answer, || client.inner.now())
                .await
                .and_then(|answer| read(failed, answer))
        });
        let result = calling.instrument(span.clone()).await;
        telemetry::record_end(&span, started, call.attempts(), &result);
        result
    }
}

fn user_list(users: impl IntoIterator<Item = UserId>) -> types::UserList {
    types::UserList { users: users.into_iter().collect() }
}

fn link(call: FailedCall, answer: types::RegistrationLinkResponse) -> Result<RegistrationLink, Error> {
    answer::accepted(call, answer.status, answer.reason)?;
    let unreadable = |problem| Error::UnreadableAnswer { call, problem };
    let link = answer.register_url.ok_or(unreadable(AnswerProblem::Missing("register_url")))?;
    RegistrationLink::new(link).ok_or(unreadable(AnswerProblem::NotAUrl))
}
