//! One request in full.

use maud::html;

use super::Page;
use super::banner::Banner;
use super::layout::{Frame, Place, page};
use super::requests::{Outcome, Request};
use super::text::{foreign, foreign_lines, readable_path};
use super::time::date_and_time;

/// What only the page of a request shows of it.
#[derive(Clone, Debug)]
pub(crate) struct Details<'a> {
    pub(crate) operation: Option<&'a str>,
    pub(crate) body_bytes: Option<u64>,
    /// The well-known mistakes that were made with the signature.
    pub(crate) mistakes: Vec<&'a str>,
}

pub(crate) fn request(request: &Request<'_>, details: &Details<'_>, banner: Banner) -> Page {
    let outcome = Outcome::of(request);
    let content = html! {
        nav.crumbs aria-label="Where you are" {
            ol { li { a href="/requests" { "Requests" } } li aria-current="page" { "Request " (request.number) } }
        }
        h1 { "Request " (request.number) }
        dl.details {
            div { dt { "Method" } dd { span.method { (foreign(request.method)) } } }
            div { dt { "Path" } dd.path { (readable_path(request.path)) } }
            @if request.path.contains('%') { div { dt { "As received" } dd.path { (foreign(request.path)) } } }
            div { dt { "Time" } dd { (date_and_time(request.unix_seconds)) } }
            div { dt { "Status" } dd { (outcome.chip(request.status)) } }
            div { dt { "Operation" } dd { @if let Some(operation) = details.operation { code { (operation) } } @else { "none" } } }
            div { dt { "Body" } dd { @if let Some(bytes) = details.body_bytes { (bytes) " bytes" } @else { "none, or of unknown length" } } }
            @if let Some((code, explanation)) = request.refusal {
                div { dt { "Refused" } dd { code { (foreign(code)) } } }
                @if !details.mistakes.is_empty() {
                    div { dt { "Mistakes" } dd { @for mistake in &details.mistakes { code { (foreign(mistake)) } " " } } }
                }
                div { dt { "Explanation" } dd { (foreign_lines(explanation)) } }
            }
            @if let Some((code, applied)) = request.fault {
                div {
                    dt { "Fault" }
                    dd { code { (foreign(code)) } ", the operation was " @if applied { "carried out" } @else { "not carried out" } }
                }
            }
        }
        p { a.button href="/requests" { "All requests" } }
    };
    page(Frame { title: "Request", place: Place::Requests, banner: Some(banner) }, &content)
}
