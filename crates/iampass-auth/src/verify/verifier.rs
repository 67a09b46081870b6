//! The verifier.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::presented_headers::PresentedHeaders;
use super::refusal::Refusal;
use super::replay_memory::{DEFAULT_REPLAY_CAPACITY, ReplayMemory};
use super::signed_text::SignedText;
use super::used_nonces::NonceRejection;
use crate::clock::{Clock, SystemClock};
use crate::credentials::{ApplicationId, ApplicationSecret};
use crate::protocol;
use crate::protocol::canonical_url::{CanonicalUrl, InvalidUrl, canonical_url};

/// How far a signer's clock may be from the verifier's, each way, unless
/// [`Verifier::with_window`] says otherwise.
///
/// The vendor does not say what the service allows; five minutes is usual.
pub const DEFAULT_WINDOW: Duration = Duration::from_secs(300);

/// Finds the secret of an application. Any `Fn(&str) -> Option<ApplicationSecret>` is one.
pub trait SecretLookup: Send + Sync {
    /// Returns the secret of the application with this id, if there is such an application. The id has
    /// the form of an [`ApplicationId`], but may be of any length.
    ///
    /// Do not return a secret for ids that nobody has registered: each application takes memory and a
    /// share of the nonces that are remembered.
    fn secret(&self, application_id: &str) -> Option<ApplicationSecret>;

    /// Returns among whose nonces those of this id count: its own, unless an implementation says
    /// otherwise.
    ///
    /// Say so for ids that are many and short-lived, such as those of one application's sessions: each id
    /// would take a place in the memory of nonces, and those of a busy application all of them. Ids that
    /// share their nonces cannot use the same one. Called only for requests whose signature is right.
    fn nonce_owner(&self, application_id: &ApplicationId) -> ApplicationId {
        application_id.clone()
    }
}

impl<F: Fn(&str) -> Option<ApplicationSecret> + Send + Sync> SecretLookup for F {
    fn secret(&self, application_id: &str) -> Option<ApplicationSecret> {
        self(application_id)
    }
}

/// A request whose signature is correct and recent, and was not used before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The application that signed.
    pub application_id: ApplicationId,
    /// The nonce. It cannot be used again.
    pub nonce: u64,
    /// The time of signing, in Unix seconds.
    pub timestamp: u64,
}

impl Verified {
    /// Whether this is the application that signed.
    ///
    /// Compare it with the application in the request's path, decoded: every application can sign the
    /// paths of the others.
    #[must_use]
    pub fn is_for(&self, application_id: &str) -> bool {
        self.application_id.as_str() == application_id
    }
}

/// Verifies requests, for any number of applications.
///
/// The checks run in this order: the form of the headers, the version, the application, the URL, the
/// signature (in constant time), the clock window, the reuse of the nonce. So only someone who knows a
/// secret can use up memory.
///
/// Share it by reference or in an `Arc`. Only the check of the nonce takes a lock.
///
/// # What it leaves to its caller
///
/// * **The host.** The signed URL contains the host, but the URL to verify is made of the `Host` header,
///   which the client chooses: a request that was captured by another server would be accepted here, with
///   its `Host`. Refuse a request with more than one `Host` header or a malformed one, and either call
///   [`Verifier::with_base_urls`] or use the host that you know instead of the header.
/// * **The application in the path.** A signature proves who signed, not that the path is about them:
///   check [`Verified::is_for`].
/// * **Method and body.** They are not signed; only TLS protects them. Verify before the body is read.
/// * **Other verifiers.** Replays are detected within one `Verifier` as long as it lives. Keep one for
///   all requests, and do not spread an application's requests over several.
pub struct Verifier {
    lookup: Box<dyn SecretLookup>,
    clock: Box<dyn Clock>,
    window: Duration,
    /// Host and port of the URLs to serve, if not all are served.
    hosts: Option<Vec<String>>,
    replays: Mutex<ReplayMemory>,
}

impl Verifier {
    /// Creates a verifier with [`SystemClock`], [`DEFAULT_WINDOW`] and [`DEFAULT_REPLAY_CAPACITY`].
    #[must_use]
    pub fn new(lookup: impl SecretLookup + 'static) -> Self {
        Self {
            lookup: Box::new(lookup),
            clock: Box::new(SystemClock),
            window: DEFAULT_WINDOW,
            hosts: None,
            replays: Mutex::new(ReplayMemory::with_capacity(DEFAULT_REPLAY_CAPACITY)),
        }
    }

    /// Uses another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Sets how far signers' clocks may differ from the verifier's, each way. Fractions of a second are
    /// ignored.
    #[must_use]
    pub fn with_window(mut self, window: Duration) -> Self {
        self.window = Duration::from_secs(window.as_secs());
        self
    }

    /// Sets how many nonces are remembered at most, at least one, of all applications together.
    ///
    /// If more requests come within the window, room is taken from the application that holds most
    /// nonces: its oldest second is forgotten, and its requests that were signed then or before are
    /// refused. So memory stays bounded, no replay is accepted, and an application that holds less than
    /// its share (the nonces divided by the applications) is not refused for what others send.
    ///
    /// There is room for as many applications as nonces. If all of them have sent requests within the
    /// window, those of further applications are refused.
    #[must_use]
    pub fn with_replay_capacity(mut self, nonces: usize) -> Self {
        self.replays = Mutex::new(ReplayMemory::with_capacity(nonces));
        self
    }

    /// Serves only requests for the hosts and ports of these URLs, for example `https://iam-api.com`. The
    /// rest of the URLs is ignored. Without this call, every host is served.
    ///
    /// # Errors
    ///
    /// Returns an error if a URL cannot be signed, see [`canonical_url`].
    pub fn with_base_urls<U: AsRef<str>>(
        mut self,
        urls: impl IntoIterator<Item = U>,
    ) -> Result<Self, InvalidUrl> {
        let hosts = urls.into_iter().map(|url| Ok(canonical_url(url.as_ref())?.authority().to_owned()));
        self.hosts = Some(hosts.collect::<Result<_, _>>()?);
        Ok(self)
    }

    /// Verifies a request that was received for this URL.
    ///
    /// The URL is the one that the signer sent: the scheme as on the signer's side of any proxy (it
    /// only decides which port is the default), the `Host` header, and the request target as
    /// received, neither decoded nor normalised. What remains to be checked is described at
    /// [`Verifier`].
    ///
    /// # Errors
    ///
    /// Returns why the request must not be served. Respond with 401; the text is for the server's log
    /// or for the author of the signer.
    pub fn verify(&self, presented: &PresentedHeaders<'_>, url: &str) -> Result<Verified, Refusal> {
        let authentication = presented.authentication()?;
        let timestamp = presented.timestamp()?;
        presented.check_version()?;

        let application_id = ApplicationId::from_validated(authentication.application_id());
        let Some(secret) = self.lookup.secret(application_id.as_str()) else {
            return Err(Refusal::UnknownApplication { application_id });
        };
        let url = canonical_url(url).map_err(Refusal::UnsignableUrl)?;
        if !self.serves(&url) {
            return Err(Refusal::UnknownHost);
        }
        let nonce = authentication.nonce();
        if !protocol::signature_matches(&secret, &url, nonce, timestamp, authentication.digest()) {
            let expected = SignedText::new(protocol::message(nonce, &url, timestamp));
            return Err(Refusal::SignatureMismatch { expected });
        }
        let now = self.check_clock(timestamp)?;
        let owner = self.lookup.nonce_owner(&application_id);
        match self.record(&owner, nonce, timestamp, now) {
            Ok(()) => Ok(Verified { application_id, nonce, timestamp }),
            Err(NonceRejection::Replayed) => Err(Refusal::Replayed { application_id, nonce }),
            Err(NonceRejection::Forgotten) => Err(Refusal::Forgotten { timestamp }),
        }
    }

    fn serves(&self, url: &CanonicalUrl<'_>) -> bool {
        let is_served = |host: &String| host.eq_ignore_ascii_case(url.authority());
        self.hosts.as_ref().is_none_or(|hosts| hosts.iter().any(is_served))
    }

    /// Returns the present time if the timestamp is in the window.
    fn check_clock(&self, timestamp: u64) -> Result<u64, Refusal> {
        let now = self.clock.unix_seconds();
        if now.abs_diff(timestamp) <= self.window.as_secs() {
            Ok(now)
        } else {
            Err(Refusal::OutsideClockWindow { timestamp, now, window: self.window })
        }
    }

    fn record(
        &self,
        application_id: &ApplicationId,
        nonce: u64,
        timestamp: u64,
        now: u64,
    ) -> Result<(), NonceRejection> {
        let window = self.window.as_secs();
        let window = now.saturating_sub(window)..=now.saturating_add(window);
        // The code under the lock does not panic, so a poisoned memory is still consistent.
        let mut replays = self.replays.lock().unwrap_or_else(PoisonError::into_inner);
        replays.record(application_id, nonce, timestamp, &window)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let capacity = self.replays.lock().unwrap_or_else(PoisonError::into_inner).capacity();
        f.debug_struct("Verifier")
            .field("window", &self.window)
            .field("hosts", &self.hosts)
            .field("replay_capacity", &capacity)
            .finish_non_exhaustive()
    }
}
