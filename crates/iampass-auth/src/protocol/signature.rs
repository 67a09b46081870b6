//! The stages of Protocol 1, from the token to the signature.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use super::canonical_url::CanonicalUrl;
use super::decimal::Decimal;
use super::short_hash::{self, BLOCK};
use crate::credentials::ApplicationSecret;

/// How many bytes of a SHA-256 output the protocol keeps.
const KEPT: usize = 16;
/// The base64 text of [`KEPT`] bytes.
pub(crate) const SIGNATURE_TEXT: usize = 24;

/// The key of one request's HMAC, made from the nonce and the secret. Wiped on drop, never shown.
pub struct Token {
    /// HMAC fills its key up to a block with zeros; keeping it so spares a copy and a length check.
    block: [u8; BLOCK],
}

impl Token {
    /// The 16 bytes. They sign any request with the same nonce: treat them as a secret.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.block[..KEPT]
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        // The rest of the block is zero already.
        self.block[..KEPT].zeroize();
    }
}

impl ZeroizeOnDrop for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(redacted)")
    }
}

/// The MAC of one request: what the signature says in base64.
///
/// `Debug` does not show it and it is compared in constant time, because a verifier holds the
/// expected one beside the one that was presented.
#[derive(Clone, Copy)]
pub struct Digest([u8; KEPT]);

impl Digest {
    /// The 16 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; KEPT] {
        &self.0
    }

    /// The signature: base64, standard alphabet, with padding; 24 characters.
    #[must_use]
    pub fn signature(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads a signature; `None` unless it is exactly what [`Digest::signature`] writes.
    #[must_use]
    pub fn from_signature(text: &str) -> Option<Self> {
        Self::from_signature_bytes(text.as_bytes())
    }

    pub(crate) fn from_signature_bytes(text: &[u8]) -> Option<Self> {
        if text.len() != SIGNATURE_TEXT {
            return None;
        }
        // The decoder asks for room for 24 characters without padding.
        let mut bytes = [0; SIGNATURE_TEXT / 4 * 3];
        match STANDARD.decode_slice(text, &mut bytes) {
            Ok(KEPT) => bytes.first_chunk().map(|kept| Self(*kept)),
            _ => None,
        }
    }

    /// [`Digest::signature`] as bytes, without an allocation.
    pub(crate) fn signature_bytes(&self) -> [u8; SIGNATURE_TEXT] {
        let mut signature = [b'='; SIGNATURE_TEXT];
        // Cannot fail: there is room.
        let _ = STANDARD.encode_slice(self.0, &mut signature);
        signature
    }
}

impl ConstantTimeEq for Digest {
    fn ct_eq(&self, other: &Self) -> Choice {
        // As one number, not byte by byte.
        u128::from_ne_bytes(self.0).ct_eq(&u128::from_ne_bytes(other.0))
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

/// The request's key: the first 16 bytes of SHA-256 over the decimal nonce and the secret.
#[must_use]
pub fn token(nonce: u64, secret: &ApplicationSecret) -> Token {
    token_for(Decimal::new(nonce).as_bytes(), secret)
}

/// The signed text: decimal nonce, URL as sent without scheme, decimal Unix seconds.
///
/// It holds no secret, but it holds the URL, and with it user ids.
#[must_use]
pub fn message(nonce: u64, url: &CanonicalUrl<'_>, timestamp: u64) -> String {
    let (nonce, timestamp) = (Decimal::new(nonce), Decimal::new(timestamp));
    let (nonce, timestamp) = (nonce.as_str(), timestamp.as_str());
    let mut message = String::with_capacity(nonce.len() + url.len() + timestamp.len());
    message.push_str(nonce);
    for piece in url.pieces() {
        message.push_str(piece);
    }
    message.push_str(timestamp);
    message
}

/// The MAC of a signed text under a request's key: the first 16 bytes of HMAC-SHA-256.
#[must_use]
pub fn digest(token: &Token, message: &str) -> Digest {
    mac(token, [message.as_bytes()])
}

/// All stages at once: the MAC of a request.
#[must_use]
pub fn request_digest(
    secret: &ApplicationSecret,
    url: &CanonicalUrl<'_>,
    nonce: u64,
    timestamp: u64,
) -> Digest {
    request_digest_for(secret, url, Decimal::new(nonce).as_bytes(), Decimal::new(timestamp).as_bytes())
}

/// Whether a presented signature is the right one for a request. Takes the same time wherever the
/// two differ.
///
/// This is the cryptographic part of verification alone: it knows neither the time nor which
/// nonces were used before. [`Verifier`](crate::Verifier) adds both.
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

/// As [`request_digest`], for numbers that are at hand as [`Decimal`] writes them.
pub(crate) fn request_digest_for(
    secret: &ApplicationSecret,
    url: &CanonicalUrl<'_>,
    nonce: &[u8],
    timestamp: &[u8],
) -> Digest {
    let token = token_for(nonce, secret);
    let [start, slash, rest] = url.pieces().map(str::as_bytes);
    mac(&token, [nonce, start, slash, rest, timestamp])
}

fn token_for(nonce: &[u8], secret: &ApplicationSecret) -> Token {
    let pieces = [nonce, secret.as_bytes()];
    let mut block = [0; BLOCK];
    let mut words = short_hash::Words::default();
    if short_hash::sha256(pieces, &mut words).is_some() {
        block[..KEPT].copy_from_slice(&short_hash::first_half(&words));
        words.as_mut_slice().zeroize();
    } else {
        let mut hash = pieces.into_iter().fold(Sha256::new(), Sha256::chain_update).finalize();
        block[..KEPT].copy_from_slice(&hash[..KEPT]);
        hash.as_mut_slice().zeroize();
    }
    Token { block }
}

fn mac<const PIECES: usize>(token: &Token, message: [&[u8]; PIECES]) -> Digest {
    if let Some(words) = short_hash::hmac_sha256(&token.block, message) {
        return Digest(short_hash::first_half(&words));
    }
    let mac = <Hmac<Sha256>>::new((&token.block).into());
    let mac = message.into_iter().fold(mac, Hmac::chain_update).finalize();
    let mut digest = [0; KEPT];
    digest.copy_from_slice(&mac.into_bytes()[..KEPT]);
    Digest(digest)
}
