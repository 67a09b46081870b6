//! The stages of Protocol 1, from the token to the signature.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::{Choice, ConstantTimeEq};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::canonical_url::CanonicalUrl;
use super::crypto::{hmac_sha256, sha256};
use crate::credentials::ApplicationSecret;

/// How many bytes of a SHA-256 hash the protocol keeps.
const KEPT: usize = 16;

/// The HMAC key of one request, derived from its nonce and the secret.
///
/// It is wiped from memory when it is dropped. `Debug` does not show it.
pub struct Token(Zeroizing<[u8; KEPT]>);

impl Token {
    /// Returns the 16 bytes. They can sign any request with the same nonce: treat them as a secret.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &*self.0
    }
}

impl ZeroizeOnDrop for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(redacted)")
    }
}

/// The MAC of one request. The signature is its base64 text.
///
/// `Debug` does not show it and comparison takes constant time, because a verifier compares the
/// presented MAC with the expected one.
#[derive(Clone, Copy)]
pub struct Digest([u8; KEPT]);

impl Digest {
    /// Returns the 16 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; KEPT] {
        &self.0
    }

    /// Returns the signature: base64 in the standard alphabet with padding, 24 characters.
    #[must_use]
    pub fn signature(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Parses a signature. `None` unless it is exactly what [`Digest::signature`] writes.
    #[must_use]
    pub fn from_signature(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl ConstantTimeEq for Digest {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.as_slice().ct_eq(other.0.as_slice())
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Digest {}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(redacted)")
    }
}

/// Derives a request's HMAC key: the first 16 bytes of SHA-256 over the decimal nonce and the secret.
#[must_use]
pub fn token(nonce: u64, secret: &ApplicationSecret) -> Token {
    let hash = sha256(nonce.to_string().as_bytes(), secret.as_bytes());
    let mut token = Zeroizing::new([0; KEPT]);
    token.copy_from_slice(&hash[..KEPT]);
    Token(token)
}

/// Returns the text to sign: decimal nonce, URL as sent without its scheme, decimal Unix seconds.
///
/// It contains no secret, but it contains the URL, and with it user ids.
#[must_use]
pub fn message(nonce: u64, url: &CanonicalUrl<'_>, timestamp: u64) -> String {
    [&nonce.to_string(), url.as_str(), &timestamp.to_string()].concat()
}

/// Computes the MAC of a message: the first 16 bytes of HMAC-SHA-256 under the request's key.
#[must_use]
pub fn digest(token: &Token, message: &str) -> Digest {
    let mac = hmac_sha256(token.as_bytes(), message.as_bytes());
    let mut digest = [0; KEPT];
    digest.copy_from_slice(&mac[..KEPT]);
    Digest(digest)
}

/// Computes the MAC of a request: all stages at once.
#[must_use]
pub fn request_digest(
    secret: &ApplicationSecret,
    url: &CanonicalUrl<'_>,
    nonce: u64,
    timestamp: u64,
) -> Digest {
    digest(&token(nonce, secret), &message(nonce, url, timestamp))
}

/// Whether a presented MAC is the correct one for a request. Takes the same time wherever the two
/// differ.
///
/// This is only the cryptographic part of verification: it checks neither the time nor whether the
/// nonce was used before. [`Verifier`](crate::Verifier) checks both.
#[must_use]
pub fn signature_matches(
    secret: &ApplicationSecret,
    url: &CanonicalUrl<'_>,
    nonce: u64,
    timestamp: u64,
    presented: &Digest,
) -> bool {
    request_digest(secret, url, nonce, timestamp).ct_eq(presented).into()
}
