//! Finds out which mistake the author of a signer made.
//!
//! A [`Refusal`] says what was expected. [`explain`] tries the well-known mistakes, most of which follow
//! from the vendor's own page, and names those that lead to the presented signature. It computes some
//! hundred signatures and its texts are for the signer's author: use it in development and support. An
//! [`Explanation`] contains no secret, token or signature.

mod explanation;
mod form;
mod keys;
mod messages;
mod mistake;
mod request;
mod signature;

use crate::credentials::ApplicationSecret;
use crate::verify::refusal::Refusal;

pub use explanation::Explanation;
pub use mistake::Mistake;
pub use request::RefusedRequest;

/// Looks for the mistakes that led to a refusal.
///
/// `secret` is the secret of the application that the request names, if it is known. `others` are ids and
/// secrets of other applications, in case the signer used one of those.
pub fn explain(
    refusal: &Refusal,
    request: &RefusedRequest<'_>,
    secret: Option<&ApplicationSecret>,
    others: impl IntoIterator<Item = (String, ApplicationSecret)>,
) -> Explanation {
    match refusal {
        Refusal::SignatureMismatch { .. } => signature::diagnose(request, secret, others).unwrap_or_default(),
        refusal => form::diagnose(refusal, request).map(Explanation::of).unwrap_or_default(),
    }
}
