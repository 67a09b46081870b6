//! The result of a diagnosis.

use super::mistake::{Kind, Mistake};
use crate::verify::signed_text::SignedText;

/// What [`explain`](super::explain) found out about a refused request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The mistakes that the signer made. Empty if none of the well-known ones fits.
    pub mistakes: Vec<Mistake>,
    /// The text that the signer signed instead of the correct one, if the two differ.
    pub signed: Option<SignedText>,
}

impl Explanation {
    pub(super) fn of(kind: Kind) -> Self {
        Self { mistakes: vec![Mistake(kind)], signed: None }
    }

    /// Describes the mistakes in one line, without the signed text. Empty if none was found.
    #[must_use]
    pub fn text(&self) -> String {
        self.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}
