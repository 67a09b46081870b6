//! The first page: what the emulator has, and what happened last.

use maud::{Markup, html};

use super::Page;
use super::banner::Banner;
use super::layout::{Frame, Place, copy_button, heading, page};
use super::paths::{sign_ins_path, users_path};
use super::requests::{self, Request};
use super::text::foreign;
use crate::shell::exports;

/// What the first page shows.
#[derive(Clone, Debug)]
pub(crate) struct Console<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) applications: Vec<Application<'a>>,
    /// The last few, the newest first.
    pub(crate) latest: Vec<Request<'a>>,
    pub(crate) banner: Banner,
}

/// An application in numbers, and what a client needs to be it.
#[derive(Clone, Copy)]
pub(crate) struct Application<'a> {
    pub(crate) id: &'a str,
    pub(crate) users: u64,
    /// Users that have a phone registered.
    pub(crate) phones: u64,
    /// Sign-ins that wait for their user.
    pub(crate) waiting: u64,
    /// Sessions that have not ended.
    pub(crate) signed_in: u64,
    /// If the emulator has its text.
    pub(crate) secret: Option<&'a str>,
}

impl std::fmt::Debug for Application<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application").field("id", &self.id).finish_non_exhaustive()
    }
}

pub(crate) fn console(console: &Console<'_>) -> Page {
    let content = html! {
        (heading(&html! { h1 { "Console" } }))
        section aria-labelledby="applications-title" {
            h2 #applications-title { "Applications" }
            div #applications data-live {
                @if console.applications.is_empty() { p.empty { "There is no application." } }
                ul.cards { @for application in &console.applications { li { (card(*application)) } } }
            }
        }
        section aria-labelledby="latest-title" {
            h2 #latest-title { "Latest requests" }
            div #latest data-live {
                (requests::list(&console.latest))
                @if !console.latest.is_empty() { p { a href="/requests" { "All requests that are remembered" } } }
            }
        }
        section aria-labelledby="connect" {
            h2 #connect { "Point a client here" }
            p { "IAMPASS clients take these settings; any signed call to this address is verified for real." }
            @for (index, application) in console.applications.iter().enumerate() {
                (settings(console.base_url, *application, index))
            }
            p { "No client at hand? " a href="/docs" { "The reference" } " signs and sends calls from the browser." }
        }
    };
    page(Frame { title: "Console", place: Place::Console, banner: Some(console.banner) }, &content)
}

fn card(application: Application<'_>) -> Markup {
    html! {
        article.card {
            h3 { a href=(users_path(application.id)) { (foreign(application.id)) } }
            dl.numbers {
                div { dt { "Users" } dd { (application.users) } }
                div { dt { "With a phone" } dd { (application.phones) } }
                div { dt { "Waiting" } dd { (application.waiting) } }
                div { dt { "Signed in" } dd { (application.signed_in) } }
            }
            p { a href=(sign_ins_path("/sign-ins", Some(application.id))) { "Sign-ins" } }
        }
    }
}

/// Lines to paste, first without the secret.
fn settings(base_url: &str, application: Application<'_>, index: usize) -> Markup {
    let shown = exports(base_url, Some(application.id), None);
    let whole = application.secret.map(|secret| exports(base_url, Some(application.id), Some(secret)));
    let (id, whole_id) = (format!("settings-{index}"), format!("secret-{index}"));
    html! {
        article.settings {
            h3 { "Settings of " (foreign(application.id)) }
            pre #(id) tabindex="0" role="group" aria-label="Settings without the secret" { (shown) }
            div.actions { (copy_button(&id, "the settings without the secret")) }
            @if let Some(whole) = whole {
                details {
                    summary { "Show them with the secret" }
                    pre #(whole_id) tabindex="0" role="group" aria-label="Settings with the secret" { (whole) }
                    div.actions { (copy_button(&whole_id, "the settings with the secret")) }
                }
            } @else {
                p.quiet { "The emulator does not have the text of this secret." }
            }
        }
    }
}
