//! What the person would see on the phone.

pub(crate) mod registration;
pub(crate) mod sign_in;

use maud::{Markup, html};

use super::layout;
use super::{Page, assets};

fn screen(title: &str, content: &Markup, developers: &Markup) -> Page {
    layout::bare(title, &frame(content, developers))
}

fn frame(content: &Markup, developers: &Markup) -> Markup {
    html! {
        div.phone {
            header { p.brand { img src=(assets::ICON.path) alt="" width="20" height="20"; "IAMPASS " span { "emulator" } } }
            main { (content) }
            aside aria-label="For developers" { h2 { "For developers" } (developers) }
        }
    }
}

fn badge(class: &str, drawing: &Markup) -> Markup {
    html! {
        svg class=(class) viewBox="0 0 24 24" width="56" height="56" aria-hidden="true" { (drawing) }
    }
}
