//! What is signed verifies; with any one byte changed it does not.

use iampass_auth::{ApplicationSecret, Refusal, Verifier, canonical_url, headers, protocol, sign_with};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::support::{APPLICATION, NOW, SECRET, Sent, URL, credentials, sent, sign, verifier};

/// Puts another byte in one place; `None` if that is no text.
fn changed(text: &str, at: usize, byte: u8) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    (bytes[at] != byte).then_some(())?;
    bytes[at] = byte;
    String::from_utf8(bytes).ok()
}

/// Every text that differs from this one in a single byte.
fn all_changed(text: &str) -> impl Iterator<Item = String> + '_ {
    (0..text.len()).flat_map(move |at| (0..128).filter_map(move |byte| changed(text, at, byte)))
}

/// Changes that mean the same request to every client and server: the scheme is not signed, and
/// what follows a `#` is not sent.
fn is_the_same_url(url: &str) -> bool {
    canonical_url(url).is_ok_and(|changed| changed == canonical_url(URL).unwrap())
}

#[test]
fn another_url() {
    let sent = sent();
    let mut refused = 0;
    for url in all_changed(URL).filter(|url| !is_the_same_url(url)) {
        assert!(verifier().verify(&sent.presented(), &url).is_err(), "{url}");
        refused += 1;
    }
    assert!(refused > URL.len() * 120);
}

#[test]
fn another_authentication() {
    let signed = sign(12_345_678_901_234_567_890, NOW);
    let verifier = verifier_of_one();
    for value in all_changed(signed.authentication()) {
        let sent = Sent::new(&signed).with(headers::AUTHENTICATION, value.as_str());
        assert!(sent.verify_with(&verifier).is_err(), "{value}");
    }
}

#[test]
fn another_timestamp() {
    let signed = sign(7, NOW);
    for value in all_changed(signed.timestamp_text()) {
        let sent = Sent::new(&signed).with(headers::TIMESTAMP, value.as_str());
        // Whatever the window: it is the signature that is wrong.
        let verifier = verifier().with_window(std::time::Duration::MAX);
        assert!(
            matches!(
                sent.verify_with(&verifier),
                Err(Refusal::SignatureMismatch { .. } | Refusal::MalformedHeader { .. }),
            ),
            "{value}"
        );
    }
}

#[test]
fn another_secret() {
    for secret in all_changed(SECRET) {
        let Ok(secret) = ApplicationSecret::new(secret) else { continue };
        let verifier = Verifier::new(move |_: &str| Some(secret.clone())).with_clock(|| NOW);
        assert!(matches!(sent().verify_with(&verifier), Err(Refusal::SignatureMismatch { .. })));
    }
}

/// Knows one application. The id is not in the signed text: the look-up ties it to a secret.
fn verifier_of_one() -> Verifier {
    Verifier::new(|id: &str| (id == APPLICATION).then(|| ApplicationSecret::new(SECRET).unwrap()))
        .with_clock(|| NOW)
}

#[test]
fn another_application() {
    let signed = sign(42, NOW);
    let value = format!("hmac {APPLICATION}0:42:{}", signed.signature());
    let sent = Sent::new(&signed).with(headers::AUTHENTICATION, value);
    assert!(matches!(sent.verify_with(&verifier_of_one()), Err(Refusal::UnknownApplication { .. })));
    // Known here as well, but with a secret of its own.
    let verifier = Verifier::new(|id: &str| ApplicationSecret::new(format!("secret of {id}")).ok());
    assert!(matches!(sent.verify_with(&verifier), Err(Refusal::SignatureMismatch { .. })));
}

proptest! {
    #[test]
    fn what_is_signed_verifies(
        nonce: u64,
        timestamp: u64,
        host in "[a-z0-9.-]{1,20}(:[1-9][0-9]{3})?",
        target in "(/[!-\"$-~]{0,60})?",
    ) {
        let url = format!("https://{host}{target}");
        prop_assume!(canonical_url(&url).is_ok());
        let signed = sign_with(&credentials(), &canonical_url(&url).unwrap(), nonce, timestamp);
        let verifier = verifier().with_clock(move || timestamp);
        let verified = verifier.verify(&Sent::new(&signed).presented(), &url).unwrap();
        prop_assert_eq!((verified.nonce, verified.timestamp), (nonce, timestamp));
    }

    /// The tests above change one request in every way; here any request is changed in one way.
    #[test]
    fn what_is_changed_does_not(
        nonce: u64,
        timestamp: u64,
        target in "/[!-\"$-~]{0,200}",
        part in 0..4_usize,
        at: prop::sample::Index,
        byte in b'!'..=b'~',
    ) {
        let url = format!("https://iam-api.com{target}");
        let signed = sign_with(&credentials(), &canonical_url(&url).unwrap(), nonce, timestamp);
        let id = APPLICATION.to_owned();
        let mut parts = [url, id, nonce.to_string(), timestamp.to_string(), signed.signature().to_owned()];
        // A fifth of all cases spoil the signature: its part is the last.
        let part = if byte % 5 == 0 { 4 } else { part };
        // The scheme is not signed.
        let first = if part == 0 { "https://".len() } else { 0 };
        let at = first + at.index(parts[part].len() - first);
        let spoilt = changed(&parts[part], at, byte);
        prop_assume!(spoilt.is_some());
        parts[part] = spoilt.unwrap();
        let [url, id, nonce, time, signature] = parts;
        let same = canonical_url(&url).is_ok_and(|url| url.to_string() == format!("iam-api.com{target}"));
        prop_assume!(part != 0 || !same);
        let sent = Sent::new(&signed)
            .with(headers::AUTHENTICATION, format!("hmac {id}:{nonce}:{signature}"))
            .with(headers::TIMESTAMP, time);
        let verifier = verifier_of_one().with_window(std::time::Duration::MAX);
        prop_assert!(verifier.verify(&sent.presented(), &url).is_err());
    }

    /// For secrets and URLs of any length, around the sizes of the hash's blocks.
    #[test]
    fn all_at_once_is_stage_by_stage(
        nonce in (any::<u64>(), 0..64u32).prop_map(|(nonce, shift)| nonce >> shift),
        timestamp: u64,
        secret in "[!-~]{1,80}",
        target in "(/[!-\"$-~]{0,400})?",
    ) {
        let url = format!("https://iam-api.com:443{target}");
        let url = canonical_url(&url).unwrap();
        let secret = ApplicationSecret::new(secret).unwrap();
        let message = protocol::message(nonce, &url, timestamp);
        prop_assert_eq!(&message, &format!("{nonce}{url}{timestamp}"));
        let token = protocol::token(nonce, &secret);
        let digest = protocol::digest(&token, &message);
        let at_once = protocol::request_digest(&secret, &url, nonce, timestamp);
        prop_assert_eq!(digest, at_once);
        prop_assert!(protocol::signature_matches(&secret, &url, nonce, timestamp, &digest));
    }

    #[test]
    fn a_token_is_sixteen_bytes_of_the_hash(
        nonce in (any::<u64>(), 0..64u32).prop_map(|(nonce, shift)| nonce >> shift),
        secret in "[!-~]{1,80}",
    ) {
        let hash = Sha256::digest(format!("{nonce}{secret}"));
        let token = protocol::token(nonce, &ApplicationSecret::new(secret).unwrap());
        prop_assert_eq!(token.as_bytes(), &hash[..16]);
    }
}
