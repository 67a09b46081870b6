//! The signer.

use std::fmt;
use std::sync::Arc;

use super::nonce::{NonceSource, ThreadRngNonce};
use super::signed_headers::SignedHeaders;
use crate::clock::{Clock, SystemClock};
use crate::credentials::Credentials;
use crate::protocol;
use crate::protocol::authentication::Authentication;
use crate::protocol::canonical_url::{CanonicalUrl, InvalidUrl, canonical_url};

/// Signs requests for one application.
///
/// Each call reads the clock and draws a new nonce, so that each attempt of a request is signed on its
/// own. Clones share clock and nonce source, and can be sent to other threads. `Debug` does not show the
/// secret.
#[derive(Clone)]
pub struct Signer {
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    nonces: Arc<dyn NonceSource>,
}

impl Signer {
    /// Creates a signer that uses [`SystemClock`] and [`ThreadRngNonce`].
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials, clock: Arc::new(SystemClock), nonces: Arc::new(ThreadRngNonce) }
    }

    /// Uses another clock, for example one that corrects the system's, or a fixed one.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Uses another source of nonces. It must not return the same nonce twice.
    #[must_use]
    pub fn with_nonce_source(mut self, nonces: impl NonceSource + 'static) -> Self {
        self.nonces = Arc::new(nonces);
        self
    }

    /// Returns a signer with other credentials that shares this one's clock and nonce source.
    ///
    /// IAMPASS issues credentials for a sign-in session besides those of the application: requests of the
    /// session are signed with these, by the same clock.
    #[must_use]
    pub fn with_credentials(&self, credentials: Credentials) -> Self {
        Self { credentials, ..self.clone() }
    }

    /// Returns the clock, so that another one can be based on it.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Returns the credentials.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Signs a request for this URL with the present time and a new nonce. Method and body are not
    /// signed.
    ///
    /// The URL must be the one that is sent: absolute, percent-encoded, dot segments resolved.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL cannot be signed, see [`canonical_url`].
    pub fn sign(&self, url: &str) -> Result<SignedHeaders, InvalidUrl> {
        Ok(self.sign_canonical(&canonical_url(url)?))
    }

    /// Like [`Signer::sign`], for a URL that is already in canonical form.
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

/// Signs a request with a given nonce and time (Unix seconds). This is a pure function; do not use a
/// nonce twice.
#[must_use]
pub fn sign_with(
    credentials: &Credentials,
    url: &CanonicalUrl<'_>,
    nonce: u64,
    timestamp: u64,
) -> SignedHeaders {
    let digest = protocol::request_digest(credentials.secret(), url, nonce, timestamp);
    SignedHeaders::new(&Authentication::new(credentials.application_id(), nonce, digest), timestamp)
}
