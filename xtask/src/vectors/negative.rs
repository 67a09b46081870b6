//! The requests that must be refused: what attackers try, what clocks do, and what authors of signers get wrong.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use iampass_auth::{Authentication, canonical_url, headers, sign_with};
use sha2::{Digest as _, Sha256};

use super::format::{Negative, Reason, Request};
use super::positive::{Case, ID, NOW, SECRET};
use crate::hex::hex;

const WINDOW: u32 = 300;
const OTHER_ID: &str = "fedcba9876543210fedcba9876543210";
const OTHER_SECRET: &str = "543210ZYXWVUTSRQPONMLKJIHGFEDCBA";
const NONCE: u64 = 42;
/// One whose base64 text has a `+` or a `/`, so that the two alphabets differ; a test holds it to that.
const NONCE_FOR_ALPHABET: u64 = 42;

fn case() -> Case<'static> {
    Case { user: Some("é/ä b"), ..Case::of("has_registered_mobile_device") }
}

/// A request that is signed as it should be.
pub(super) fn signed(case: &Case<'_>) -> Result<Request> {
    let (credentials, url) = (case.credentials()?, case.url());
    let canonical = canonical_url(&url)?;
    let headers = sign_with(&credentials, &canonical, case.nonce, case.timestamp);
    let headers = headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Ok(Request { url, headers })
}

impl Request {
    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(there, _)| there != name);
        self
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        for (_, there) in self.headers.iter_mut().filter(|(there, _)| there == name) {
            value.clone_into(there);
        }
        self
    }

    fn twice(mut self, name: &str) -> Self {
        let again: Vec<_> = self.headers.iter().filter(|(there, _)| there == name).cloned().collect();
        self.headers.extend(again);
        self
    }

    pub(super) fn at(mut self, from: &str, to: &str) -> Self {
        self.url = self.url.replacen(from, to, 1);
        self
    }

    /// With another nonce or signature text in place of what the signer wrote.
    fn with_parts(self, nonce: &str, signature: &str) -> Self {
        self.with(headers::AUTHENTICATION, &format!("hmac {ID}:{nonce}:{signature}"))
    }
}

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().to_vec()
}

fn hmac(key: &[u8], message: &str) -> Result<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    mac.update(message.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

/// All of them, in the order of the file.
pub(crate) fn negative() -> Result<Vec<Negative>> {
    let mut all = Vec::new();
    all.extend(malformed_headers()?);
    all.extend(signatures_of_something_else()?);
    all.extend(wrong_signers()?);
    all.extend(clocks_and_replays()?);
    Ok(all)
}

pub(super) fn refuse(name: &str, reason: Reason, request: Request) -> Negative {
    let secrets = [(ID, SECRET), (OTHER_ID, OTHER_SECRET)];
    Negative {
        name: name.to_owned(),
        reason,
        secrets: secrets.map(|(id, secret)| (id.to_owned(), secret.to_owned())).into_iter().collect(),
        now: NOW.to_string(),
        window: WINDOW,
        accepted_before: Vec::new(),
        request,
    }
}

fn malformed_headers() -> Result<Vec<Negative>> {
    use Reason::{MalformedHeader, MissingHeader, UnknownApplication, UnsupportedVersion};
    use headers::{AUTHENTICATION, TIMESTAMP, VERSION, VERSION_VENDOR_SPELLING};

    let good = signed(&case())?;
    let digest = digest_of(&good)?;
    let text = STANDARD.encode(&digest);
    let for_alphabet = signed(&Case { nonce: NONCE_FOR_ALPHABET, ..case() })?;
    let other_alphabet = URL_SAFE.encode(digest_of(&for_alphabet)?);
    let nonce = NONCE.to_string();
    let scheme = |request: &Request, scheme: &str| {
        good.clone().with(AUTHENTICATION, &value(request).replacen("hmac ", scheme, 1))
    };
    Ok(vec![
        refuse("no Authentication header", MissingHeader, good.clone().without(AUTHENTICATION)),
        refuse("no timestamp", MissingHeader, good.clone().without(TIMESTAMP)),
        refuse(
            "no version under either spelling",
            MissingHeader,
            good.clone().without(VERSION).without(VERSION_VENDOR_SPELLING),
        ),
        refuse("the Authentication header twice", MalformedHeader, good.clone().twice(AUTHENTICATION)),
        refuse("the timestamp twice", MalformedHeader, good.clone().twice(TIMESTAMP)),
        refuse("the scheme in capitals", MalformedHeader, scheme(&good, "HMAC ")),
        refuse("another scheme", MalformedHeader, scheme(&good, "Bearer ")),
        refuse("no signature", MalformedHeader, good.clone().with(AUTHENTICATION, &format!("hmac {ID}:42"))),
        refuse("a part too many", MalformedHeader, good.clone().with_parts(&nonce, &format!("{text}:1"))),
        refuse(
            "a nonce with leading zeros",
            MalformedHeader,
            good.clone().with_parts("00000000000000000042", &text),
        ),
        refuse("a nonce in hexadecimal", MalformedHeader, good.clone().with_parts("0x2a", &text)),
        refuse("a negative nonce", MalformedHeader, good.clone().with_parts("-42", &text)),
        refuse(
            "a nonce of more than 64 bits",
            MalformedHeader,
            good.clone().with_parts("18446744073709551616", &text),
        ),
        refuse(
            "a signature without its padding",
            MalformedHeader,
            good.clone().with_parts(&nonce, &STANDARD_NO_PAD.encode(&digest)),
        ),
        refuse(
            "a signature in the URL-safe alphabet",
            MalformedHeader,
            for_alphabet.with_parts(&NONCE_FOR_ALPHABET.to_string(), &other_alphabet),
        ),
        refuse("a signature in hexadecimal", MalformedHeader, good.clone().with_parts(&nonce, &hex(&digest))),
        refuse("a time with a fraction", MalformedHeader, good.clone().with(TIMESTAMP, "1700000000.5")),
        refuse("a time with a leading zero", MalformedHeader, good.clone().with(TIMESTAMP, "01700000000")),
        refuse("a time as a date", MalformedHeader, good.clone().with(TIMESTAMP, "2023-11-14T22:13:20Z")),
        refuse(
            "version 2",
            UnsupportedVersion,
            good.clone().with(VERSION, "2").with(VERSION_VENDOR_SPELLING, "2"),
        ),
        refuse(
            "two versions that disagree",
            UnsupportedVersion,
            good.clone().with(VERSION_VENDOR_SPELLING, "2"),
        ),
        refuse(
            "an application that nobody knows",
            UnknownApplication,
            signed(&Case { credentials: ("00000000000000000000000000000000", SECRET), ..case() })?,
        ),
    ])
}

/// Each is signed correctly, and then something of what was signed is changed.
fn signatures_of_something_else() -> Result<Vec<Negative>> {
    use Reason::SignatureMismatch;

    let good = signed(&case())?;
    let named = signed(&Case { display_name: Some("Alice"), ..Case::of("device_registration_link") })?;
    let text = STANDARD.encode(digest_of(&good)?);
    let other_secret = signed(&Case { credentials: (ID, OTHER_SECRET), ..case() })?;
    let as_other = good.clone().with(headers::AUTHENTICATION, &format!("hmac {OTHER_ID}:{NONCE}:{text}"));
    let rows = [
        ("another secret", other_secret),
        ("one application's signature under another's name", as_other),
        ("sent to another host", good.clone().at("main.iam-api.com", "iam-api.com")),
        ("sent to another port", good.clone().at("main.iam-api.com", "main.iam-api.com:8443")),
        ("sent to another operation", good.clone().at("has_registered", "lost_user")),
        ("sent for another user", good.clone().at("%C3%A9", "%C3%A8")),
        ("hexadecimal digits in small letters on the way", good.clone().at("%C3%A9%2F", "%c3%a9%2f")),
        ("a query that was added", good.clone().at("%20b", "%20b?display_name=Alice")),
        ("a query that was changed", named.clone().at("=Alice", "=Mallory")),
        ("a query that was taken away", named.at("?display_name=Alice", "")),
        ("a later time than the one signed", good.clone().with(headers::TIMESTAMP, "1700000001")),
        ("another nonce than the one signed", good.clone().with_parts("43", &text)),
        ("all bits of the signature zero", good.with_parts("42", &STANDARD.encode([0; 16]))),
    ];
    Ok(rows.into_iter().map(|(name, request)| refuse(name, SignatureMismatch, request)).collect())
}

/// Each computes something else than the protocol says; some as the vendor's page has it.
fn wrong_signers() -> Result<Vec<Negative>> {
    let good = signed(&case())?;
    let url = canonical_url(&good.url)?.to_string();
    let (nonce, time) = (NONCE.to_string(), NOW.to_string());
    let key = sha256(&[nonce.as_bytes(), SECRET.as_bytes()]);
    let message = format!("{nonce}{url}{time}");
    let right = hmac(&key[..16], &message)?;
    let make = |key: &[u8], message: &str| Ok::<_, anyhow::Error>(hmac(key, message)?[..16].to_vec());
    let raw_nonce = sha256(&[&NONCE.to_be_bytes(), SECRET.as_bytes()]);
    let reversed = sha256(&[SECRET.as_bytes(), nonce.as_bytes()]);
    let padded = sha256(&[b"00000000000000000042", SECRET.as_bytes()]);
    let rows = [
        (
            "signer: the URL with its scheme, as on the vendor's page",
            make(&key[..16], &format!("{nonce}{}{time}", good.url))?,
        ),
        (
            "signer: the nonce as eight raw bytes in the token, as on the vendor's page",
            make(&raw_nonce[..16], &message)?,
        ),
        (
            "signer: no time in the message, as in the vendor's example",
            make(&key[..16], &format!("{nonce}{url}"))?,
        ),
        ("signer: the nonce with leading zeros in the token", make(&padded[..16], &message)?),
        ("signer: all 32 bytes of the hash as the token", make(&key, &message)?),
        ("signer: the token in hexadecimal as the key", make(hex(&key[..16]).as_bytes(), &message)?),
        ("signer: the secret before the nonce", make(&reversed[..16], &message)?),
        ("signer: the secret itself as the key", make(SECRET.as_bytes(), &message)?),
        ("signer: the last 16 bytes of the HMAC", right[16..].to_vec()),
        ("signer: the time before the URL", make(&key[..16], &format!("{nonce}{time}{url}"))?),
        (
            "signer: the path without the host",
            make(&key[..16], &format!("{nonce}/{}{time}", url.split_once('/').unwrap_or_default().1))?,
        ),
        (
            "signer: the path decoded",
            make(&key[..16], &format!("{nonce}{}{time}", url.replace("%C3%A9%2F%C3%A4%20b", "é/ä b")))?,
        ),
        (
            "signer: a space as a plus sign, where the URL has %20",
            make(&key[..16], &format!("{nonce}{}{time}", url.replace("%20", "+")))?,
        ),
        (
            "signer: the default port, which is not sent",
            make(&key[..16], &format!("{nonce}{}{time}", url.replacen('/', ":443/", 1)))?,
        ),
        ("signer: the method before the URL", make(&key[..16], &format!("{nonce}GET{url}{time}"))?),
        ("signer: the time in milliseconds", make(&key[..16], &format!("{message}000"))?),
        ("signer: a line feed between the parts", make(&key[..16], &format!("{nonce}\n{url}\n{time}"))?),
    ];
    let refused = |(name, digest): (&str, Vec<u8>)| {
        refuse(name, Reason::SignatureMismatch, good.clone().with_parts(&nonce, &STANDARD.encode(digest)))
    };
    Ok(rows.into_iter().map(refused).collect())
}

fn clocks_and_replays() -> Result<Vec<Negative>> {
    use Reason::{OutsideClockWindow, Replayed};

    let at = |timestamp| signed(&Case { timestamp, ..case() });
    let window = u64::from(WINDOW);
    let good = at(NOW)?;
    let elsewhere = signed(&Case::of("lost_user_mobile_device"))?;
    let later = at(NOW + 1)?;
    let again = |name, before: &Request, request| Negative {
        accepted_before: vec![before.clone()],
        ..refuse(name, Replayed, request)
    };
    Ok(vec![
        refuse("signed a second too long ago", OutsideClockWindow, at(NOW - window - 1)?),
        refuse("signed a second too far in the future", OutsideClockWindow, at(NOW + window + 1)?),
        refuse("signed at second 0", OutsideClockWindow, at(0)?),
        refuse("signed beyond 32 bits", OutsideClockWindow, at(1 << 33)?),
        again("the same request a second time", &good, good.clone()),
        again("the same nonce for another URL", &good, elsewhere),
        again("the same nonce a second later", &good, later),
    ])
}

/// The 16 bytes that a request's signature stands for.
fn digest_of(request: &Request) -> Result<Vec<u8>> {
    let authentication = Authentication::parse(value(request))?;
    Ok(authentication.digest().as_bytes().to_vec())
}

fn value(request: &Request) -> &str {
    let found = request.headers.iter().find(|(name, _)| name == headers::AUTHENTICATION);
    found.map(|(_, value)| value.as_str()).unwrap_or_default()
}
