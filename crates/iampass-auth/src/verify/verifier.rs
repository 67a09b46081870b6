//! Checks the signatures of requests.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::presented_headers::{PresentedHeaders, is_text};
use super::refusal::Refusal;
use super::replay_memory::{DEFAULT_REPLAY_CAPACITY, NonceRejection, ReplayMemory};
use crate::clock::{Clock, SystemClock};
use crate::credentials::{ApplicationId, ApplicationSecret};
use crate::protocol::authentication::{Authentication, HeaderFault};
use crate::protocol::canonical_url::canonical_url;
use crate::protocol::{decimal, headers, signature};

/// How far a signer's clock may be from the verifier's, each way, unless told otherwise.
///
/// The vendor does not say what the service allows; five minutes is what is usual.
pub const DEFAULT_WINDOW: Duration = Duration::from_secs(300);

/// How much of a wrong version is repeated in a refusal.
const SHOWN_VERSION: usize = 32;

/// Finds the secret of an application. Any `Fn(&str) -> Option<ApplicationSecret>` does.
pub trait SecretLookup: Send + Sync {
    /// The secret of the application with this id, if there is such an application. The id has the
    /// form of an [`ApplicationId`].
    fn secret(&self, application_id: &str) -> Option<ApplicationSecret>;
}

impl<F: Fn(&str) -> Option<ApplicationSecret> + Send + Sync> SecretLookup for F {
    fn secret(&self, application_id: &str) -> Option<ApplicationSecret> {
        self(application_id)
    }
}

/// A request whose signature is right, recent and new.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Who signed.
    pub application_id: ApplicationId,
    /// The nonce, now used up.
    pub nonce: u64,
    /// When it was signed, in Unix seconds.
    pub timestamp: u64,
}

/// Checks requests, for any number of applications.
///
/// In this order: the headers' form, the version, the application, the signature (in constant
/// time), the clock window, the nonce's reuse. So only who knows a secret can use up memory.
///
/// It is shared by reference or in an `Arc`; a lock is held only around the replay memory.
pub struct Verifier {
    lookup: Box<dyn SecretLookup>,
    clock: Box<dyn Clock>,
    window: Duration,
    replays: Mutex<ReplayMemory>,
}

impl Verifier {
    /// A verifier with the machine's clock, [`DEFAULT_WINDOW`] and [`DEFAULT_REPLAY_CAPACITY`].
    #[must_use]
    pub fn new(lookup: impl SecretLookup + 'static) -> Self {
        Self {
            lookup: Box::new(lookup),
            clock: Box::new(SystemClock),
            window: DEFAULT_WINDOW,
            replays: Mutex::new(ReplayMemory::with_capacity(DEFAULT_REPLAY_CAPACITY)),
        }
    }

    /// Takes the time from another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Allows signers' clocks to be so far off, each way. Parts of a second are cut off.
    #[must_use]
    pub fn with_window(mut self, window: Duration) -> Self {
        self.window = Duration::from_secs(window.as_secs());
        self
    }

    /// Remembers so many nonces at most, and at least one.
    ///
    /// When more requests come within the window, the oldest second is forgotten and requests
    /// signed then or earlier are refused. So the memory stays bounded, and no replay gets through.
    #[must_use]
    pub fn with_replay_capacity(mut self, nonces: usize) -> Self {
        self.replays = Mutex::new(ReplayMemory::with_capacity(nonces));
        self
    }

    /// Checks a request that came for this URL.
    ///
    /// The URL is what the signer sent: `http` or `https` as on the signer's side of any proxy (it
    /// only decides which port is the default), the `Host` header, and the request target as
    /// received, neither decoded nor normalised.
    ///
    /// # Errors
    ///
    /// Says why the request is not to be served. Answer 401; the text is for the log of who runs
    /// the server, or for the signer's author.
    pub fn verify(&self, presented: &PresentedHeaders<'_>, url: &str) -> Result<Verified, Refusal> {
        let (authentication, nonce) = read_authentication(presented)?;
        let (timestamp, digits) = read_timestamp(presented)?;
        check_version(presented)?;
        self.check_signature(&authentication, timestamp, &Digits { nonce, timestamp: digits }, url)?;
        let now = self.check_clock(timestamp)?;
        let application_id = ApplicationId::from_validated(authentication.application_id());
        let nonce = authentication.nonce();
        match self.record(&application_id, nonce, timestamp, now) {
            Ok(()) => Ok(Verified { application_id, nonce, timestamp }),
            Err(NonceRejection::Replayed) => Err(Refusal::Replayed { application_id, nonce }),
            Err(NonceRejection::Forgotten) => Err(Refusal::Forgotten { timestamp }),
        }
    }

    fn check_signature(
        &self,
        authentication: &Authentication<'_>,
        timestamp: u64,
        digits: &Digits<'_>,
        url: &str,
    ) -> Result<(), Refusal> {
        let Some(secret) = self.lookup.secret(authentication.application_id()) else {
            let application_id = ApplicationId::from_validated(authentication.application_id());
            return Err(Refusal::UnknownApplication { application_id });
        };
        let url = canonical_url(url).map_err(Refusal::UnsignableUrl)?;
        // In constant time: a digest's comparison is.
        let digest = signature::request_digest_for(&secret, &url, digits.nonce, digits.timestamp);
        if digest == *authentication.digest() {
            return Ok(());
        }
        let message = signature::message(authentication.nonce(), &url, timestamp);
        Err(Refusal::SignatureMismatch { message })
    }

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
        // Nothing that runs under the lock can leave the memory half changed, so one that was
        // poisoned by a thread's death is as good as any.
        let mut replays = self.replays.lock().unwrap_or_else(PoisonError::into_inner);
        replays.record(application_id.as_str(), nonce, timestamp, now, self.window.as_secs())
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

/// A request's numbers as they came. Each has one form only, so it is the one that was signed.
struct Digits<'a> {
    nonce: &'a [u8],
    timestamp: &'a [u8],
}

/// With the nonce's digits.
fn read_authentication<'a>(
    presented: &PresentedHeaders<'a>,
) -> Result<(Authentication<'a>, &'a [u8]), Refusal> {
    read(headers::AUTHENTICATION, presented.authentication()?, Authentication::from_bytes)
}

/// With its digits.
fn read_timestamp<'a>(presented: &PresentedHeaders<'a>) -> Result<(u64, &'a [u8]), Refusal> {
    let parse = |digits| decimal::parse(digits).map_err(HeaderFault::Timestamp);
    let digits = presented.timestamp()?;
    Ok((read(headers::TIMESTAMP, digits, parse)?, digits))
}

/// What can be read is text; whether the rest is, says more than what the reader stumbled over.
fn read<'a, T>(
    name: &'static str,
    value: &'a [u8],
    parse: impl Fn(&'a [u8]) -> Result<T, HeaderFault>,
) -> Result<T, Refusal> {
    parse(value).map_err(|reason| {
        let reason = if is_text(value) { reason } else { HeaderFault::NotText };
        Refusal::MalformedHeader { name, reason }
    })
}

fn check_version(presented: &PresentedHeaders<'_>) -> Result<(), Refusal> {
    if presented.versions_are(headers::PROTOCOL_VERSION) {
        return Ok(());
    }
    let wrong = presented
        .versions()?
        .into_iter()
        .flatten()
        .find(|(_, version)| *version != headers::PROTOCOL_VERSION);
    match wrong {
        None => Ok(()),
        Some((name, version)) => Err(Refusal::UnsupportedVersion {
            name,
            presented: version.chars().take(SHOWN_VERSION).collect(),
        }),
    }
}
