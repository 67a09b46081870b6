//! 401, with a `Date` and without.

use std::time::Duration;

use crate::faults::reply::{Reply, Step, http, http_date};
use crate::faults::row::Row;
use crate::faults::row::Sees::{Status, Success, Timeout, Unauthorized};

const HOUR: i64 = 3600;

/// The head of a 401 that was dated some seconds ago.
fn head(seconds_ago: u64, length: usize) -> Step {
    Step::made(move |asked| {
        let date = http_date(asked.now - seconds_ago);
        format!("HTTP/1.1 401 Unauthorized\r\ndate: {date}\r\ncontent-length: {length}\r\n\r\n").into()
    })
}

/// `success` is the body of the success of the operation that meets them.
pub(crate) fn rows(success: &'static str) -> Vec<Row> {
    vec![
        Row::new("401 without a Date", || [Reply::status("401 Unauthorized", ""), Reply::success()])
            .all(Unauthorized, 1, 0..=0),
        Row::new("401 with a Date that is garbage", || {
            [Reply::status("401 Unauthorized", "date: yesterday\r\n"), Reply::success()]
        })
        .all(Unauthorized, 1, 0..=0),
        Row::new("401 with the right Date", || [Reply::unauthorized(0), Reply::success()])
            .all(Unauthorized, 1, 0..=0),
        Row::new("401 with a Date that is a little off", || [Reply::unauthorized(5), Reply::success()])
            .all(Unauthorized, 1, 0..=0),
        Row::new("401 with a Date that is ahead", || [Reply::unauthorized(HOUR), Reply::success()])
            .with_another_clock()
            .all(Success, 2, 0..=0),
        Row::new("401 with a Date that is behind", || [Reply::unauthorized(-HOUR), Reply::success()])
            .with_another_clock()
            .all(Success, 2, 0..=0),
        Row::new("401 with another Date for ever", || [Reply::unauthorized(HOUR)])
            .with_another_clock()
            .all(Unauthorized, 2, 0..=0),
        Row::new("401 with a Date that is ever further off", || {
            (1..9).map(|times| Reply::unauthorized(times * HOUR)).collect::<Vec<_>>()
        })
        .with_another_clock()
        .all(Unauthorized, 2, 0..=0),
        Row::new("401 with a Date before 1970", || {
            let response = "HTTP/1.1 401 Unauthorized\r\ndate: Thu, 01 Jan 1900 00:00:00 GMT\r\ncontent-length: 0\r\n\r\n";
            [Reply::raw(response), Reply::success()]
        })
        .all(Unauthorized, 1, 0..=0),
        Row::new("401 with another Date, then a 503, then a success", || {
            [Reply::unauthorized(HOUR), Reply::status("503 x", "retry-after: 2\r\n"), Reply::success()]
        })
        .with_another_clock()
        .all(Success, 3, 2_000..=2_001),
        // By the time that the text is there, the Date is eight seconds old.
        Row::new("401 with the right Date and a slow text", || {
            let head = head(0, 8);
            [Reply::to_request([head, Step::drip("markers!", Duration::from_secs(1))]), Reply::success()]
        })
        .all(Unauthorized, 1, 8_000..=8_010),
        Row::new("401 with the right Date after a while", || {
            let head = head(0, 0);
            [Reply::to_request([Step::Wait(Duration::from_secs(8)), head]), Reply::success()]
        })
        .all(Unauthorized, 1, 8_000..=8_010),
        Row::new("401 dated when the request came, sent later", || {
            let head = head(8, 0);
            [Reply::to_request([Step::Wait(Duration::from_secs(8)), head]), Reply::success()]
        })
        .all(Unauthorized, 1, 8_000..=8_010),
        Row::new("a success with another Date", move || {
            [Reply::raw(http("200 OK", "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", success))]
        })
        .all(Success, 1, 0..=0),
        Row::new("401 with another Date, then silence", || {
            [Reply::unauthorized(HOUR), Reply::to_request([Step::Hold])]
        })
        .with_another_clock()
        .safe(Timeout, 4, 30_000..=30_003)
        .lost(Timeout, 2, 10_000..=10_002),
        Row::new("403 with another Date", || [Reply::to_request([Step::dated("403 Forbidden", "", HOUR)])])
            .all(Status(403), 1, 0..=0),
    ]
}
