//! Mistakes that lead to a signature of the right form that is not right.

use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper::http::request::Parts;
use iampass_auth::{Authentication, canonical_url, headers, protocol};
use sha2::Sha256;

use super::Found;
use super::keys::{self, Key};
use super::mistake::Mistake;
use super::texts::{Request, Text, texts};
use crate::store::Store;

/// How many mistakes at once are tried. Those of the vendor's page are three, and tried together.
const MISTAKES: usize = 2;
/// How many other applications' secrets are tried.
const APPLICATIONS: usize = 100;

pub(super) fn look_into(head: &Parts, url: &str, store: &Store) -> Found {
    found(head, url, store).unwrap_or_default()
}

fn found(head: &Parts, url: &str, store: &Store) -> Option<Found> {
    let value = |name| head.headers.get(name)?.to_str().ok();
    let presented = Authentication::parse(value(headers::AUTHENTICATION)?).ok()?;
    let timestamp = value(headers::TIMESTAMP)?.parse().ok()?;
    let (nonce, digest) = (presented.nonce(), presented.digest());

    let canonical = canonical_url(url).ok()?;
    for application_id in store.applications().iter().take(APPLICATIONS) {
        let id = application_id.as_str();
        let secret = store.secret(id).filter(|_| id != presented.application_id());
        if secret.is_some_and(|s| protocol::signature_matches(&s, &canonical, nonce, timestamp, digest)) {
            let mistake = Mistake::SecretOfOtherApplication { application_id: id.to_owned() };
            return Some(Found { mistakes: vec![mistake], signed: None });
        }
    }

    let mut keys = vec![keys::right(&store.secret(presented.application_id())?, nonce)];
    if let Some(text) = store.secret_text(presented.application_id()) {
        keys.extend(keys::wrong(&text, nonce));
    }
    let canonical = canonical.to_string();
    let (authority, path_and_query) = canonical.split_at(canonical.find(['/', '?'])?);
    let default_port = if url.starts_with("https") { 443 } else { 80 };
    let method = head.method.as_str();
    let request = Request { method, authority, default_port, path_and_query, nonce, timestamp };
    search(&keys, &texts(request), digest.as_bytes())
}

/// The fewest mistakes that lead to what was presented.
fn search(keys: &[Key], texts: &[Text], presented: &[u8]) -> Option<Found> {
    for wanted in 0..=3 {
        for key in keys {
            for text in texts {
                if key.mistakes.len() + text.mistakes.len() != wanted || !is_tried(key, text, wanted) {
                    continue;
                }
                let mut digest = <Hmac<Sha256>>::new_from_slice(&key.bytes).ok()?;
                digest.update(text.text.as_bytes());
                let digest = digest.finalize().into_bytes();
                let end = (!digest.starts_with(presented)).then_some(Mistake::DigestEnd);
                if end.is_some() && !digest.ends_with(presented) {
                    continue;
                }
                let signed = (!text.mistakes.is_empty()).then(|| text.text.clone());
                let mistakes = key.mistakes.iter().chain(&text.mistakes).cloned().chain(end).collect();
                return Some(Found { mistakes, signed });
            }
        }
    }
    None
}

fn is_tried(key: &Key, text: &Text, mistakes: usize) -> bool {
    mistakes <= MISTAKES || key.mistakes.iter().chain(&text.mistakes).all(Mistake::is_the_pages)
}
