//! Times in response headers: `Retry-After` in both of its forms, and `Date`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// How long the service asks to wait: seconds, or the time until a date. A date in the past means no wait.
/// A date is compared with the response's own `Date` or, without one, with `now`.
///
/// A fraction of a second, which some servers send, is rounded up to a second; what does not fit in 64 bits is the
/// longest wait that there is.
pub(crate) fn retry_after(headers: &HeaderMap, now: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if is_digits(whole) && is_digits(fraction) {
        let rounded_up = u64::from(fraction.bytes().any(|digit| digit != b'0'));
        let seconds = whole.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds.saturating_add(rounded_up)));
    }
    let then = httpdate::parse_http_date(text).ok()?;
    let now = date(headers).unwrap_or_else(now);
    Some(then.duration_since(now).unwrap_or_default())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The time of the service's clock, in Unix seconds.
pub(crate) fn service_seconds(headers: &HeaderMap) -> Option<u64> {
    Some(date(headers)?.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn asked(retry_after_text: &'static str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"));
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry_after_text));
        retry_after(&headers, || UNIX_EPOCH).map(|wait| wait.as_secs())
    }

    #[test]
    fn both_forms_are_read() {
        assert_eq!(asked("0"), Some(0));
        assert_eq!(asked(" 120 "), Some(120));
        assert_eq!(asked("007"), Some(7));
        assert_eq!(asked("1.0"), Some(1));
        assert_eq!(asked("1.5"), Some(2));
        assert_eq!(asked("0.001"), Some(1));
        assert_eq!(asked("18446744073709551615"), Some(u64::MAX));
        assert_eq!(asked("18446744073709551615.5"), Some(u64::MAX));
        assert_eq!(asked("99999999999999999999999"), Some(u64::MAX));
        assert_eq!(asked("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(asked("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        assert_eq!(asked("Sunday, 06-Nov-94 08:50:07 GMT"), Some(30));
    }

    #[test]
    fn without_a_date_our_clock_is_taken() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("Thu, 01 Jan 1970 00:01:00 GMT"));
        for (now, wait) in [(0, 60), (50, 10), (70, 0)] {
            let now = UNIX_EPOCH + Duration::from_secs(now);
            assert_eq!(retry_after(&headers, || now), Some(Duration::from_secs(wait)));
        }
    }

    #[test]
    fn other_values_are_ignored() {
        for text in ["", "soon", "-1", "+1", ".5", "1.", "1.5.5", "1,5", "1e3", "0x10", "1994-11-06"] {
            assert_eq!(asked(text), None, "{text}");
        }
    }

    #[test]
    fn the_service_s_clock() {
        let mut headers = HeaderMap::new();
        assert_eq!(service_seconds(&headers), None);
        headers.insert(DATE, HeaderValue::from_static("Thu, 01 Jan 1970 00:01:00 GMT"));
        assert_eq!(service_seconds(&headers), Some(60));
    }
}
