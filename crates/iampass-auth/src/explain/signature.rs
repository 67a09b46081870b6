//! Mistakes that lead to a signature of the right form that is not right.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::explanation::Explanation;
use super::keys::{self, Key};
use super::mistake::{Kind, Mistake};
use super::request::RefusedRequest;
use super::texts::{Request, Text, texts};
use crate::credentials::ApplicationSecret;
use crate::protocol;
use crate::protocol::authentication::Authentication;
use crate::protocol::canonical_url::canonical_url;
use crate::protocol::headers;

/// How many mistakes at once are tried. Those of the vendor's page are three, and tried together.
const MISTAKES: usize = 2;
/// How many other applications' secrets are tried.
const APPLICATIONS: usize = 100;

pub(super) fn look_into(
    request: &RefusedRequest<'_>,
    secret: Option<&ApplicationSecret>,
    others: impl IntoIterator<Item = (String, ApplicationSecret)>,
) -> Option<Explanation> {
    let presented = Authentication::parse(request.header(headers::AUTHENTICATION)?).ok()?;
    let timestamp = request.header(headers::TIMESTAMP)?.parse().ok()?;
    let (nonce, digest) = (presented.nonce(), presented.digest());

    let canonical = canonical_url(request.url).ok()?;
    let others = others.into_iter().filter(|(id, _)| id != presented.application_id());
    for (application_id, secret) in others.take(APPLICATIONS) {
        if protocol::signature_matches(&secret, &canonical, nonce, timestamp, digest) {
            return Some(Explanation::of(Kind::SecretOfOtherApplication { application_id }));
        }
    }

    let secret = secret?;
    let mut keys = vec![keys::right(secret, nonce)];
    keys.extend(keys::wrong(secret, nonce));
    let canonical = canonical.to_string();
    let (authority, path_and_query) = canonical.split_at(canonical.find(['/', '?'])?);
    let default_port = if request.url.starts_with("https") { 443 } else { 80 };
    let request =
        Request { method: request.method, authority, default_port, path_and_query, nonce, timestamp };
    search(&keys, &texts(request), digest.as_bytes())
}

/// The fewest mistakes that lead to what was presented.
fn search(keys: &[Key], texts: &[Text], presented: &[u8]) -> Option<Explanation> {
    for wanted in 0..=3 {
        for key in keys {
            for text in texts {
                if key.mistakes.len() + text.mistakes.len() != wanted || !is_tried(key, text, wanted) {
                    continue;
                }
                let mut digest = <Hmac<Sha256>>::new_from_slice(&key.bytes).ok()?;
                digest.update(text.text.as_bytes());
                let digest = digest.finalize().into_bytes();
                let end = (!digest.starts_with(presented)).then_some(Kind::DigestEnd);
                if end.is_some() && !digest.ends_with(presented) {
                    continue;
                }
                let signed = (!text.mistakes.is_empty()).then(|| text.text.clone());
                let kinds = key.mistakes.iter().chain(&text.mistakes).cloned().chain(end);
                return Some(Explanation { mistakes: kinds.map(Mistake).collect(), signed });
            }
        }
    }
    None
}

fn is_tried(key: &Key, text: &Text, mistakes: usize) -> bool {
    mistakes <= MISTAKES || key.mistakes.iter().chain(&text.mistakes).all(Kind::is_the_pages)
}
