//! What makes the emulator differ from the real service at the moment, on top of every page.

use std::time::Duration;

use maud::{Markup, html};

/// What is to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Banner {
    /// How many faults are injected.
    pub(crate) faults: usize,
    /// How far the clock was moved, in seconds.
    pub(crate) clock_moved_by: i64,
}

impl Banner {
    /// Nothing, if there is nothing to tell.
    pub(super) fn markup(self) -> Markup {
        let Self { faults, clock_moved_by } = self;
        html! {
            @if faults > 0 || clock_moved_by != 0 {
                p.banner {
                    @if faults > 0 {
                        span { (faults) @if faults == 1 { " fault is" } @else { " faults are" } " injected." } " "
                    }
                    @if clock_moved_by != 0 { span { "The clock is " (moved(clock_moved_by)) "." } " " }
                    a href="/controls" { "Controls" }
                }
            }
        }
    }
}

/// How far a clock is off, in words.
pub(super) fn moved(seconds: i64) -> String {
    let far = humantime::format_duration(Duration::from_secs(seconds.unsigned_abs()));
    format!("{far} {}", if seconds < 0 { "behind" } else { "ahead" })
}
