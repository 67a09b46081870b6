//! What all pages have in common.

use maud::{DOCTYPE, Markup, html};

use super::{Page, assets, security};

/// The parts of the console that the head of the page leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Console,
    Requests,
    Reference,
}

const PLACES: [(Place, &str, &str); 3] = [
    (Place::Console, "/", "Console"),
    (Place::Requests, "/requests", "Requests"),
    (Place::Reference, "/docs", "Reference"),
];

/// Seconds between two loads of a page that keeps itself fresh.
pub(super) const REFRESH_SECONDS: u8 = 5;

/// How a page differs from the others around its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    pub(super) title: &'a str,
    /// The part that the page is, or is below of.
    pub(super) place: Place,
    pub(super) refresh: bool,
    /// Whether the console may be seen by whoever sees this page.
    pub(super) console: bool,
}

/// A page of the console or the reference.
pub(super) fn page(frame: Frame<'_>, content: &Markup) -> Page {
    let with_scripts = frame.place == Place::Reference;
    let head = html! {
        @if frame.refresh { meta http-equiv="refresh" content=(REFRESH_SECONDS); }
        @if with_scripts { script type="module" src=(assets::TRY_OUT.path) {} }
    };
    let body = html! {
        a.skip href="#content" { "Skip to the content" }
        header.top {
            p.brand { a href=(if frame.console { "/" } else { "/docs" }) { span.mark aria-hidden="true" {} "IAMPASS " span { "emulator" } } }
            nav aria-label="Emulator" {
                ul {
                    @for (place, path, name) in PLACES.into_iter().filter(|one| frame.console || one.0 == frame.place) {
                        li { a href=(path) aria-current=[(place == frame.place).then_some("page")] { (name) } }
                    }
                }
            }
        }
        main #content tabindex="-1" { (content) }
        footer.bottom {
            p { "A local stand-in for development and tests. Nothing here reaches the real service." }
        }
    };
    let policy = if with_scripts { security::WITH_SCRIPTS } else { security::PASSIVE };
    document(frame.title, &head, &body, policy)
}

/// Turns the page's keeping itself fresh on and off.
pub(super) fn refresh_link(path: &str, refresh: bool) -> Markup {
    html! {
        @if refresh {
            a.button href=(path) { "Stop refreshing" }
        } @else {
            a.button href={ (path) (if path.contains('?') { '&' } else { '?' }) "refresh=on" } { "Keep fresh" }
        }
    }
}

/// A page on its own, without the console's head and foot.
pub(super) fn bare(title: &str, body: &Markup) -> Page {
    document(title, &html! {}, body, security::PASSIVE)
}

fn document(title: &str, head: &Markup, body: &Markup, policy: &'static str) -> Page {
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
