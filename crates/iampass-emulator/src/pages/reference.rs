//! The contracts, rendered for people, with a form at each operation that signs and sends it.

use iampass_reference::{Additions, Chapter, Contract, Operation, Target, body};
use maud::{Markup, html};

use super::banner::Banner;
use super::layout::{Frame, Place, page};
use super::try_out::{self, SigningApplication};
use super::{Page, assets};

/// A contract as it is written, and where it is served.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) page: &'static str,
    pub(crate) yaml: &'static str,
    pub(crate) json: &'static str,
}

pub(crate) const MANAGEMENT: Document = Document {
    name: "Management API",
    text: include_str!("../../openapi/iampass-management.yaml"),
    page: "/docs",
    yaml: "/openapi.yaml",
    json: "/openapi.json",
};

pub(crate) const AUTHENTICATION: Document = Document {
    name: "Authentication API",
    text: include_str!("../../openapi/iampass-authentication.yaml"),
    page: "/docs/authentication",
    yaml: "/openapi/authentication.yaml",
    json: "/openapi/authentication.json",
};

const DOCUMENTS: [&Document; 2] = [&MANAGEMENT, &AUTHENTICATION];

const _: () = assert!(
    MANAGEMENT.text.len() > 1000 && AUTHENTICATION.text.len() > 1000,
    "the files in crates/iampass-emulator/openapi are symbolic links to the contracts, and this checkout has files with \
     the links' text in their place: run `git config core.symlinks true` (on Windows in developer mode), delete the \
     files, and `git checkout` them"
);

/// The page. Without applications, for readers who may not know of them, they are to be typed in, and
/// nothing leads to the console.
pub(crate) fn reference(
    document: &Document,
    contract: &Contract,
    applications: Option<&[SigningApplication<'_>]>,
    banner: Option<Banner>,
) -> Page {
    let content = body(contract, &Emulators { document, applications });
    page(Frame { title: "Reference", place: Place::Reference, banner }, &content)
}

/// What the emulator adds to the contract.
struct Emulators<'a> {
    document: &'a Document,
    applications: Option<&'a [SigningApplication<'a>]>,
}

impl Additions for Emulators<'_> {
    fn files(&self) -> Vec<(&str, &str)> {
        let others = DOCUMENTS.into_iter().filter(|other| other.page != self.document.page);
        [
            (self.document.yaml, "openapi.yaml"),
            (self.document.json, "openapi.json"),
            (assets::SIGNER.path, "signer.js"),
        ]
        .into_iter()
        .chain(others.map(|other| (other.page, other.name)))
        .collect()
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
        if let Target::Path(path) = operation.target {
            try_out::form(operation, path)
        } else {
            html! {}
        }
    }
}
