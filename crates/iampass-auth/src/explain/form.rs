//! Mistakes that show without any signing: in the headers' names and form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::mistake::Kind;
use super::request::RefusedRequest;
use crate::protocol::authentication::HeaderFault;
use crate::protocol::headers;
use crate::verify::refusal::Refusal;

/// How the vendor's page spells what the vendor's clients spell rightly.
const MISSPELLED: &str = "authentiaction";

/// How far a time in milliseconds may be off and still be taken for one: a day.
const MILLISECONDS_OFF: u64 = 86_400;

pub(super) fn look_into(refusal: &Refusal, request: &RefusedRequest<'_>) -> Option<Kind> {
    match refusal {
        Refusal::MissingHeader { name } if is_misspelled(name, request) => Some(Kind::HeaderMisspelled),
        Refusal::MissingHeader { name } if *name == headers::AUTHENTICATION => {
            let sent = request.header("authorization");
            sent.filter(|value| is_hmac(value)).map(|_| Kind::AuthorizationHeader)
        }
        Refusal::MalformedHeader { reason: HeaderFault::Signature, .. } => signature(request),
        Refusal::OutsideClockWindow { timestamp, now, .. } => {
            let is_one = (timestamp / 1_000).abs_diff(*now) < MILLISECONDS_OFF;
            is_one.then_some(Kind::TimestampInMilliseconds)
        }
        _ => None,
    }
}

fn is_hmac(value: &str) -> bool {
    value.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("hmac "))
}

/// The page misspells the names of timestamp and version.
fn is_misspelled(name: &str, request: &RefusedRequest<'_>) -> bool {
    let misspelled = name.to_ascii_lowercase().replace("authentication-", &format!("{MISSPELLED}-"));
    name.contains('-') && request.header(&misspelled).is_some()
}

/// What the third part of `hmac id:nonce:signature` is instead.
fn signature(request: &RefusedRequest<'_>) -> Option<Kind> {
    let value = request.header(headers::AUTHENTICATION)?;
    let signature = value.rsplit(':').next()?;
    let is_hex = signature.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex && matches!(signature.len(), 32 | 64) {
        return Some(Kind::SignatureInHex);
    }
    if signature.contains(['-', '_']) {
        return Some(Kind::SignatureUrlSafe);
    }
    match (signature.len(), STANDARD.decode(signature)) {
        (44, Ok(_)) => Some(Kind::DigestNotCut),
        (22, Err(_)) => STANDARD.decode(format!("{signature}==")).is_ok().then_some(Kind::SignatureUnpadded),
        _ => None,
    }
}
