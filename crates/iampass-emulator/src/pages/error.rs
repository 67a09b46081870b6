//! What a browser shows when something did not work.

use maud::html;

use super::Page;
use super::banner::Banner;
use super::layout::{Frame, Place, home, page};
use super::text::foreign_lines;

/// What went wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure<'a> {
    pub(crate) status: u16,
    /// What a program is told.
    pub(crate) text: &'a str,
    /// Where the person came from, if that is known.
    pub(crate) back: Option<&'a str>,
}

/// Whoever may not see the console gets no banner.
pub(crate) fn error(failure: Failure<'_>, banner: Option<Banner>) -> Page {
    let title = match failure.status {
        400 | 413 | 415 => "That cannot be done so",
        401 | 403 => "That is not allowed",
        404 | 410 => "There is no such thing here",
        405 => "The address cannot be used so",
        500.. => "The emulator failed",
        _ => "That did not work",
    };
    let content = html! {
        h1 { (title) }
        div.notice { (foreign_lines(failure.text)) }
        p.quiet { "HTTP status " (failure.status) "." @if failure.back.is_some() { " Nothing was changed." } }
        p.actions {
            @if let Some(back) = failure.back { a.button href=(back) { "Back" } }
            a.button href=(home(banner.is_some())) {
                @if banner.is_some() { "Console" } @else { "Reference" }
            }
        }
    };
    page(Frame { title, place: Place::Elsewhere, banner }, &content)
}
