//! The last requests, with what became of each and why.

use maud::{Markup, html};

use super::Page;
use super::banner::Banner;
use super::layout::{Frame, Place, heading, page};
use super::text::{foreign, foreign_lines, readable_path};
use super::time::time_of_day;

/// One request, for people to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) number: u64,
    pub(crate) method: &'a str,
    /// As received, not decoded.
    pub(crate) path: &'a str,
    /// When its response was made, by the emulator's clock.
    pub(crate) unix_seconds: u64,
    /// How many requests in a row it stands for.
    pub(crate) times: u64,
    /// 0 when there was no response.
    pub(crate) status: u16,
    /// Why the request was refused: a short name, and an explanation.
    pub(crate) refusal: Option<(&'a str, &'a str)>,
    /// The injected fault that struck: its short name, and whether the operation was carried out.
    pub(crate) fault: Option<(&'a str, bool)>,
}

/// What the page of requests shows.
#[derive(Clone, Debug)]
pub(crate) struct Requests<'a> {
    /// The newest first.
    pub(crate) shown: Vec<Request<'a>>,
    /// How many there are beyond those, older ones.
    pub(crate) older: usize,
    pub(crate) refused_only: bool,
    pub(crate) banner: Banner,
}

pub(crate) fn requests(requests: &Requests<'_>) -> Page {
    let content = html! {
        (heading(&html! { h1 { "Requests" } }))
        nav.tabs aria-label="Which requests" {
            ul {
                li { a href="/requests" aria-current=[(!requests.refused_only).then_some("page")] { "All" } }
                li {
                    a href="/requests?only=refused" aria-current=[requests.refused_only.then_some("page")] {
                        "Refused"
                    }
                }
            }
        }
        section aria-label="Requests, the newest first" {
            p.quiet #count data-live aria-live="polite" {
                (requests.shown.len() + requests.older) " remembered, the newest first."
            }
            div #requests data-live {
                (list(&requests.shown))
                @if requests.older > 0 { p { "And " (requests.older) " older ones." } }
            }
        }
    };
    page(Frame { title: "Requests", place: Place::Requests, banner: Some(requests.banner) }, &content)
}

/// The requests one below the other.
pub(super) fn list(requests: &[Request<'_>]) -> Markup {
    html! {
        @if requests.is_empty() {
            p.empty { "None yet. Calls of both APIs, uses of registration links and answers of phones appear here." }
        } @else {
            ol.requests { @for request in requests { li { (row(request)) } } }
        }
    }
}

fn row(request: &Request<'_>) -> Markup {
    let outcome = Outcome::of(request);
    html! {
        p.line {
            span.method { (foreign(request.method)) }
            " "
            span.quiet { (time_of_day(request.unix_seconds)) }
            " "
            (outcome.chip(request.status))
            @if request.times > 1 { " " span.quiet { (request.times) " times" } }
        }
        p.path { a href={ "/requests/" (request.number) } { (readable_path(request.path)) } }
        @if let Some((code, explanation)) = request.refusal {
            div.why {
                p { "Refused: " code { (code) } }
                (foreign_lines(explanation))
            }
        }
        @if let Some((code, applied)) = request.fault {
            div.why {
                p {
                    "Struck by an injected fault: " code { (code) } ". The operation was "
                    @if applied { "carried out." } @else { "not carried out." }
                }
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Succeeded,
    Failed,
    Refused,
    Struck,
}

impl Outcome {
    pub(super) fn of(request: &Request<'_>) -> Self {
        match request {
            Request { refusal: Some(_), .. } => Self::Refused,
            Request { fault: Some(_), .. } => Self::Struck,
            Request { status: 200..=399, .. } => Self::Succeeded,
            _ => Self::Failed,
        }
    }

    /// The status, and what it means.
    pub(super) fn chip(self, status: u16) -> Markup {
        html! {
            span class={ "chip " (self.class()) } {
                @if status == 0 { "no response" } @else { (status) }
                " · " (self.word())
            }
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Succeeded => "good",
            Self::Failed => "warn",
            Self::Refused => "bad",
            Self::Struck => "note",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Struck => "fault",
        }
    }
}
