//! The result of a diagnosis.

use super::mistake::{Kind, Mistake};

/// What [`explain`](super::explain) found out about a refused request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The mistakes that the signer made. Empty if none of the well-known ones fits.
    pub mistakes: Vec<Mistake>,
    /// The text that the signer signed instead of the correct one. It contains the URL, and with it user
    /// ids.
    pub signed: Option<String>,
}

impl Explanation {
    pub(super) fn of(kind: Kind) -> Self {
        Self { mistakes: vec![Mistake(kind)], signed: None }
    }

    /// Describes mistakes and signed text in one line. Empty if nothing was found out.
    #[must_use]
    pub fn text(&self) -> String {
        let mistakes = self.mistakes.iter().map(ToString::to_string);
        let signed = self.signed.as_ref().map(|signed| format!("what was signed is {signed:?}"));
        mistakes.chain(signed).collect::<Vec<_>>().join("; ")
    }
}
