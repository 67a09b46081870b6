//! Error statuses, and what they ask for.

use std::time::Duration;

use crate::faults::reply::{ERROR_TEXT, Reply, Step, http, http_date};
use crate::faults::row::Sees::{BadRequest, NotFound, Status, Success, Unauthorized};
use crate::faults::row::{Row, Sees};

const THREE_WAITS: u64 = 100 + 200 + 400 + 3;

pub(crate) fn rows(_: &'static str) -> Vec<Row> {
    let mut rows = redirects();
    rows.extend(slow_down());
    rows.extend(out_of_order());
    rows.extend(final_ones());
    rows.extend(broken_texts());
    rows
}

fn redirects() -> Vec<Row> {
    let to = |name, status: &'static str, code, to_itself: bool| {
        Row::with_elsewhere(name, move |elsewhere| {
            let target =
                if to_itself { "/management".to_owned() } else { format!("http://{elsewhere}/marker-user") };
            [Reply::status(status, &format!("location: {target}\r\n")), Reply::success()]
        })
        .all(Status(code), 1, 0..=0)
    };
    vec![
        to("300", "300 Multiple Choices", 300, false),
        to("301", "301 Moved Permanently", 301, false),
        to("302", "302 Found", 302, false),
        to("303", "303 See Other", 303, false),
        to("307", "307 Temporary Redirect", 307, false),
        to("308", "308 Permanent Redirect", 308, false),
        to("307 to the same server", "307 Temporary Redirect", 307, true),
        Row::new("304", || [Reply::raw("HTTP/1.1 304 Not Modified\r\n\r\n")]).all(Status(304), 1, 0..=0),
    ]
}

/// 429 and 503: the service has not acted, so every operation is retried.
fn slow_down() -> Vec<Row> {
    let mut rows = Vec::new();
    for (code, status) in [(429, "429 Too Many Requests"), (503, "503 Service Unavailable")] {
        let asks = |name: String, headers: &'static str| {
            Row::new(name, move || [Reply::status(status, headers), Reply::success()])
        };
        let asks_until = |name: String, in_seconds, dated: bool| {
            Row::new(name, move || {
                let response = Step::made(move |asked| {
                    let until = http_date(asked.now + in_seconds);
                    let date =
                        if dated { format!("date: {}\r\n", http_date(asked.now)) } else { String::new() };
                    http(status, &format!("{date}retry-after: {until}\r\n"), ERROR_TEXT)
                });
                [Reply::to_request([response]), Reply::success()]
            })
        };
        rows.extend([
            asks(format!("{code} without Retry-After"), "").all(Success, 2, 0..=101),
            asks(format!("{code}, Retry-After: 0"), "retry-after: 0\r\n").all(Success, 2, 0..=101),
            asks(format!("{code}, Retry-After: 7"), "retry-after: 7\r\n").all(Success, 2, 7_000..=7_001),
            asks(format!("{code}, Retry-After: 20, the limit"), "retry-after: 20\r\n").all(
                Success,
                2,
                20_000..=20_001,
            ),
            asks(format!("{code}, Retry-After: 21"), "retry-after: 21\r\n").all(Status(code), 1, 0..=0),
            asks(format!("{code}, Retry-After: a century"), "retry-after: 3153600000\r\n").all(
                Status(code),
                1,
                0..=0,
            ),
            asks_until(format!("{code}, Retry-After: a date"), 3, true).all(Success, 2, 3_000..=3_001),
            asks_until(format!("{code}, Retry-After: a date, and no Date"), 3, false).all(
                Success,
                2,
                3_000..=3_001,
            ),
            asks_until(format!("{code}, Retry-After: a date beyond the limit"), 60, true).all(
                Status(code),
                1,
                0..=0,
            ),
            asks(
                format!("{code}, Retry-After: a date that is past"),
                "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
            )
            .all(Success, 2, 0..=101),
            asks(format!("{code}, Retry-After: a fraction"), "retry-after: 6.2\r\n").all(
                Success,
                2,
                7_000..=7_001,
            ),
            asks(format!("{code}, Retry-After: garbage"), "retry-after: in a while\r\n").all(
                Success,
                2,
                0..=101,
            ),
            asks(format!("{code}, Retry-After: beyond 64 bits"), "retry-after: 99999999999999999999\r\n")
                .all(Status(code), 1, 0..=0),
            Row::new(format!("{code} for ever"), move || [Reply::status(status, "")]).all(
                Status(code),
                4,
                0..=THREE_WAITS,
            ),
            Row::new(format!("{code} for ever, Retry-After: 2"), move || {
                [Reply::status(status, "retry-after: 2\r\n")]
            })
            .all(Status(code), 4, 6_000..=6_003),
            // A third attempt would come after the deadline.
            Row::new(format!("{code} for ever, Retry-After: 16"), move || {
                [Reply::status(status, "retry-after: 16\r\n")]
            })
            .all(Status(code), 2, 16_000..=16_001),
        ]);
    }
    rows
}

/// 500, 502, 504: the service may have acted.
fn out_of_order() -> Vec<Row> {
    let mut rows = Vec::new();
    for (code, status) in
        [(500, "500 Internal Server Error"), (502, "502 Bad Gateway"), (504, "504 Gateway Timeout")]
    {
        rows.extend([
            Row::new(format!("{code}, once"), move || [Reply::status(status, ""), Reply::success()])
                .safe(Success, 2, 0..=101)
                .lost(Status(code), 1, 0..=0),
            Row::new(format!("{code} for ever"), move || [Reply::status(status, "")])
                .safe(Status(code), 4, 0..=THREE_WAITS)
                .lost(Status(code), 1, 0..=0),
            Row::new(format!("{code}, Retry-After: 3"), move || {
                [Reply::status(status, "retry-after: 3\r\n"), Reply::success()]
            })
            .safe(Success, 2, 3_000..=3_001)
            .lost(Status(code), 1, 0..=0),
        ]);
    }
    rows.push(
        Row::new("503, 502, a reset, a success", || {
            [
                Reply::status("503 Service Unavailable", ""),
                Reply::status("502 Bad Gateway", ""),
                Reply::to_request([Step::Reset]),
                Reply::success(),
            ]
        })
        .safe(Success, 4, 0..=THREE_WAITS)
        .lost(Status(502), 2, 0..=101),
    );
    rows
}

/// Asking again would not help, a `Retry-After` notwithstanding.
fn final_ones() -> Vec<Row> {
    let mut rows = Vec::new();
    for (status, sees) in [
        ("400 Bad Request", BadRequest),
        ("403 Forbidden", Status(403)),
        ("404 Not Found", NotFound),
        ("408 Request Timeout", Status(408)),
        ("409 Conflict", Status(409)),
        ("413 Content Too Large", Status(413)),
        ("501 Not Implemented", Status(501)),
        ("505 HTTP Version Not Supported", Status(505)),
    ] {
        rows.push(
            Row::new("a status that is final", move || {
                [Reply::status(status, "retry-after: 1\r\n"), Reply::success()]
            })
            .all(sees, 1, 0..=0),
        );
    }
    let text: &[u8] = b"marker-user is not known \xff\xfe";
    rows.push(Row::new("invalid UTF-8 in a 404", move || [Reply::raw(http("404 Not Found", "", text))]).all(
        NotFound,
        1,
        0..=0,
    ));
    rows.push(
        Row::new("two Retry-After", || {
            [Reply::status("503 x", "retry-after: 3\r\nretry-after: 9\r\n"), Reply::success()]
        })
        .all(Success, 2, 3_000..=3_001),
    );
    rows
}

/// The status counts, however its text ends; and it does not wait for it longer than for a response.
fn broken_texts() -> Vec<Row> {
    let mut rows = Vec::new();
    for (status, sees, attempts) in [
        ("404 Not Found", NotFound, 1),
        ("400 Bad Request", BadRequest, 1),
        ("401 Unauthorized", Unauthorized, 1),
        ("307 Temporary Redirect", Status(307), 1),
    ] {
        rows.extend(broken_text(status, sees, attempts));
    }
    rows
}

fn broken_text(status: &'static str, sees: Sees, requests: u32) -> Vec<Row> {
    let head = move |length: &str| format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n");
    vec![
        Row::new("an error text that is cut", move || {
            [Reply::raw(head("100") + "marker-user").then([Step::Close])]
        })
        .all(sees, requests, 0..=0),
        Row::new("an error text that breaks off", move || {
            [Reply::raw(head("100") + "marker-user")
                .then([Step::Wait(Duration::from_millis(5)), Step::Reset])]
        })
        .all(sees, requests, 5..=6),
        Row::new("an error text that never comes", move || [Reply::raw(head("100")).then([Step::Hold])]).all(
            sees,
            requests,
            10_000..=10_002,
        ),
        Row::new("an error text in drips", move || {
            [Reply::raw(head("1000")).then([Step::drip("x".repeat(100), Duration::from_millis(500))])]
        })
        .all(sees, requests, 10_000..=10_002),
        Row::new("an error text without end", move || {
            [Reply::raw(head("1000000000000")).then([Step::flood([b'x'; 64 * 1024])])]
        })
        .all(sees, requests, 0..=100)
        .reads_at_most(16 * 1024 * 1024),
        Row::new("an error text in chunks that are none", move || {
            [Reply::raw(format!("HTTP/1.1 {status}\r\ntransfer-encoding: chunked\r\n\r\nzz"))]
        })
        .all(sees, requests, 0..=10_002),
    ]
}
