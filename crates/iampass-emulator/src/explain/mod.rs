//! What the author of a signer did wrong, as far as it can be found out.
//!
//! A refusal says what was expected. Here the well-known mistakes are tried, most of which follow
//! from the vendor's own page, and the one that fits is named. Nothing here holds a secret, a token
//! or a signature when it is told.

mod form;
mod keys;
mod mistake;
mod signature;
mod texts;

use hyper::http::request::Parts;
use iampass_auth::Refusal;

use crate::answer::Answer;
use crate::authentication::Denied;
use crate::request_log::RecordedRefusal;
use crate::store::Store;

use self::mistake::Mistake;

/// A refusal, ready to be logged and answered.
#[derive(Debug)]
pub(crate) struct Explained {
    pub(crate) refusal: RecordedRefusal,
    pub(crate) answer: Answer,
}

/// What was found out beyond a refusal's own words.
#[derive(Debug, Default)]
struct Found {
    mistakes: Vec<Mistake>,
    /// The text that was signed in the place of the right one.
    signed: Option<String>,
}

/// Explains a refusal of a request for this URL, to the client as well if that is wanted.
pub(crate) fn explain(denied: &Denied, head: &Parts, url: &str, store: &Store, to_client: bool) -> Explained {
    let found = match denied {
        Denied::Refused(Refusal::SignatureMismatch { .. }) => signature::look_into(head, url, store),
        Denied::Refused(refusal) => form::look_into(refusal, &head.headers),
        Denied::ApplicationMismatch { .. } => Found::default(),
    };
    let explanation = worded(denied, &found);
    let answer = denied.answer(to_client.then_some(&*explanation));
    let mistakes = found.mistakes.iter().map(Mistake::code).collect();
    Explained { refusal: RecordedRefusal { code: denied.code(), explanation, mistakes }, answer }
}

/// What was done wrong comes first, for it is what a reader wants, and the log cuts long texts.
fn worded(denied: &Denied, found: &Found) -> String {
    let mistakes: Vec<_> = found.mistakes.iter().map(Mistake::advice).collect();
    let signed = found.signed.as_ref().map(|signed| format!("what was signed is {signed:?}"));
    let all: Vec<_> = mistakes.into_iter().chain(signed).chain([denied.to_string()]).collect();
    all.join("; ")
}
