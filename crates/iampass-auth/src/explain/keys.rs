//! The HMAC keys that a signer may have used, right or wrong.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use zeroize::Zeroizing;

use super::mistake::Kind;
use crate::credentials::ApplicationSecret;
use crate::protocol::crypto::sha256;

type Bytes = Zeroizing<Vec<u8>>;

/// A key that may have been used, and the mistakes that lead to it.
pub(super) struct CandidateKey {
    pub(super) mistakes: Vec<Kind>,
    pub(super) bytes: Bytes,
}

/// Returns the correct key, and those that one or two mistakes lead to.
pub(super) fn candidate_keys(secret: &ApplicationSecret, nonce: u64) -> Vec<CandidateKey> {
    let mut keys = Vec::new();
    for (secret_mistake, secret) in candidate_secrets(secret.as_str()) {
        for (token_mistake, bytes) in candidate_tokens(nonce, &secret) {
            let mistakes = secret_mistake.iter().cloned().chain(token_mistake).collect();
            keys.push(CandidateKey { mistakes, bytes });
        }
    }
    keys
}

/// Returns the bytes that a signer may have used as the secret.
fn candidate_secrets(text: &str) -> Vec<(Option<Kind>, Bytes)> {
    let mut secrets: Vec<(_, Bytes)> = vec![(None, Zeroizing::new(text.as_bytes().to_vec()))];
    for line_break in ["\n", "\r\n"] {
        let with_break = format!("{text}{line_break}").into_bytes();
        secrets.push((Some(Kind::SecretLineBreak), Zeroizing::new(with_break)));
    }
    if let Some(decoded) = hex_decoded(text) {
        secrets.push((Some(Kind::SecretHexDecoded), decoded));
    }
    let decoded = STANDARD.decode(text).or_else(|_| STANDARD_NO_PAD.decode(text));
    if let Ok(decoded) = decoded {
        secrets.push((Some(Kind::SecretBase64Decoded), Zeroizing::new(decoded)));
    }
    secrets
}

fn hex_decoded(text: &str) -> Option<Bytes> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    for pair in text.as_bytes().chunks(2) {
        let [high, low] = pair else { return None };
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        decoded.push(digit(high)? << 4 | digit(low)?);
    }
    Some(decoded)
}

/// Returns the keys that a signer may have made from nonce and secret.
fn candidate_tokens(nonce: u64, secret: &[u8]) -> Vec<(Option<Kind>, Bytes)> {
    let decimal = nonce.to_string();
    let cut = |first: &[u8], second: &[u8]| -> Bytes { Zeroizing::new(sha256(first, second)[..16].to_vec()) };
    let hex = |bytes: &[u8]| -> Bytes {
        Zeroizing::new(bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect())
    };
    let whole: Bytes = Zeroizing::new(sha256(decimal.as_bytes(), secret).to_vec());
    let token = cut(decimal.as_bytes(), secret);
    vec![
        (Some(Kind::NonceRawBytes), cut(&nonce.to_be_bytes(), secret)),
        (Some(Kind::NonceRawBytes), cut(&nonce.to_le_bytes(), secret)),
        (Some(Kind::NoncePadded), cut(format!("{nonce:020}").as_bytes(), secret)),
        (Some(Kind::SecretBeforeNonce), cut(secret, decimal.as_bytes())),
        (Some(Kind::TokenInHex), hex(&token)),
        (Some(Kind::TokenInHex), hex(&whole)),
        (Some(Kind::TokenNotCut), whole),
        (Some(Kind::NoToken), Zeroizing::new(secret.to_vec())),
        (None, token),
    ]
}
