//! What a page that has the reference inside adds of its own.

use maud::{Markup, html};

use crate::Operation;

/// What a page adds to the contract; nothing, unless a method says otherwise. `()` adds nothing.
pub trait Additions {
    /// Files that go with the page, named under the title: `(link, name)`.
    fn files(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    /// What is to be said of the contract's servers before they are listed.
    fn on_servers(&self) -> Markup {
        html! {}
    }

    /// What is to be said of signing before the headers are described.
    fn on_signing(&self) -> Markup {
        html! {}
    }

    /// A chapter between the introduction and the operations.
    fn chapter(&self) -> Option<Chapter> {
        None
    }

    /// What stands at the end of an operation.
    fn on_operation(&self, operation: &Operation<'_>) -> Markup {
        let _ = operation;
        html! {}
    }
}

impl Additions for () {}

/// A chapter that is not the contract's.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// Its name in links: the content has an element of this `id`.
    pub id: &'static str,
    /// Its line in the contents.
    pub title: &'static str,
    /// All of it, its heading included.
    pub content: Markup,
}
