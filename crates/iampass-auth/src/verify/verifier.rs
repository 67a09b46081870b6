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
use crate::protocol::canonical_url::canonical_url;

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

/// Verifies requests, for any number of applications.
///
/// The checks run in this order: the form of the headers, the version, the application, the signature
/// (in constant time), the clock window, the reuse of the nonce. So only someone who knows a secret can
/// use up memory.
///
/// Share it by reference or in an `Arc`. Only the check of the nonce takes a lock.
pub struct Verifier {
    lookup: Box<dyn SecretLookup>,
    clock: Box<dyn Clock>,
    window: Duration,
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

    /// Verifies a request that was received for this URL.
    ///
    /// The URL is the one that the signer sent: the scheme as on the signer's side of any proxy (it
    /// only decides which port is the default), the `Host` header, and the request target as
    /// received, neither decoded nor normalised.
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
        let nonce = authentication.nonce();
        if !protocol::signature_matches(&secret, &url, nonce, timestamp, authentication.digest()) {
            let expected = SignedText::new(protocol::message(nonce, &url, timestamp));
            return Err(Refusal::SignatureMismatch { expected });
        }
        let now = self.check_clock(timestamp)?;
        match self.record(&application_id, nonce, timestamp, now) {
            Ok(()) => Ok(Verified { application_id, nonce, timestamp }),
            Err(NonceRejection::Replayed) => Err(Refusal::Replayed { application_id, nonce }),
            Err(NonceRejection::Forgotten) => Err(Refusal::Forgotten { timestamp }),
        }
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
            .field("replay_capacity", &capacity)
            .finish_non_exhaustive()
    }
}
