//! Mistakes in the names and the form of the headers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::mistake::Kind;
use super::request::RefusedRequest;
use crate::protocol::authentication::HeaderFault;
use crate::protocol::headers;
use crate::verify::refusal::Refusal;

/// The misspelling in the header names on the vendor's page. The vendor's clients spell them correctly.
const MISSPELLED: &str = "authentiaction";

/// A timestamp is taken for milliseconds if, as such, it is within a day (in seconds) of the present time.
const MILLISECONDS_TOLERANCE: u64 = 86_400;

pub(super) fn diagnose(refusal: &Refusal, request: &RefusedRequest<'_>) -> Option<Kind> {
    match refusal {
        Refusal::MissingHeader { name } if is_misspelled(name, request) => Some(Kind::HeaderMisspelled),
        Refusal::MissingHeader { name } if *name == headers::AUTHENTICATION => {
            let sent = request.header("authorization");
            sent.filter(|value| is_hmac(value)).map(|_| Kind::AuthorizationHeader)
        }
        Refusal::MalformedHeader { reason: HeaderFault::Signature, .. } => diagnose_signature(request),
        Refusal::OutsideClockWindow { timestamp, now, .. } => {
            let is_milliseconds = (timestamp / 1_000).abs_diff(*now) < MILLISECONDS_TOLERANCE;
            is_milliseconds.then_some(Kind::TimestampInMilliseconds)
        }
        _ => None,
    }
}

fn is_hmac(value: &str) -> bool {
    value.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("hmac "))
}

/// Whether the request has this header as the vendor's page misspells it.
fn is_misspelled(name: &str, request: &RefusedRequest<'_>) -> bool {
    let misspelled = name.to_ascii_lowercase().replace("authentication-", &format!("{MISSPELLED}-"));
    name.contains('-') && request.header(&misspelled).is_some()
}

/// Finds out what was sent instead of the signature's base64 text.
fn diagnose_signature(request: &RefusedRequest<'_>) -> Option<Kind> {
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
