//! What all pages have in common.

use maud::{DOCTYPE, Markup, html};

use super::banner::Banner;
use super::security::Policy;
use super::{Page, assets, security};

/// The parts of the console that the head of the page leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Console,
    SignIns,
    Requests,
    Controls,
    Reference,
    /// None of them.
    Elsewhere,
}

const PLACES: [(Place, &str, &str); 5] = [
    (Place::Console, "/", "Console"),
    (Place::SignIns, "/sign-ins", "Sign-ins"),
    (Place::Requests, "/requests", "Requests"),
    (Place::Controls, "/controls", "Controls"),
    (Place::Reference, "/docs", "Reference"),
];

/// How a page differs from the others around its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    pub(super) title: &'a str,
    /// The part that the page is, or is below of.
    pub(super) place: Place,
    /// Whoever sees the page may see the console too, if there is one.
    pub(super) banner: Option<Banner>,
}

/// A page of the console or the reference.
pub(super) fn page(frame: Frame<'_>, content: &Markup) -> Page {
    let (script, policy) = match frame.place {
        Place::Reference => (assets::TRY_OUT, security::REFERENCE),
        _ => (assets::LIVE, security::CONSOLE),
    };
    let with_console = frame.banner.is_some();
    let places = PLACES.into_iter().filter(|(place, ..)| with_console || *place == Place::Reference);
    let body = html! {
        a.skip href="#content" { "Skip to the content" }
        header.top {
            p.brand { a href=(home(with_console)) { span.mark aria-hidden="true" {} "IAMPASS " span { "emulator" } } }
            nav aria-label="Emulator" {
                ul {
                    @for (place, path, name) in places {
                        li { a href=(path) aria-current=[(place == frame.place).then_some("page")] { (name) } }
                    }
                }
            }
        }
        @if let Some(banner) = frame.banner { div #banner data-live aria-live="polite" { (banner.markup()) } }
        main #content tabindex="-1" { (content) }
        footer.bottom {
            p { "A local stand-in for development and tests. Nothing here reaches the real service." }
        }
    };
    document(frame.title, &html! { script type="module" src=(script.path) {} }, &body, policy)
}

/// The page that stands for all others.
pub(super) fn home(with_console: bool) -> &'static str {
    if with_console { "/" } else { "/docs" }
}

/// A page's title, and whether it updates itself; without JavaScript it does not.
pub(super) fn heading(title: &Markup) -> Markup {
    html! {
        div.heading {
            (title)
            p.live { span.quiet #live role="status" {} " " a.button href="" { "Reload" } }
        }
    }
}

/// A button that copies the text of an element. It is there where scripts run.
pub(super) fn copy_button(id: &str, what: &str) -> Markup {
    html! { button.copy type="button" data-copy=(id) { "Copy " (what) } }
}

/// A page on its own, without the console's head and foot.
pub(super) fn bare(title: &str, body: &Markup) -> Page {
    document(title, &html! {}, body, security::PASSIVE)
}

/// As [`bare`], for a page that looks for news by itself. Without JavaScript it does so if `reloads` says so.
pub(super) fn bare_live(title: &str, reloads: bool, body: &Markup) -> Page {
    let head = html! {
        script type="module" src=(assets::POLL.path) {}
        @if reloads { noscript { meta http-equiv="refresh" content="3"; } }
    };
    document(title, &head, body, security::CONSOLE)
}

fn document(title: &str, head: &Markup, body: &Markup, policy: Policy) -> Page {
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · IAMPASS emulator" }
                link rel="icon" href=(assets::ICON.path) type=(assets::ICON.content_type);
                link rel="stylesheet" href=(assets::BASE_STYLE.path);
                link rel="stylesheet" href=(assets::STYLE.path);
                (head)
            }
            body { (body) }
        }
    };
    Page { html: html.into_string(), policy }
}
