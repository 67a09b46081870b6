//! A connection to the service: what every client of an IAMPASS API is made of.

mod calls;
mod decode;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use iampass_auth::{ApplicationId, Clock, Credentials, NonceSource, Signer};

use crate::base_url::BaseUrl;
use crate::clock::CorrectedClock;
use crate::error::Error;
use crate::hooks::Hooks;
use crate::proxy::ProxySetting;
use crate::rate_limit::RateLimit;
use crate::request::{SignedRequest, Sink};
use crate::retry::{CallContext, CallPolicy, ClientInner, RetryBudget};
use crate::settings::Settings;
use crate::transport::Transport;

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
    /// [`ErrorKind::Tls`](crate::ErrorKind::Tls), [`ErrorKind::ProxySetting`](crate::ErrorKind::ProxySetting) and [`ErrorKind::Setup`](crate::ErrorKind::Setup) when the machine's TLS or proxy settings
    /// cannot be used.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Self::builder(settings).build()
    }

    /// A connection for what `IAMPASS_SERVER`, `IAMPASS_APPLICATION_ID` and `IAMPASS_APPLICATION_SECRET`
    /// say, see [`Settings::from_env`].
    ///
    /// # Errors
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) names the variable that is missing or malformed; else as [`new`](Connection::new).
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
    /// then ends in [`ErrorKind::DryRun`](crate::ErrorKind::DryRun); those of a generated client end as with an empty response.
    #[must_use]
    pub fn with_dry_run(&self, sink: impl Fn(SignedRequest) + Send + Sync + 'static) -> Self {
        let mut dry = self.clone();
        dry.hooks.call.sink = Some(Sink::new(sink));
        dry
    }
}

/// Makes a [`Connection`]; [`Connection::builder`] begins.
///
/// | what | default |
/// |---|---|
/// | `policy` | [`CallPolicy::default`] |
/// | `requests_per_second` | no limit |
/// | `retry_budget` | 20 retries, one back for each 10 completed calls |
/// | `connect_timeout` | 5 s |
/// | `pool_idle_timeout` | 60 s |
/// | `proxy` | what the environment says, see [`Proxy::from_env`](crate::Proxy::from_env) |
/// | `add_root_certificates_pem` | none beyond the platform's trust store |
/// | `user_agent` | `iampass-client/VERSION` |
/// | `clock` | the system's |
#[derive(Debug)]
#[must_use]
pub struct ConnectionBuilder {
    base_url: BaseUrl,
    signer: Signer,
    policy: CallPolicy,
    requests_per_second: Option<f64>,
    budget: RetryBudget,
    transport: Transport,
}

impl ConnectionBuilder {
    fn new(settings: Settings) -> Self {
        Self {
            base_url: settings.base_url,
            signer: Signer::new(settings.credentials),
            policy: CallPolicy::default(),
            requests_per_second: None,
            budget: RetryBudget::default(),
            transport: Transport::default(),
        }
    }

    /// How often each call is attempted, and how long it may take. Single calls can have another policy:
    /// [`Connection::with_policy`].
    pub fn policy(mut self, policy: CallPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The most requests per second that the connection and its clones send, retries included, evenly
    /// spread. A rate that is not above zero is no limit. Waiting for the limit is part of a call's deadline:
    /// a call that is not let through until then is not sent, and ends in a
    /// [`Timeout`](crate::ErrorKind::Timeout) with 0 attempts.
    pub fn requests_per_second(mut self, rate: f64) -> Self {
        self.requests_per_second = Some(rate);
        self
    }

    /// How many retries the calls of the connection and its clones have together, and how many
    /// completed calls give one back (0 counts as 1). Once they are used up, a call ends with its first
    /// outcome, so that an outage is not multiplied. With a budget of 0 nothing is retried; trying out a
    /// corrected clock is not a retry.
    pub fn retry_budget(mut self, retries: u32, calls_per_retry: u32) -> Self {
        self.budget = RetryBudget::new(retries, calls_per_retry);
        self
    }

    /// How long connecting may take, TLS included.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.transport.connect_timeout = timeout;
        self
    }

    /// How long an unused connection is kept for the next call.
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.transport.pool_idle_timeout = timeout;
        self
    }

    /// Sends everything through this proxy (`http://host:port` or `https://host:port`, with `user:password@` if need be)
    /// instead of those that the environment names. A URL that cannot be used is an error of
    /// [`build`](ConnectionBuilder::build).
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.transport.proxy = ProxySetting::Url(url.into());
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.transport.proxy = ProxySetting::None;
        self
    }

    /// Trusts the certificates of this PEM text as well, for example a company's own CA.
    pub fn add_root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.transport.tls.root_certificates.push(pem.into());
        self
    }

    /// The `User-Agent` of every request. The text must be visible ASCII.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.transport.user_agent = user_agent.into();
        self
    }

    /// Uses the operating system's TLS library instead of rustls.
    #[cfg(feature = "native-tls")]
    pub fn use_native_tls(mut self) -> Self {
        self.transport.tls.native = true;
        self
    }

    /// Signs by another clock than the system's.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.signer = self.signer.with_clock(clock);
        self
    }

    /// Takes nonces from elsewhere than the thread's own generator. No nonce may be used twice.
    pub fn nonce_source(mut self, nonces: impl NonceSource + 'static) -> Self {
        self.signer = self.signer.with_nonce_source(nonces);
        self
    }

    /// Makes the connection. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ProxySetting`](crate::ErrorKind::ProxySetting), [`Tls`](crate::ErrorKind::Tls),
    /// [`Certificate`](crate::ErrorKind::Certificate) and [`Setup`](crate::ErrorKind::Setup) say what cannot be used.
    pub fn build(self) -> Result<Connection, Error> {
        let attempt_timeout = self.policy.attempt_timeout;
        let (http, proxy) = self.transport.client(&self.base_url, attempt_timeout)?;
        let clock = CorrectedClock::new(self.signer.clock());
        let application_id = self.signer.credentials().application_id().clone();
        let call = CallContext {
            policy: Arc::new(self.policy),
            signer: self.signer.with_clock(clock.clone()),
            rate_limits: self
                .requests_per_second
                .and_then(RateLimit::per_second)
                .map(Arc::new)
                .into_iter()
                .collect(),
            permit: Arc::default(),
            sink: None,
            attempts: Arc::default(),
        };
        let client = ClientInner {
            application_id,
            http,
            base_url: self.base_url,
            proxy,
            clock,
            budget: self.budget,
            attempt_timeout,
        };
        Ok(Connection { hooks: Hooks { client: Arc::new(client), call } })
    }
}
