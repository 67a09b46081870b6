//! One user: phone, links, and what can be done.

use maud::{Markup, html};

use super::Page;
use super::banner::Banner;
use super::layout::{Frame, Place, copy_button, heading, page};
use super::paths::{user_path, users_path};
use super::qr::qr_code;
use super::sign_ins_of_user::{self, SignInsOfUser};
use super::text::foreign;

/// What the page of a user shows.
#[derive(Clone, Debug)]
pub(crate) struct User<'a> {
    pub(crate) application_id: &'a str,
    pub(crate) id: &'a str,
    pub(crate) has_phone: bool,
    /// Where the phone's page is, if there is a phone.
    pub(crate) phone_url: Option<String>,
    pub(crate) sign_ins: SignInsOfUser<'a>,
    /// Some links that can be used, the newest first.
    pub(crate) links: Vec<Link<'a>>,
    /// How many others there are.
    pub(crate) older_links: usize,
    pub(crate) banner: Banner,
}

/// A link that can be used.
#[derive(Clone, Debug)]
pub(crate) struct Link<'a> {
    pub(crate) url: String,
    pub(crate) display_name: Option<&'a str>,
}

pub(crate) fn user(user: &User<'_>) -> Page {
    let path = user_path(user.application_id, user.id);
    let content = html! {
        nav.crumbs aria-label="Where you are" {
            ol {
                li { a href="/" { "Console" } }
                li { a href=(users_path(user.application_id)) { "Application" } }
                li aria-current="page" { "User" }
            }
        }
        (heading(&html! { h1.id { span { "User " } (foreign(user.id)) } }))
        section aria-labelledby="phone-title" {
            h2 #phone-title { "Phone" }
            div #phone data-live aria-live="polite" { (phone(user)) }
            div.actions {
                form method="post" action={ (path) "/register" } { button type="submit" { "Register a phone" } }
                form method="post" action={ (path) "/lose" } { button type="submit" { "Lose the phone" } }
            }
            p.quiet {
                "Registering uses the newest link, or one that is made for it. Losing the phone ends all links and makes one "
                "new, as " code { "lost_user_mobile_device" } " does."
            }
        }
        (sign_ins_of_user::section(user.application_id, user.id, &user.sign_ins))
        section aria-labelledby="links-title" {
            h2 #links-title { "Open links" }
            form.row method="post" action={ (path) "/links" } {
                div.field {
                    label for="display-name" { "Name to show on the phone (optional)" }
                    input #display-name type="text" name="display_name" autocomplete="off";
                }
                button.primary type="submit" { "Make a link" }
            }
            div #links data-live { (links(user)) }
        }
        section aria-labelledby="delete-title" {
            h2 #delete-title { "Delete" }
            p { a.button.danger href={ (path) "/delete" } { "Delete the user…" } }
        }
    };
    page(Frame { title: "User", place: Place::Console, banner: Some(user.banner) }, &content)
}

fn phone(user: &User<'_>) -> Markup {
    html! {
        p {
            @if user.has_phone { span.chip.good { "registered" } " The user signs in with a phone." }
            @else { span.chip.none { "none" } " The user has no phone yet." }
        }
        @if let Some(url) = &user.phone_url { (sign_ins_of_user::phone_link(url)) }
    }
}

fn links(user: &User<'_>) -> Markup {
    html! {
        @if user.links.is_empty() { p.empty { "There is no link that could be used." } }
        @else {
            ol.cards {
                @for (index, link) in user.links.iter().enumerate() { li { (card(link, index)) } }
            }
            @if user.older_links > 0 { p { "And " (user.older_links) " older ones." } }
        }
    }
}

fn card(link: &Link<'_>, index: usize) -> Markup {
    let id = format!("link-{index}");
    html! {
        article.card {
            h3 {
                @if index == 0 { "Newest link" } @else { "Link" }
                @if let Some(name) = link.display_name { " for " (foreign(name)) }
            }
            p.path { a id=(id) href=(link.url) { (link.url) } }
            div.actions { (copy_button(&id, "the link")) }
            details id={ (id) "-qr" } open[index == 0] {
                summary { "QR code" }
                (qr_code(&link.url))
            }
        }
    }
}
