//! Signs requests.

use std::fmt;
use std::sync::Arc;

use super::nonce::{NonceSource, ThreadRngNonce};
use super::signed_headers::SignedHeaders;
use crate::clock::{Clock, SystemClock};
use crate::credentials::Credentials;
use crate::protocol::authentication::Authentication;
use crate::protocol::canonical_url::{CanonicalUrl, InvalidUrl, canonical_url};
use crate::protocol::decimal::Decimal;
use crate::protocol::signature;

/// Signs requests for one application.
///
/// Each call takes the time and a new nonce, so each attempt of a request is signed on its own.
/// Cloning shares everything; a clone can go to another thread. `Debug` does not show the secret.
#[derive(Clone)]
pub struct Signer {
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    nonces: Arc<dyn NonceSource>,
}

impl Signer {
    /// A signer with the machine's clock and nonces from the thread's secure generator.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials, clock: Arc::new(SystemClock), nonces: Arc::new(ThreadRngNonce) }
    }

    /// Takes the time from another clock: one that corrects the machine's, or stands still.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Takes the nonces from another source. It must not give one twice.
    #[must_use]
    pub fn with_nonce_source(mut self, nonces: impl NonceSource + 'static) -> Self {
        self.nonces = Arc::new(nonces);
        self
    }

    /// The clock that it signs by, for one that builds on it.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Whose requests it signs, and with what.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Signs a request for this URL, now. Method and body take no part.
    ///
    /// Give the URL as it is sent: absolute, percent-encoded, dot segments resolved.
    ///
    /// # Errors
    ///
    /// When the URL cannot be signed, see [`canonical_url`].
    pub fn sign(&self, url: &str) -> Result<SignedHeaders, InvalidUrl> {
        Ok(self.sign_canonical(&canonical_url(url)?))
    }

    /// As [`Signer::sign`], for a URL that is in canonical form already.
    #[must_use]
    pub fn sign_canonical(&self, url: &CanonicalUrl<'_>) -> SignedHeaders {
        sign_with(&self.credentials, url, self.nonces.nonce(), self.clock.unix_seconds())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

/// Signs a request with a given nonce (never use one twice) and time (Unix seconds): a pure
/// function.
#[must_use]
pub fn sign_with(
    credentials: &Credentials,
    url: &CanonicalUrl<'_>,
    nonce: u64,
    timestamp: u64,
) -> SignedHeaders {
    let nonce_text = Decimal::new(nonce);
    let timestamp_text = Decimal::new(timestamp);
    let (nonce_digits, timestamp_digits) = (nonce_text.as_bytes(), timestamp_text.as_bytes());
    let digest = signature::request_digest_for(credentials.secret(), url, nonce_digits, timestamp_digits);
    let (authentication, signature_start) =
        Authentication::new(credentials.application_id(), nonce, digest).write(nonce_digits);
    SignedHeaders { authentication, signature_start, timestamp_text, nonce, timestamp }
}
