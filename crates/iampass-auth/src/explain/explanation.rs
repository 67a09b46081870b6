//! What was found out.

use super::mistake::{Kind, Mistake};

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
    pub(super) fn of(kind: Kind) -> Self {
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
