//! What the author of a signer did wrong, as far as it can be found out.
//!
//! A [`Refusal`] says what was expected. [`explain`] tries the well-known mistakes, most of which follow
//! from the vendor's own page, and names the one that fits. It is for development and support: it takes
//! some hundred signatures, and its words are for the signer's author, not for the public. Nothing in an
//! [`Explanation`] holds a secret, a token or a signature.

mod explanation;
mod form;
mod keys;
mod mistake;
mod request;
mod signature;
mod texts;

use crate::credentials::ApplicationSecret;
use crate::verify::refusal::Refusal;

pub use explanation::Explanation;
pub use mistake::Mistake;
pub use request::RefusedRequest;

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
