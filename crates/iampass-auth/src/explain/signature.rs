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
/// How much text is hashed for one explanation. It is enough to try everything for a URL of 5 KiB, and each
/// mistake alone for one of 64 KiB, and takes a few milliseconds.
const MAX_HASHED: usize = 3 * 1024 * 1024;

pub(super) fn diagnose(
    request: &RefusedRequest<'_>,
    secret: Option<&ApplicationSecret>,
    others: impl IntoIterator<Item = (String, ApplicationSecret)>,
) -> Option<Explanation> {
    let presented = Authentication::parse(request.header(headers::AUTHENTICATION)?).ok()?;
    let timestamp = request.header(headers::TIMESTAMP)?.parse().ok()?;
    let (nonce, digest) = (presented.nonce(), presented.digest());

    let canonical = canonical_url(request.url).ok()?;
    let mut attempts = Attempts(MAX_HASHED / canonical.as_str().len());
    let others = others.into_iter().filter(|(id, _)| id != presented.application_id());
    for (application_id, secret) in others.take(MAX_APPLICATIONS) {
        if !attempts.take_one() {
            return Some(Explanation { cut_short: true, ..Explanation::default() });
        }
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
    search(&candidate_keys(secret, nonce), &candidate_messages(request), digest.as_bytes(), attempts)
}

/// How many texts may still be hashed.
struct Attempts(usize);

impl Attempts {
    /// Counts an attempt. `false` if there is none left.
    fn take_one(&mut self) -> bool {
        let left = self.0.checked_sub(1);
        self.0 = left.unwrap_or_default();
        left.is_some()
    }
}

/// Finds the smallest set of mistakes that leads to the presented signature.
fn search(
    keys: &[CandidateKey],
    messages: &[CandidateMessage],
    presented: &[u8],
    mut attempts: Attempts,
) -> Option<Explanation> {
    for mistakes in 0..=3 {
        for key in keys {
            for message in messages {
                if key.mistakes.len() + message.mistakes.len() != mistakes
                    || !is_tried(key, message, mistakes)
                {
                    continue;
                }
                if !attempts.take_one() {
                    return Some(Explanation { cut_short: true, ..Explanation::default() });
                }
                let text = message.text();
                let digest = hmac_sha256(&key.bytes, text.as_bytes());
                let wrong_half = (!digest.starts_with(presented)).then_some(Kind::DigestEnd);
                if wrong_half.is_some() && !digest.ends_with(presented) {
                    continue;
                }
                let signed = (!message.mistakes.is_empty()).then(|| SignedText::new(text));
                let kinds = key.mistakes.iter().chain(&message.mistakes).cloned().chain(wrong_half);
                return Some(Explanation {
                    mistakes: kinds.map(Mistake).collect(),
                    signed,
                    cut_short: false,
                });
            }
        }
    }
    None
}

fn is_tried(key: &CandidateKey, message: &CandidateMessage, mistakes: usize) -> bool {
    mistakes <= MAX_MISTAKES || key.mistakes.iter().chain(&message.mistakes).all(Kind::is_in_vendor_docs)
}
