//! Cells of a CSV report that a spreadsheet would take for formulas.

use std::borrow::Cow;

/// What a spreadsheet takes for the beginning of a formula, at once or when it has dropped a control character.
const BEGINNINGS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// How such cells are written, and how many there were.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// Puts an apostrophe before them, which makes them texts.
    pub(super) safe: bool,
    formulas: u64,
}

impl Cells {
    pub(super) fn written<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        if !text.starts_with(BEGINNINGS) {
            return text.into();
        }
        self.formulas += 1;
        if self.safe { format!("'{text}").into() } else { text.into() }
    }

    /// The note on them for the end of the run.
    pub(super) fn note(&self) -> Option<String> {
        let what = match self.formulas {
            0 => return None,
            1 => "1 cell begins".to_owned(),
            more => format!("{more} cells begin"),
        };
        (!self.safe).then(|| {
            format!(
                "note: in the report {what} with one of = + - @, which spreadsheets take for formulas; \
                 --spreadsheet-safe puts an apostrophe before them"
            )
        })
    }
}
