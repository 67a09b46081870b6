//! Connections that do not come about, break, or bring too little too late.

use std::time::Duration;

use crate::faults::network::Network;
use crate::faults::reply::{Reply, Step, http};
use crate::faults::row::Row;
use crate::faults::row::Sees::{Connect, ConnectTimeout, Success, Timeout, Transport};

/// The waits between four attempts, at most.
const THREE_WAITS: u64 = 100 + 200 + 400 + 3;
/// Two attempts of ten seconds, and what is left of the call's thirty.
const THREE_TIMEOUTS: std::ops::RangeInclusive<u64> = 30_000..=30_003;
const ONE_TIMEOUT: std::ops::RangeInclusive<u64> = 10_000..=10_002;

fn moment() -> Step {
    Step::Wait(Duration::from_millis(5))
}

fn head(length: usize) -> Vec<u8> {
    let whole = http("200 OK", "", "x".repeat(length));
    whole[..whole.len() - length].to_vec()
}

/// `success` is the body of the success of the operation that meets them.
pub(crate) fn rows(success: &'static str) -> Vec<Row> {
    let mut rows = not_made();
    rows.extend(broken());
    rows.extend(slow(success));
    rows
}

fn not_made() -> Vec<Row> {
    vec![
        Row::new("connection refused", || [Reply::success()])
            .on(Network::Refuses)
            .all(Connect, 0, 0..=THREE_WAITS)
            .unread(4, 4),
        Row::new("connection refused at first", || [Reply::success()]).on(Network::RefusesAtFirst).all(
            Success,
            1,
            0..=THREE_WAITS,
        ),
        #[cfg(target_os = "linux")]
        Row::new("no connection comes about", || [Reply::success()])
            .on(Network::Hangs)
            .all(ConnectTimeout, 0, 20_000..=20_000 + THREE_WAITS)
            .unread(4, 4),
    ]
}

fn broken() -> Vec<Row> {
    vec![
        Row::new("reset before the request is read", || [Reply::to_connection([Step::Reset])])
            .safe(Transport, 0, 0..=THREE_WAITS)
            .lost(Transport, 0, 0..=0)
            .unread(4, 1),
        Row::new("closed before the request is read", || [Reply::to_connection([Step::Close])])
            .safe(Transport, 0, 0..=THREE_WAITS)
            .lost(Transport, 0, 0..=0)
            .unread(4, 1),
        Row::new("reset before the response", || [Reply::to_request([Step::Reset])])
            .safe(Transport, 4, 0..=THREE_WAITS)
            .lost(Transport, 1, 0..=0),
        Row::new("closed before the response", || [Reply::to_request([Step::Close])])
            .safe(Transport, 4, 0..=THREE_WAITS)
            .lost(Transport, 1, 0..=0),
        Row::new("reset before the response, once", || [Reply::to_request([Step::Reset]), Reply::success()])
            .safe(Success, 2, 0..=101)
            .lost(Transport, 1, 0..=0),
        Row::new("reset within the response's head", || {
            [Reply::raw("HTTP/1.1 200 OK\r\nconte").then([moment(), Step::Reset])]
        })
        .safe(Transport, 4, 20..=20 + THREE_WAITS)
        .lost(Transport, 1, 5..=6),
        Row::new("closed within the response's head", || {
            [Reply::raw("HTTP/1.1 200 OK\r\nconte").then([moment(), Step::Close])]
        })
        .safe(Transport, 4, 20..=20 + THREE_WAITS)
        .lost(Transport, 1, 5..=6),
        Row::new("reset between the response's head and body", || {
            [Reply::raw(head(100)).then([moment(), Step::Reset])]
        })
        .safe(Transport, 4, 20..=20 + THREE_WAITS)
        .lost(Transport, 1, 5..=6),
        Row::new("reset within the response's body", || {
            [Reply::raw([&head(100)[..], b"{\"status\":true"].concat()).then([moment(), Step::Reset])]
        })
        .safe(Transport, 4, 20..=20 + THREE_WAITS)
        .lost(Transport, 1, 5..=6),
        Row::new("closed within the response's body", || {
            [Reply::raw([&head(100)[..], b"{\"status\":true"].concat()).then([Step::Close])]
        })
        .safe(Transport, 4, 0..=THREE_WAITS)
        .lost(Transport, 1, 0..=0),
        Row::new("reset after the response", || [Reply::success().then([moment(), Step::Reset])]).all(
            Success,
            1,
            0..=1,
        ),
    ]
}

fn slow(success: &'static str) -> Vec<Row> {
    let half = Duration::from_millis(500);
    vec![
        Row::new("silence", || [Reply::to_request([Step::Hold])]).safe(Timeout, 3, THREE_TIMEOUTS).lost(
            Timeout,
            1,
            ONE_TIMEOUT,
        ),
        Row::new("silence, once", || [Reply::to_request([Step::Hold]), Reply::success()])
            .safe(Success, 2, 10_000..=10_102)
            .lost(Timeout, 1, ONE_TIMEOUT),
        Row::new("a connection that is not read", move || [Reply::to_connection([Step::Wait(half * 1000)])])
            .safe(Timeout, 0, THREE_TIMEOUTS)
            .lost(Timeout, 0, ONE_TIMEOUT)
            .unread(3, 1),
        Row::new("silence after the head", || [Reply::raw(head(100)).then([Step::Hold])])
            .safe(Timeout, 3, THREE_TIMEOUTS)
            .lost(Timeout, 1, ONE_TIMEOUT),
        Row::new("silence after half of the body", || {
            [Reply::raw([&head(100)[..], b"{\"status\":true"].concat()).then([Step::Hold])]
        })
        .safe(Timeout, 3, THREE_TIMEOUTS)
        .lost(Timeout, 1, ONE_TIMEOUT),
        Row::new("a head in drips", move || {
            [Reply::to_request([Step::drip(format!("HTTP/1.1 200 OK\r\n{}", "x-a: b\r\n".repeat(50)), half)])]
        })
        .safe(Timeout, 3, THREE_TIMEOUTS)
        .lost(Timeout, 1, ONE_TIMEOUT),
        Row::new(
            "a body in drips",
            move || [Reply::raw(head(200)).then([Step::drip(" ".repeat(200), half)])],
        )
        .safe(Timeout, 3, THREE_TIMEOUTS)
        .lost(Timeout, 1, ONE_TIMEOUT),
        Row::new("a response that is slow but in time", move || {
            let response = http("200 OK", "", success);
            let every = Duration::from_millis(9_500) / u32::try_from(response.len()).unwrap();
            [Reply::to_request([Step::drip(response, every)])]
        })
        // Timers are rounded up to milliseconds.
        .all(Success, 1, 9_300..=9_999),
    ]
}
