//! The first page: what the emulator has, and what happened last.

use maud::{Markup, html};

use super::Page;
use super::layout::{Frame, Place, page, refresh_link};
use super::requests::{self, Request};
use super::text::{encode, foreign};
use crate::shell::exports;

/// What the first page shows.
#[derive(Clone, Debug)]
pub(crate) struct Console<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) applications: Vec<Application<'a>>,
    /// The last few, the newest first.
    pub(crate) latest: Vec<Request<'a>>,
    /// Whether the page loads itself anew.
    pub(crate) refresh: bool,
}

/// An application in numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Application<'a> {
    pub(crate) id: &'a str,
    pub(crate) users: u64,
    /// Users that have a phone registered.
    pub(crate) phones: u64,
}

/// Where the users of an application are shown.
pub(super) fn users_path(application_id: &str) -> String {
    format!("/applications/{}", encode(application_id))
}

pub(crate) fn console(console: &Console<'_>) -> Page {
    let content = html! {
        div.heading {
            h1 { "Console" }
            (refresh_link("/", console.refresh))
        }
        section aria-labelledby="applications" {
            h2 #applications { "Applications" }
            @if console.applications.is_empty() {
                p.empty { "There is no application." }
            }
            ul.cards {
                @for application in &console.applications { li { (card(*application)) } }
            }
        }
        section aria-labelledby="latest" {
            h2 #latest { "Latest requests" }
            (requests::list(&console.latest))
            @if !console.latest.is_empty() { p { a href="/requests" { "All requests that are remembered" } } }
        }
        section aria-labelledby="connect" {
            h2 #connect { "Point a client here" }
            p { "IAMPASS clients take these settings; any signed call to this address is verified for real." }
            div.settings {
                pre {
                    (exports(console.base_url, console.applications.first().map(|first| first.id), None))
                }
            }
            p { "No client at hand? " a href="/docs" { "The reference" } " signs and sends calls from the browser." }
        }
    };
    page(Frame { title: "Console", place: Place::Console, refresh: console.refresh, console: true }, &content)
}

fn card(application: Application<'_>) -> Markup {
    html! {
        article.card {
            h3 { a href=(users_path(application.id)) { (foreign(application.id)) } }
            dl.numbers {
                div { dt { "Users" } dd { (application.users) } }
                div { dt { "With a phone" } dd { (application.phones) } }
            }
        }
    }
}
