//! What a connection keeps from one call to the next.

use std::time::Duration;

use crate::faults::reply::{Reply, Step, http};
use crate::faults::row::Row;
use crate::faults::row::Sees::{Success, Transport};

/// A response that must not be taken for that to the next call.
const FALSE: &str = r#"{"status":false,"reason":"planted"}"#;

/// `success` is the body of the success of the operation that meets them.
pub(crate) fn rows(success: &'static str) -> Vec<Row> {
    let (at_once, later) = (Duration::ZERO, Duration::from_millis(50));
    let moment = Duration::from_millis(5);
    let whole = move || http("200 OK", "", success);
    let planted = move || [whole(), http("200 OK", "", FALSE)].concat();
    vec![
        Row::new("a connection that is used again", || [Reply::success()])
            .after_a_call(later)
            .all(Success, 1, 0..=0)
            .connections(1),
        Row::new("closed after the response", || [Reply::success().then([Step::Close]), Reply::success()])
            .after_a_call(at_once)
            .all(Success, 1, 0..=0)
            .connections(2),
        Row::new("reset after the response", move || {
            [Reply::success().then([Step::Wait(moment), Step::Reset]), Reply::success()]
        })
        .after_a_call(later)
        .all(Success, 1, 0..=0)
        .connections(2),
        Row::new("half closed after the response", || {
            [Reply::success().then([Step::Finish, Step::Hold]), Reply::success()]
        })
        .after_a_call(later)
        .all(Success, 1, 0..=0)
        .connections(2),
        Row::new("half closed after the response, used at once", || {
            [Reply::success().then([Step::Finish, Step::Hold]), Reply::success()]
        })
        .after_a_call(at_once)
        .all(Success, 1, 0..=0)
        .connections(2),
        Row::new("connection: close, and not closed", move || {
            [
                Reply::raw(http("200 OK", "connection: close\r\n", success)).then([Step::Hold]),
                Reply::success(),
            ]
        })
        .after_a_call(at_once)
        .all(Success, 1, 0..=0)
        .connections(2),
        Row::new("closed when the next request comes", || {
            [Reply::success(), Reply::to_request([Step::Close]), Reply::success()]
        })
        .after_a_call(later)
        .safe(Success, 2, 0..=101)
        .lost(Transport, 1, 0..=0),
        Row::new("reset when the next request comes", || {
            [Reply::success(), Reply::to_request([Step::Reset]), Reply::success()]
        })
        .after_a_call(later)
        .safe(Success, 2, 0..=101)
        .lost(Transport, 1, 0..=0),
        Row::new("two responses at once", move || [Reply::raw(planted()), Reply::success()])
            .after_a_call(at_once)
            .all(Success, 1, 0..=0)
            .connections(2),
        Row::new("two responses at once, used later", move || [Reply::raw(planted()), Reply::success()])
            .after_a_call(later)
            .all(Success, 1, 0..=0)
            .connections(2),
        Row::new("a second response after the first", move || {
            [
                Reply::success().then([Step::Wait(moment), Step::send(http("200 OK", "", FALSE))]),
                Reply::success(),
            ]
        })
        .after_a_call(later)
        .all(Success, 1, 0..=0)
        .connections(2),
        Row::new("half of a second response", move || {
            [
                Reply::raw([whole(), b"HTTP/1.1 200 OK\r\nx-planted: 1\r\nx-rest: ".to_vec()].concat()),
                Reply::success(),
            ]
        })
        .after_a_call(at_once)
        .all(Success, 1, 0..=0)
        .connections(2),
        Row::new("bytes beyond the length", move || {
            [Reply::raw([whole(), FALSE.into()].concat()), Reply::success()]
        })
        .after_a_call(at_once)
        .all(Success, 1, 0..=0)
        .connections(2),
        Row::new("chunks, and a response after their end", move || {
            let chunks = format!("{:x}\r\n{success}\r\n0\r\n\r\n", success.len());
            let first = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunks}").into_bytes();
            [Reply::raw([first, http("200 OK", "", FALSE)].concat()), Reply::success()]
        })
        .after_a_call(at_once)
        .all(Success, 1, 0..=0)
        .connections(2),
    ]
}
