//! Mistakes that lead to a well-formed signature that does not match.

use super::explanation::Explanation;
use super::keys::{CandidateKey, candidate_keys};
use super::messages::{CandidateMessage, RequestParts, candidate_messages};
use super::mistake::{Kind, Mistake};
use super::request::RefusedRequest;
use crate::credentials::ApplicationSecret;
use crate::protocol;
use crate::protocol::authentication::Authentication;
use crate::protocol::canonical_url::canonical_url;
use crate::protocol::crypto::hmac_sha256;
use crate::protocol::headers;
use crate::verify::signed_text::SignedText;

/// How many mistakes are tried in combination. The three on the vendor's page are also tried together.
const MAX_MISTAKES: usize = 2;
/// How many other applications' secrets are tried.
const MAX_APPLICATIONS: usize = 100;

pub(super) fn diagnose(
    request: &RefusedRequest<'_>,
    secret: Option<&ApplicationSecret>,
    others: impl IntoIterator<Item = (String, ApplicationSecret)>,
) -> Option<Explanation> {
    let presented = Authentication::parse(request.header(headers::AUTHENTICATION)?).ok()?;
    let timestamp = request.header(headers::TIMESTAMP)?.parse().ok()?;
    let (nonce, digest) = (presented.nonce(), presented.digest());

    let canonical = canonical_url(request.url).ok()?;
    let others = others.into_iter().filter(|(id, _)| id != presented.application_id());
    for (application_id, secret) in others.take(MAX_APPLICATIONS) {
        if protocol::signature_matches(&secret, &canonical, nonce, timestamp, digest) {
            return Some(Explanation::of(Kind::SecretOfOtherApplication { application_id }));
        }
    }

    let secret = secret?;
    let (authority, path_and_query) = canonical.as_str().split_at(canonical.authority().len());
    let is_https = request.url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    let default_port = if is_https { 443 } else { 80 };
    let request =
        RequestParts { method: request.method, authority, default_port, path_and_query, nonce, timestamp };
    search(&candidate_keys(secret, nonce), &candidate_messages(request), digest.as_bytes())
}

/// Finds the smallest set of mistakes that leads to the presented signature.
fn search(keys: &[CandidateKey], messages: &[CandidateMessage], presented: &[u8]) -> Option<Explanation> {
    for mistakes in 0..=3 {
        for key in keys {
            for message in messages {
                if key.mistakes.len() + message.mistakes.len() != mistakes
                    || !is_tried(key, message, mistakes)
                {
                    continue;
                }
                let digest = hmac_sha256(&key.bytes, message.message.as_bytes());
                let wrong_half = (!digest.starts_with(presented)).then_some(Kind::DigestEnd);
                if wrong_half.is_some() && !digest.ends_with(presented) {
                    continue;
                }
                let signed = (!message.mistakes.is_empty()).then(|| SignedText::new(message.message.clone()));
                let kinds = key.mistakes.iter().chain(&message.mistakes).cloned().chain(wrong_half);
                return Some(Explanation { mistakes: kinds.map(Mistake).collect(), signed });
            }
        }
    }
    None
}

fn is_tried(key: &CandidateKey, message: &CandidateMessage, mistakes: usize) -> bool {
    mistakes <= MAX_MISTAKES || key.mistakes.iter().chain(&message.mistakes).all(Kind::is_in_vendor_docs)
}
