//! How a client is made.

use std::sync::Arc;
use std::time::Duration;

use iampass_auth::{Clock, NonceSource, Signer};

use crate::attempts::{Call, Shared};
use crate::base_url::BaseUrl;
use crate::budget::RetryBudget;
use crate::client::ManagementClient;
use crate::clock::CorrectedClock;
use crate::error::Error;
use crate::generated;
use crate::hooks::Hooks;
use crate::operation_urls::OperationUrls;
use crate::policy::CallPolicy;
use crate::rate::RateLimit;
use crate::transport::Transport;

/// Makes a [`ManagementClient`]; begun with [`ManagementClient::builder`].
///
/// | what | default |
/// |---|---|
/// | `policy` | [`CallPolicy::default`] |
/// | `requests_per_second` | no limit |
/// | `retry_budget` | 20 repeats, one back for each 10 answered calls |
/// | `connect_timeout` | 5 s |
/// | `pool_idle_timeout` | 60 s |
/// | `proxy` | `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY` of the environment; none for this machine's own addresses |
/// | `add_root_certificates_pem` | none beyond the platform's trust store |
/// | `user_agent` | `iampass-management/VERSION` |
/// | `clock` | the system's |
#[derive(Debug)]
#[must_use]
pub struct Builder {
    base_url: BaseUrl,
    signer: Signer,
    policy: CallPolicy,
    requests_per_second: Option<f64>,
    budget: RetryBudget,
    transport: Transport,
}

impl Builder {
    pub(crate) fn new(base_url: BaseUrl, signer: Signer) -> Self {
        Self {
            base_url,
            signer,
            policy: CallPolicy::default(),
            requests_per_second: None,
            budget: RetryBudget::default(),
            transport: Transport::default(),
        }
    }

    /// How hard each call tries; can be changed per call with [`ManagementClient::with_policy`].
    pub fn policy(mut self, policy: CallPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The most requests per second that the client and its clones send, repeats included, evenly
    /// spread. A rate that is not above zero is no limit. The wait for a turn is part of a call's deadline:
    /// a call whose turn does not come until then is not sent, and ends in a
    /// [`Timeout`](Error::Timeout) with 0 attempts.
    pub fn requests_per_second(mut self, rate: f64) -> Self {
        self.requests_per_second = Some(rate);
        self
    }

    /// How many repeats the calls of the client and its clones may have in hand together, and for how many
    /// answered calls they get one back (0 counts as 1). Once they are used up, a call ends with its first
    /// outcome, so that an outage is not multiplied. A budget of 0 repeats repeats nothing; trying out a
    /// corrected clock is no repeat.
    pub fn retry_budget(mut self, repeats: u32, answered_calls: u32) -> Self {
        self.budget = RetryBudget::new(repeats, answered_calls);
        self
    }

    /// How long a connection may take to come about, TLS included.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.transport.connect_timeout = timeout;
        self
    }

    /// How long an unused connection is kept for the next call.
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.transport.pool_idle_timeout = timeout;
        self
    }

    /// Sends everything through this proxy (`http://host:port`, with `user:password@` if need be)
    /// instead of those that the environment names.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.transport.proxy = crate::transport::Proxy::Url(url.into());
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.transport.proxy = crate::transport::Proxy::None;
        self
    }

    /// Trusts the certificates of this PEM text as well, for example a company's own CA.
    pub fn add_root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.transport.root_certificates.push(pem.into());
        self
    }

    /// What the client calls itself. The text must be visible ASCII.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.transport.user_agent = user_agent.into();
        self
    }

    /// Uses the operating system's TLS library instead of rustls.
    #[cfg(feature = "native-tls")]
    pub fn use_native_tls(mut self) -> Self {
        self.transport.native_tls = true;
        self
    }

    /// Signs by another clock than the system's.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.signer = self.signer.with_clock(clock);
        self
    }

    /// Takes nonces from elsewhere than the thread's own generator.
    pub fn nonce_source(mut self, nonces: impl NonceSource + 'static) -> Self {
        self.signer = self.signer.with_nonce_source(nonces);
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Tls`], [`Error::Certificate`] and [`Error::Setup`] say what is of no use.
    pub fn build(self) -> Result<ManagementClient, Error> {
        let client = self.transport.client(&self.base_url, self.policy.attempt_timeout)?;
        let application_id = self.signer.credentials().application_id().clone();
        let urls = OperationUrls::new(&self.base_url);
        let attempt_timeout = self.policy.attempt_timeout;
        let rate = self.requests_per_second.and_then(RateLimit::per_second).map(Arc::new);
        let clock = CorrectedClock::new(self.signer.clock());
        let signer = self.signer.with_clock(clock.clone());
        let shared = Shared { urls, signer, clock, budget: self.budget, attempt_timeout };
        let hooks = Hooks::new(shared, Call::new(Arc::new(self.policy), rate));
        let generated = generated::Client::new_with_client(self.base_url.as_prefix(), client, hooks);
        Ok(ManagementClient { generated, application_id })
    }
}
