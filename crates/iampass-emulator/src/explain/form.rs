//! Mistakes that show without any signing: in the headers' names and form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{AUTHORIZATION, HeaderMap};
use iampass_auth::{HeaderFault, Refusal, headers};

use super::Found;
use super::mistake::Mistake;

/// How the vendor's page spells what the vendor's clients spell rightly.
const MISSPELLED: &str = "authentiaction";

/// How far a time in milliseconds may be off and still be taken for one: a day.
const MILLISECONDS_OFF: u64 = 86_400;

pub(super) fn look_into(refusal: &Refusal, presented: &HeaderMap) -> Found {
    let mistake = match refusal {
        Refusal::MissingHeader { name } if is_misspelled(name, presented) => Some(Mistake::HeaderMisspelled),
        Refusal::MissingHeader { name } if *name == headers::AUTHENTICATION => {
            let sent = presented.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
            sent.filter(|value| is_hmac(value)).map(|_| Mistake::AuthorizationHeader)
        }
        Refusal::MalformedHeader { reason: HeaderFault::Signature, .. } => signature(presented),
        Refusal::OutsideClockWindow { timestamp, now, .. } => {
            let is_one = (timestamp / 1_000).abs_diff(*now) < MILLISECONDS_OFF;
            is_one.then_some(Mistake::TimestampInMilliseconds)
        }
        _ => None,
    };
    Found { mistakes: mistake.into_iter().collect(), signed: None }
}

fn is_hmac(value: &str) -> bool {
    value.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("hmac "))
}

/// The page misspells the names of timestamp and version.
fn is_misspelled(name: &str, presented: &HeaderMap) -> bool {
    let misspelled = name.to_ascii_lowercase().replace("authentication-", &format!("{MISSPELLED}-"));
    name.contains('-') && presented.contains_key(misspelled)
}

/// What the third part of `hmac id:nonce:signature` is instead.
fn signature(presented: &HeaderMap) -> Option<Mistake> {
    let value = presented.get(headers::AUTHENTICATION)?.to_str().ok()?;
    let signature = value.rsplit(':').next()?;
    let is_hex = signature.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex && matches!(signature.len(), 32 | 64) {
        return Some(Mistake::SignatureInHex);
    }
    if signature.contains(['-', '_']) {
        return Some(Mistake::SignatureUrlSafe);
    }
    match (signature.len(), STANDARD.decode(signature)) {
        (44, Ok(_)) => Some(Mistake::DigestNotCut),
        (22, Err(_)) => {
            STANDARD.decode(format!("{signature}==")).is_ok().then_some(Mistake::SignatureUnpadded)
        }
        _ => None,
    }
}
