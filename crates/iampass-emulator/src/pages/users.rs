//! The users of one application and their phones, some at a time.

use maud::{Markup, html};

use super::Page;
use super::console::users_path;
use super::layout::{Frame, Place, page};
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
    /// The id that these come after, unless they are the first.
    pub(crate) after: Option<&'a str>,
    /// Sorted by id.
    pub(crate) shown: Vec<User<'a>>,
    /// Whether there are others after the last.
    pub(crate) more: bool,
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
        h1.id { span { "Application " } (foreign(users.application_id)) }
        (search_form(users))
        section aria-labelledby="users" {
            h2 #users { "Users and their phones" }
            @if users.shown.is_empty() {
                p.empty { (nobody(users)) }
            } @else {
                (table(&users.shown))
            }
            (pages(users))
        }
    };
    page(Frame { title: "Users", place: Place::Console, refresh: false, console: true }, &content)
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

fn nobody(users: &Users<'_>) -> &'static str {
    if users.after.is_some() {
        "There are no further users."
    } else if users.search.is_empty() && users.phones == Phones::Any {
        "The application has no users yet. The operation add_users makes them known."
    } else {
        "No user fits."
    }
}

fn table(users: &[User<'_>]) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "User" } th scope="col" { "Phone" } th scope="col" { "Open links" } } }
            tbody {
                @for user in users {
                    tr {
                        th scope="row" { (foreign(user.id)) }
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
    let first = format!("{}{query}", users_path(users.application_id));
    let last = users.shown.last().filter(|_| users.more);
    html! {
        @if users.after.is_some() || last.is_some() {
            nav.pages aria-label="Pages of users" {
                @if users.after.is_some() { a.button href=(first) { "First page" } }
                @if let Some(last) = last {
                    a.button href={ (first) "&after=" (encode(last.id)) } rel="next" { "Next page" }
                }
            }
        }
    }
}
