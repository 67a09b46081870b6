//! The contract, rendered for people, with a form at each operation that signs and sends it.

use iampass_reference::{Additions, Chapter, Contract, Operation, body};
use maud::{Markup, html};

use super::banner::Banner;
use super::layout::{Frame, Place, page};
use super::try_out::{self, SigningApplication};
use super::{Page, assets};

/// The contract as it is written.
pub(crate) const TEXT: &str = include_str!("../../openapi/iampass-management.yaml");

const _: () = assert!(
    TEXT.len() > 1000,
    "crates/iampass-emulator/openapi/iampass-management.yaml is a symbolic link to the contract, and this checkout has a \
     file with the link's text in its place: run `git config core.symlinks true` (on Windows in developer mode), delete \
     the file, and `git checkout` it"
);

/// The page. Without applications, for readers who may not know of them, they are to be typed in, and
/// nothing leads to the console.
pub(crate) fn reference(
    contract: &Contract,
    applications: Option<&[SigningApplication<'_>]>,
    banner: Option<Banner>,
) -> Page {
    let content = body(contract, &Emulators { applications });
    page(Frame { title: "Reference", place: Place::Reference, banner }, &content)
}

/// What the emulator adds to the contract.
struct Emulators<'a> {
    applications: Option<&'a [SigningApplication<'a>]>,
}

impl Additions for Emulators<'_> {
    fn files(&self) -> Vec<(&str, &str)> {
        vec![
            ("/openapi.yaml", "openapi.yaml"),
            ("/openapi.json", "openapi.json"),
            (assets::SIGNER.path, "signer.js"),
        ]
    }

    fn on_servers(&self) -> Markup {
        html! { p { "The service's own. This emulator takes the same calls at its own address." } }
    }

    fn on_signing(&self) -> Markup {
        html! { " The same in JavaScript, to read or to take along: " a href=(assets::SIGNER.path) { "signer.js" } "." }
    }

    fn chapter(&self) -> Option<Chapter> {
        let content = try_out::applications(self.applications);
        Some(Chapter { id: "applications", title: "Try it out", content })
    }

    fn on_operation(&self, operation: &Operation<'_>) -> Markup {
        try_out::form(operation)
    }
}
