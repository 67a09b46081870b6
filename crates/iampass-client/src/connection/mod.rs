//! A connection to the service: what every client of an IAMPASS API is made of.

mod builder;
mod decode;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use iampass_auth::{ApplicationId, Credentials};
use reqwest::{Request, Url};
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

use crate::base_url::BaseUrl;
use crate::error::{Error, ErrorKind};
use crate::hooks::{Hooks, add_headers};
use crate::rate_limit::RateLimit;
use crate::request::{Operation, SignedRequest, Sink};
use crate::retry::CallPolicy;
use crate::settings::Settings;
use crate::telemetry;

pub use self::builder::ConnectionBuilder;
use self::decode::ClientResult;

/// A connection to the service, for one application.
///
/// Clients of the single APIs are made of it; they can share one. Cheap to clone: clones share one pool of
/// connections, one retry budget and one corrected clock.
///
/// Calls need a tokio runtime with time enabled.
#[derive(Clone, Debug)]
pub struct Connection {
    hooks: Hooks,
}

impl Connection {
    /// A connection with defaults for everything but server and application. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Tls`], [`ErrorKind::ProxySetting`] and [`ErrorKind::Setup`] when the machine's TLS or proxy settings
    /// cannot be used.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Self::builder(settings).build()
    }

    /// A connection for what `IAMPASS_SERVER`, `IAMPASS_APPLICATION_ID` and `IAMPASS_APPLICATION_SECRET`
    /// say, see [`Settings::from_env`].
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] names the variable that is missing or malformed; else as [`new`](Connection::new).
    pub fn from_env() -> Result<Self, Error> {
        Self::new(Settings::from_env()?)
    }

    /// For everything that can be set: time limits, retries, proxy, certificates, user agent, …
    pub fn builder(settings: Settings) -> ConnectionBuilder {
        ConnectionBuilder::new(settings)
    }

    /// Where the service is.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.hooks.client.base_url
    }

    /// The application that this connection is for.
    #[must_use]
    pub fn application_id(&self) -> &ApplicationId {
        &self.hooks.client.application_id
    }

    /// The policy of this connection's calls.
    #[must_use]
    pub fn policy(&self) -> &CallPolicy {
        &self.hooks.call.policy
    }

    /// The HTTP client of this connection: it follows no redirects, and goes to the base URL's scheme alone. Requests
    /// that are sent through it directly are neither signed nor checked.
    #[must_use]
    pub fn http_client(&self) -> &reqwest::Client {
        &self.hooks.client.http
    }

    /// What a generated client is made with.
    #[must_use]
    pub fn hooks(&self) -> Hooks {
        self.hooks.clone()
    }

    /// This connection with another policy for its calls.
    #[must_use]
    pub fn with_policy(&self, policy: CallPolicy) -> Self {
        let mut other = self.clone();
        other.hooks.call.policy = Arc::new(policy);
        other
    }

    /// This connection, signing with other credentials than the application's: those of a session, whose token takes
    /// the place of the application's id and whose secret takes the place of the application's secret.
    #[must_use]
    pub fn signed_by(&self, credentials: Credentials) -> Self {
        let mut other = self.clone();
        other.hooks.call.signer = self.hooks.call.signer.with_credentials(credentials);
        other
    }

    /// This connection with one more rate limit, in requests per second, retries included, evenly spread. A rate that
    /// is not above zero is no limit. The limits that it has already are kept as well.
    #[must_use]
    pub fn with_rate_limit(&self, requests_per_second: f64) -> Self {
        let mut other = self.clone();
        let limit = RateLimit::per_second(requests_per_second).map(Arc::new);
        other.hooks.call.rate_limits.splice(0..0, limit);
        other
    }

    /// Waits until the rate limits let a request through. The next request of the returned connection, whichever call
    /// makes it, does not wait again: so the wait does not count against that call's deadline.
    pub async fn with_permit(&self) -> Self {
        self.hooks.call.acquire().await;
        let mut other = self.clone();
        other.hooks.call.permit = Arc::new(AtomicBool::new(true));
        other
    }

    /// This connection, but each request goes, complete and signed, to `sink` in place of the service. Every call
    /// then ends in [`ErrorKind::DryRun`]; those of a generated client end as with an empty response.
    #[must_use]
    pub fn with_dry_run(&self, sink: impl Fn(SignedRequest) + Send + Sync + 'static) -> Self {
        let mut dry = self.clone();
        dry.hooks.call.sink = Some(Sink::new(sink));
        dry
    }

    /// Makes one call of a generated client, within a span of its own. `send` calls the client's function; `read`
    /// turns the decoded response into a value, or into the error that it stands for.
    ///
    /// # Errors
    /// [`Error`], about this operation.
    pub async fn call<C, R, T>(
        &self,
        operation: &'static Operation,
        send: impl AsyncFnOnce(C) -> ClientResult<R>,
        read: impl FnOnce(R) -> Result<T, ErrorKind>,
    ) -> Result<T, Error>
    where
        C: for<'a> From<&'a Self>,
    {
        self.traced(operation, async |connection| send(C::from(connection)).await, read).await
    }

    /// Calls a URL that the service gave, and decodes the JSON of its response. The URL is absolute, and is called only
    /// if it has the base URL's scheme, host and port.
    ///
    /// # Errors
    /// [`ErrorKind::ForeignUrl`] for any other URL, and nothing is sent; else as [`call`](Connection::call).
    pub async fn call_url<R: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        url: &str,
    ) -> Result<R, Error> {
        let url = url.parse().ok().filter(|url: &Url| self.base_url().is_same_origin(url));
        let url = url.ok_or_else(|| Error::of_call(operation, 0, ErrorKind::ForeignUrl))?;
        let send = async |connection: &Self| {
            let mut request = Request::new(operation.method.clone(), url);
            add_headers(request.headers_mut());
            decode::json(connection.hooks.send(request, operation).await).await
        };
        self.traced(operation, send, Ok).await
    }

    /// Runs a call in its span, with a count of attempts of its own.
    async fn traced<R, T>(
        &self,
        operation: &'static Operation,
        send: impl AsyncFnOnce(&Self) -> ClientResult<R>,
        read: impl FnOnce(R) -> Result<T, ErrorKind>,
    ) -> Result<T, Error> {
        let mut connection = self.clone();
        connection.hooks.call.attempts = Arc::default();
        let Hooks { client, call } = &connection.hooks;
        let span = telemetry::call(operation);
        let started = telemetry::start(&span);
        let result = async {
            let response = send(&connection).await;
            let decoded = decode::decode(client, operation, response).await;
            // In place of the response, a dry run has an empty one.
            let is_dry_run = call.sink.is_some() && matches!(decoded, Err(ErrorKind::Decode(_)) | Ok(_));
            if is_dry_run { Err(ErrorKind::DryRun) } else { decoded.and_then(read) }
        };
        let result = result.instrument(span.clone()).await;
        let result = result.map_err(|kind| Error::of_call(operation, call.attempts(), kind));
        telemetry::record_end(&span, started, call.attempts(), &result);
        result
    }
}
