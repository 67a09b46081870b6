//! The users of one application and their phones, some at a time.

use maud::{Markup, html};

use super::Page;
use super::banner::Banner;
use super::layout::{Frame, Place, heading, page};
use super::paths::{sign_ins_path, user_path, users_path};
use super::text::{encode, foreign};

/// Which users to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Phones {
    #[default]
    Any,
    Registered,
    Missing,
}

impl Phones {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Any, "All users"), (Self::Registered, "With a phone"), (Self::Missing, "Without a phone")];

    /// From the word in a query; anything else means any.
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "registered" => Self::Registered,
            "missing" => Self::Missing,
            _ => Self::Any,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Registered => "registered",
            Self::Missing => "missing",
        }
    }
}

/// What the page of users shows.
#[derive(Clone, Debug)]
pub(crate) struct Users<'a> {
    pub(crate) application_id: &'a str,
    /// A part of the ids that are looked for.
    pub(crate) search: &'a str,
    pub(crate) phones: Phones,
    /// Sorted by id.
    pub(crate) shown: Vec<User<'a>>,
    /// How many of those that fit come before the first.
    pub(crate) before: u64,
    /// How many fit.
    pub(crate) matching: u64,
    /// How many users the application has, and how many of them have a phone.
    pub(crate) total: u64,
    pub(crate) with_phone: u64,
    pub(crate) banner: Banner,
}

/// A user, for people to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct User<'a> {
    pub(crate) id: &'a str,
    pub(crate) has_phone: bool,
    /// Registration links that can still be used.
    pub(crate) open_links: u64,
}

pub(crate) fn users(users: &Users<'_>) -> Page {
    let content = html! {
        nav.crumbs aria-label="Where you are" {
            ol { li { a href="/" { "Console" } } li aria-current="page" { "Application" } }
        }
        (heading(&html! { h1.id { span { "Application " } (foreign(users.application_id)) } }))
        (search_form(users))
        section aria-labelledby="users-title" {
            h2 #users-title { "Users and their phones" }
            p #totals data-live aria-live="polite" { (totals(users)) }
            p { a href=(sign_ins_path("/sign-ins", Some(users.application_id))) { "Their sign-ins" } }
            div #users data-live {
                @if users.shown.is_empty() {
                    p.empty { (nobody(users)) }
                } @else {
                    (table(users))
                }
                (pages(users))
            }
        }
        section aria-labelledby="add-title" {
            h2 #add-title { "Add users" }
            form method="post" action={ (users_path(users.application_id)) "/users" } {
                div.field {
                    label for="add" { "Ids, one in a line" }
                    textarea #add name="users" rows="3" required spellcheck="false" {}
                }
                button.primary type="submit" { "Add" }
            }
        }
    };
    page(Frame { title: "Users", place: Place::Console, banner: Some(users.banner) }, &content)
}

fn search_form(users: &Users<'_>) -> Markup {
    html! {
        form.search role="search" method="get" action=(users_path(users.application_id)) {
            div.field {
                label for="search" { "Part of the user id" }
                input #search type="search" name="search" value=(users.search) autocomplete="off" spellcheck="false";
            }
            div.field {
                label for="phone" { "Phone" }
                select #phone name="phone" {
                    @for (phones, name) in Phones::ALL {
                        option value=(phones.word()) selected[phones == users.phones] { (name) }
                    }
                }
            }
            button type="submit" { "Show" }
        }
    }
}

fn totals(users: &Users<'_>) -> Markup {
    let shown = users.shown.len() as u64;
    html! {
        (users.total) @if users.total == 1 { " user, " } @else { " users, " } (users.with_phone) " with a phone."
        @if users.matching != users.total { " " (users.matching) " of them fit." }
        @if shown > 0 && shown < users.matching {
            " Here are " (users.before + 1) " to " (users.before + shown) "."
        }
    }
}

fn nobody(users: &Users<'_>) -> &'static str {
    if users.matching > 0 {
        "There are no further users."
    } else if users.search.is_empty() && users.phones == Phones::Any {
        "The application has no users yet. Add some below, or with the operation add_users."
    } else {
        "No user fits."
    }
}

fn table(users: &Users<'_>) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "User" } th scope="col" { "Phone" } th scope="col" { "Open links" } } }
            tbody {
                @for user in &users.shown {
                    tr {
                        th scope="row" { a href=(user_path(users.application_id, user.id)) { (foreign(user.id)) } }
                        td {
                            @if user.has_phone { span.chip.good { "registered" } }
                            @else { span.chip.none { "none" } }
                        }
                        td.number { (user.open_links) }
                    }
                }
            }
        }
    }
}

fn pages(users: &Users<'_>) -> Markup {
    let query = format!("?search={}&phone={}", encode(users.search), users.phones.word());
    let first_page = format!("{}{query}", users_path(users.application_id));
    let (first, last) = (users.shown.first(), users.shown.last());
    let previous = first.filter(|_| users.before > 0);
    let next = last.filter(|_| users.before + (users.shown.len() as u64) < users.matching);
    html! {
        @if previous.is_some() || next.is_some() {
            nav.pages aria-label="Pages of users" {
                @if let Some(first) = previous {
                    a.button href=(first_page) { "First page" }
                    a.button href={ (first_page) "&before=" (encode(first.id)) } rel="prev" { "Previous page" }
                }
                @if let Some(last) = next {
                    a.button href={ (first_page) "&after=" (encode(last.id)) } rel="next" { "Next page" }
                }
            }
        }
    }
}
