//! What the author of a signer did wrong, as far as it can be found out.
//!
//! A [`Refusal`] says what was expected. [`explain`] tries the well-known mistakes, most of which follow
//! from the vendor's own page, and names the one that fits. It is for development and support: it takes
//! some hundred signatures, and its words are for the signer's author, not for the public. Nothing in an
//! [`Explanation`] holds a secret, a token or a signature.

mod form;
mod keys;
mod mistake;
mod signature;
mod texts;

use crate::credentials::ApplicationSecret;
use crate::error::Refusal;

use self::mistake::Kind;
pub use self::mistake::Mistake;

/// A request that was refused, as it was received.
#[derive(Clone)]
pub struct RefusedRequest<'a> {
    method: &'a str,
    url: &'a str,
    headers: Vec<(&'a str, &'a [u8])>,
}

impl<'a> RefusedRequest<'a> {
    /// A request for a URL as [`Verifier::verify`](crate::Verifier::verify) takes it, with all of its
    /// headers.
    pub fn new<V: AsRef<[u8]> + ?Sized + 'a>(
        method: &'a str,
        url: &'a str,
        headers: impl IntoIterator<Item = (&'a str, &'a V)>,
    ) -> Self {
        let headers = headers.into_iter().map(|(name, value)| (name, value.as_ref())).collect();
        Self { method, url, headers }
    }

    /// The first header of this name, if it is text.
    fn header(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(value).ok()
    }
}

/// Without the headers: one of them holds the signature.
impl std::fmt::Debug for RefusedRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefusedRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// What was found out beyond a refusal's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// What was done wrong; empty if none of the well-known mistakes fits.
    pub mistakes: Vec<Mistake>,
    /// The text that was signed in the place of the right one. It holds the URL, and with it user ids.
    pub signed: Option<String>,
}

impl Explanation {
    fn of(kind: Kind) -> Self {
        Self { mistakes: vec![Mistake(kind)], signed: None }
    }

    /// All of it in one text, what was done wrong first; empty if nothing was found out.
    #[must_use]
    pub fn text(&self) -> String {
        let mistakes = self.mistakes.iter().map(ToString::to_string);
        let signed = self.signed.as_ref().map(|signed| format!("what was signed is {signed:?}"));
        mistakes.chain(signed).collect::<Vec<_>>().join("; ")
    }
}

/// Looks for the mistake behind a refusal.
///
/// `secret` is that of the application that the request names, if it is known. `others` are other
/// applications' ids and secrets, one of which may have been taken by mistake.
pub fn explain(
    refusal: &Refusal,
    request: &RefusedRequest<'_>,
    secret: Option<&ApplicationSecret>,
    others: impl IntoIterator<Item = (String, ApplicationSecret)>,
) -> Explanation {
    match refusal {
        Refusal::SignatureMismatch { .. } => {
            signature::look_into(request, secret, others).unwrap_or_default()
        }
        refusal => form::look_into(refusal, request).map(Explanation::of).unwrap_or_default(),
    }
}
