//! Times, for people to read.

use std::time::{Duration, UNIX_EPOCH};

use maud::{Markup, html};

/// The first second that four digits cannot give the year of.
const YEAR_10000: u64 = 253_402_300_800;

/// A moment's time of day, with its zone; the whole is there for those who point at it.
pub(super) fn time_of_day(unix_seconds: u64) -> Markup {
    let text = rfc3339(unix_seconds);
    html! {
        @match text.split_once('T') {
            Some((_, time)) => time datetime=(text) title=(text) { (time.trim_end_matches('Z')) " UTC" },
            None => (text),
        }
    }
}

/// A moment's date and time, with its zone.
pub(super) fn date_and_time(unix_seconds: u64) -> Markup {
    let text = rfc3339(unix_seconds);
    html! {
        @match text.split_once('T') {
            Some((date, time)) => time datetime=(text) { (date) " " (time.trim_end_matches('Z')) " UTC" },
            None => (text),
        }
    }
}

/// Of a clock that was moved far, the plain number.
fn rfc3339(unix_seconds: u64) -> String {
    match UNIX_EPOCH.checked_add(Duration::from_secs(unix_seconds)) {
        Some(time) if unix_seconds < YEAR_10000 => humantime::format_rfc3339_seconds(time).to_string(),
        _ => format!("{unix_seconds} s after 1970"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_their_zone() {
        assert!(time_of_day(86_399).into_string().contains(">23:59:59 UTC<"));
        assert!(date_and_time(86_400).into_string().contains(">1970-01-02 00:00:00 UTC<"));
        assert_eq!(date_and_time(u64::MAX).into_string(), "18446744073709551615 s after 1970");
    }
}
