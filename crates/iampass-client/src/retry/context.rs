//! What a call needs: the state that a client's calls share, and what one call has of its own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use iampass_auth::{ApplicationId, Signer};

use super::budget::RetryBudget;
use super::policy::CallPolicy;
use crate::base_url::BaseUrl;
use crate::clock::CorrectedClock;
use crate::proxy::Proxy;
use crate::rate_limit::RateLimit;
use crate::request::Sink;

/// What the calls of a client and its clones share.
#[derive(Debug)]
pub(crate) struct ClientInner {
    pub(crate) application_id: ApplicationId,
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: BaseUrl,
    /// The one that `http` uses.
    pub(crate) proxy: Option<Proxy>,
    pub(crate) clock: CorrectedClock,
    pub(crate) budget: RetryBudget,
    /// The time limit that `http` applies to each request.
    pub(crate) attempt_timeout: Duration,
}

/// What one call has of its own.
#[derive(Clone)]
pub(crate) struct CallContext {
    pub(crate) policy: Arc<CallPolicy>,
    /// The application's or a session's; by the client's corrected clock.
    pub(crate) signer: Signer,
    /// All of them are kept. The one that is shared most widely is last, so that nobody holds its slot while waiting
    /// for another limit.
    pub(crate) rate_limits: Vec<Arc<RateLimit>>,
    /// Whether the limits have let one request through already, which the next request uses up.
    pub(crate) permit: Arc<AtomicBool>,
    /// Takes the request in place of the service.
    pub(crate) sink: Option<Sink>,
    /// The requests that were sent.
    pub(crate) attempts: Arc<AtomicU32>,
}

impl CallContext {
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Waits until all limits let one request through.
    pub(crate) async fn acquire(&self) {
        if self.permit.swap(false, Ordering::Relaxed) {
            return;
        }
        for limit in &self.rate_limits {
            limit.acquire().await;
        }
    }
}

impl fmt::Debug for CallContext {
    /// Without the signer: a session's token is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("policy", &self.policy)
            .field("rate_limits", &self.rate_limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
    use tokio::time::Instant;

    use super::*;

    fn context(rates: &[f64]) -> CallContext {
        let id = ApplicationId::new("app").unwrap();
        let secret = ApplicationSecret::new("not-a-real-secret").unwrap();
        CallContext {
            policy: Arc::default(),
            signer: Signer::new(Credentials::new(id, secret)),
            rate_limits: rates.iter().map(|rate| Arc::new(RateLimit::per_second(*rate).unwrap())).collect(),
            permit: Arc::default(),
            sink: None,
            attempts: Arc::default(),
        }
    }

    async fn millis_of(context: &CallContext, requests: u32) -> u128 {
        let started = Instant::now();
        for _ in 0..requests {
            context.acquire().await;
        }
        started.elapsed().as_millis()
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_is_used_once() {
        let call = CallContext { permit: Arc::new(AtomicBool::new(true)), ..context(&[1.0]) };
        call.rate_limits[0].acquire().await;
        // Clones share it: each call has one.
        assert_eq!(millis_of(&call.clone(), 1).await, 0);
        assert_eq!(millis_of(&call, 2).await, 2_000);
    }

    #[tokio::test(start_paused = true)]
    async fn of_two_limits_both_are_kept() {
        for rates in [[10.0, 5.0], [5.0, 10.0]] {
            assert_eq!(millis_of(&context(&rates), 11).await, 2_000);
        }
        // What others take of the shared limit is missing here.
        let both = context(&[1_000.0, 10.0]);
        let mut others = Vec::new();
        for _ in 0..10 {
            let shared = Arc::clone(&both.rate_limits[1]);
            others.push(tokio::spawn(async move { shared.acquire().await }));
        }
        tokio::task::yield_now().await;
        assert_eq!(millis_of(&both, 1).await, 1_000);
    }
}
