//! The reference as one file.

use maud::{DOCTYPE, html};

use crate::contract::text;
use crate::{Contract, STYLE, body};

/// What a browser is told to refuse: all that would have to come from elsewhere.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The reference as a page of its own: one HTML file that loads nothing and runs nothing. The same contract gives the
/// same bytes.
#[must_use]
pub fn standalone(contract: &Contract) -> String {
    let info = &contract.root()["info"];
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (text(info, "title")) " " (text(info, "version")) }
                // Without one, browsers ask the server that has the file.
                link rel="icon" href="data:,";
                // A constant of ours: in it, `>` must not be escaped.
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                main #content tabindex="-1" { (body(contract, &())) }
            }
        }
    };
    page.into_string() + "\n"
}
