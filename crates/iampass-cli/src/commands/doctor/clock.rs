//! Whether this machine's clock is the service's.

use std::time::{Duration, SystemTime};

use super::report::Findings;

/// A `Date` has whole seconds, and responses take time. The client tolerates as much.
const TOLERATED: Duration = Duration::from_secs(5);

/// Compares a `Date` with our clock before and after.
pub(super) fn compare(findings: &mut Findings, date: Option<&str>, before: SystemTime, after: SystemTime) {
    let Some(date) = date.and_then(|text| httpdate::parse_http_date(text).ok()) else {
        findings.skipped("clock", "the service does not tell its time");
        return;
    };
    let (off, direction) = if let Ok(ahead) = before.duration_since(date) {
        (ahead, "ahead of")
    } else {
        (date.duration_since(after).unwrap_or_default(), "behind")
    };
    if off <= TOLERATED {
        findings.ok("clock", format!("at most {} s off the service's", TOLERATED.as_secs()));
        return;
    }
    let off = humantime::format_duration(Duration::from_secs(off.as_secs()));
    findings.warning(
        "clock",
        format!("this machine's is {off} {direction} the service's"),
        "set it, best by NTP; calls correct it for themselves at the price of a refused attempt, signatures \
         by `iampass sign` do not",
    );
}
