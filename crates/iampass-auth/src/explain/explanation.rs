//! The result of a diagnosis.

use super::mistake::{Kind, Mistake};
use crate::verify::refusal::{Refusal, SIGNATURE_NOT_RIGHT};
use crate::verify::signed_text::SignedText;

/// What [`explain`](super::explain) found out about a refused request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The mistakes that the signer made. Empty if none of the well-known ones fits.
    pub mistakes: Vec<Mistake>,
    /// The text that the signer signed instead of the correct one, if the two differ.
    pub signed: Option<SignedText>,
    /// Whether the search was ended before every well-known mistake was tried, because the URL is long.
    pub cut_short: bool,
}

impl Explanation {
    pub(super) fn of(kind: Kind) -> Self {
        Self { mistakes: vec![Mistake(kind)], ..Self::default() }
    }

    /// Describes the mistakes in one line, without the signed text. Empty if none was found.
    #[must_use]
    pub fn text(&self) -> String {
        self.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    /// Describes the refusal in view of what was found: as its `Display` does, but without a guess at the
    /// secret if the mistake is known, and with a note if not every mistake was tried.
    #[must_use]
    pub fn refusal_text(&self, refusal: &Refusal) -> String {
        match refusal {
            Refusal::SignatureMismatch { .. } if !self.mistakes.is_empty() => SIGNATURE_NOT_RIGHT.to_owned(),
            refusal if self.cut_short => {
                format!("{refusal}; the URL is too long to try every well-known mistake")
            }
            refusal => refusal.to_string(),
        }
    }
}
