//! Helpers for most files: one application, and requests as a server sees them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use iampass_auth::{
    ApplicationId, ApplicationSecret, Credentials, PresentedHeaders, Refusal, SignedHeaders, Verified,
    Verifier, canonical_url, headers, sign_with,
};

pub(crate) const APPLICATION: &str = "f2f73bb47a41331fe204258ef046efee";
pub(crate) const SECRET: &str = "9R4ESXSXCF6RRR412XCFPP8CLVXCDN1V";
pub(crate) const URL: &str = "https://main.iam-api.com/management/has_registered_mobile_device/\
                              f2f73bb47a41331fe204258ef046efee/alice%40example.com";
pub(crate) const NOW: u64 = 1_700_000_000;

pub(crate) fn credentials() -> Credentials {
    credentials_of(APPLICATION, SECRET)
}

pub(crate) fn credentials_of(id: &str, secret: &str) -> Credentials {
    Credentials::new(ApplicationId::new(id).unwrap(), ApplicationSecret::new(secret).unwrap())
}

pub(crate) fn sign(nonce: u64, timestamp: u64) -> SignedHeaders {
    sign_with(&credentials(), &canonical_url(URL).unwrap(), nonce, timestamp)
}

/// Accepts every application id with the same secret, so that tests can choose ids freely.
pub(crate) fn verifier() -> Verifier {
    Verifier::new(|_: &str| ApplicationSecret::new(SECRET).ok()).with_clock(|| NOW)
}

/// A clock that is set by the test.
#[derive(Clone)]
pub(crate) struct TestClock(Arc<AtomicU64>);

impl TestClock {
    pub(crate) fn at(now: u64) -> Self {
        Self(Arc::new(AtomicU64::new(now)))
    }

    pub(crate) fn set(&self, now: u64) {
        self.0.store(now, Ordering::Relaxed);
    }

    pub(crate) fn reader(&self) -> impl Fn() -> u64 + Send + Sync + 'static {
        let now = Arc::clone(&self.0);
        move || now.load(Ordering::Relaxed)
    }
}

/// The headers of a request as text, which a test can change one by one.
#[derive(Clone)]
pub(crate) struct Sent(pub(crate) Vec<(&'static str, String)>);

impl Sent {
    pub(crate) fn new(signed: &SignedHeaders) -> Self {
        Self(signed.iter().map(|(name, value)| (name, value.to_owned())).collect())
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(sent, _)| *sent != name);
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self = self.without(name);
        self.0.push((name, value.into()));
        self
    }

    pub(crate) fn and(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    pub(crate) fn presented(&self) -> PresentedHeaders<'_> {
        PresentedHeaders::from_pairs(self.0.iter().map(|(name, value)| (*name, value)))
    }

    pub(crate) fn verify_with(&self, verifier: &Verifier) -> Result<Verified, Refusal> {
        verifier.verify(&self.presented(), URL)
    }

    pub(crate) fn refusal(&self) -> Refusal {
        self.verify_with(&verifier()).unwrap_err()
    }
}

pub(crate) fn sent() -> Sent {
    Sent::new(&sign(42, NOW))
}

/// Signs a request and gives it to a verifier.
pub(crate) fn present(verifier: &Verifier, nonce: u64, timestamp: u64) -> Result<(), Refusal> {
    Sent::new(&sign(nonce, timestamp)).verify_with(verifier).map(|_| ())
}

/// Signs a request of this application, with the secret that all of them share.
pub(crate) fn present_as(
    application: &str,
    verifier: &Verifier,
    nonce: u64,
    timestamp: u64,
) -> Result<(), Refusal> {
    let url = canonical_url(URL).unwrap();
    let signed = sign_with(&credentials_of(application, SECRET), &url, nonce, timestamp);
    Sent::new(&signed).verify_with(verifier).map(|_| ())
}

pub(crate) fn authentication_with(application_id: &str, nonce: &str, signature: &str) -> Sent {
    sent().with(headers::AUTHENTICATION, format!("hmac {application_id}:{nonce}:{signature}"))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
