//! Answers that are not HTTP, or whose length is not what they say.

use std::time::Duration;

use iampass_management::DecodeError::{Compressed, CutOff, Empty, NotJson, TooLarge};

use crate::faults::reply::{Reply, Step, http};
use crate::faults::row::Sees::{Status, Success, Timeout, Transport, Unreadable};
use crate::faults::row::{Row, Sees};

const THREE_WAITS: u64 = 100 + 200 + 400 + 3;
const MIB: u64 = 1024 * 1024;
/// What a limit of 1 MiB may cost, with what the system buffers on both sides.
const LIMIT_AND_BUFFERS: u64 = 16 * MIB;
const CUT_OFF: Sees = Unreadable(CutOff { line: 0, column: 0 });
const NOT_JSON: Sees = Unreadable(NotJson { line: 0, column: 0 });
const TOO_LARGE: Sees = Unreadable(TooLarge { limit: 0 });

/// `success` is the body of the success of the operation that meets them.
pub(crate) fn rows(success: &'static str) -> Vec<Row> {
    let mut rows = not_http(success);
    rows.extend(heads(success));
    rows.extend(informational(success));
    rows.extend(lengths(success));
    rows.extend(too_long(success));
    rows
}

/// Each attempt gets the same, and breaks over it.
fn breaks(name: &'static str, bytes: impl Into<Vec<u8>>) -> Row {
    let bytes = bytes.into();
    Row::new(name, move || [Reply::raw(bytes.clone()).then([Step::Close])])
        .safe(Transport, 4, 0..=THREE_WAITS)
        .lost(Transport, 1, 0..=0)
}

fn not_http(success: &'static str) -> Vec<Row> {
    vec![
        breaks("another protocol", "SSH-2.0-OpenSSH_9.6\r\n"),
        breaks("HTTP/0.9: a body without a head", success),
        breaks("a TLS alert", b"\x15\x03\x01\x00\x02\x02\x46"),
        breaks("an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        breaks("zeros", [0; 4096]),
        breaks("a status that is no number", "HTTP/1.1 2OO OK\r\n\r\n"),
        breaks("a header without a colon", "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"),
        breaks("a zero within a header", "HTTP/1.1 200 OK\r\nx-a: \0\r\n\r\n"),
        Row::new("garbage without end", || [Reply::to_request([Step::flood([b'a'; 64 * 1024])])])
            .safe(Transport, 4, 0..=100 + THREE_WAITS)
            .lost(Transport, 1, 0..=25)
            .reads_at_most(4 * LIMIT_AND_BUFFERS),
    ]
}

fn heads(success: &'static str) -> Vec<Row> {
    let response = move |headers: &str| http("200 OK", headers, success);
    vec![
        breaks("200 headers", response(&"x-flood: x\r\n".repeat(200))),
        breaks("a header of a million bytes", response(&format!("x-long: {}\r\n", "x".repeat(1_000_000)))),
        Row::new("a header of 100,000 bytes", move || {
            [Reply::raw(response(&format!("x-long: {}\r\n", "x".repeat(100_000))))]
        })
        .all(Success, 1, 0..=0),
        Row::new("headers without end", || {
            [Reply::raw("HTTP/1.1 200 OK\r\n").then([Step::flood("x-a: b\r\n".repeat(1000))])]
        })
        .safe(Transport, 4, 0..=400 + THREE_WAITS)
        .lost(Transport, 1, 0..=100)
        .reads_at_most(4 * LIMIT_AND_BUFFERS),
        Row::new("HTTP/1.0", move || {
            [Reply::raw(format!("HTTP/1.0 200 OK\r\n\r\n{success}")).then([Step::Close])]
        })
        .all(Success, 1, 0..=0),
        Row::new("a status nobody knows", || [Reply::status("799 What", "")]).all(Status(799), 1, 0..=0),
    ]
}

fn informational(success: &'static str) -> Vec<Row> {
    const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";
    let then_success =
        |bytes: String| move || [Reply::raw([bytes.as_bytes(), &http("200 OK", "", success)].concat())];
    vec![
        Row::new("100 before the response", then_success(CONTINUE.to_owned())).all(Success, 1, 0..=0),
        Row::new(
            "103 with headers before the response",
            then_success("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\ncontent-length: 7\r\n\r\n".to_owned()),
        )
        .all(Success, 1, 0..=0),
        Row::new("a thousand 102 before the response", {
            then_success("HTTP/1.1 102 Processing\r\n\r\n".repeat(1000))
        })
        .all(Success, 1, 0..=0),
        Row::new("102 without end", || {
            let every = Duration::from_millis(250);
            [Reply::to_request([Step::Flood { bytes: CONTINUE.repeat(1000).into(), every }])]
        })
        .safe(Timeout, 3, 30_000..=30_003)
        .lost(Timeout, 1, 10_000..=10_002),
        Row::new("101: another protocol from here", || {
            [Reply::raw("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n")
                .then([Step::Hold])]
        })
        .all(Status(101), 1, 0..=0),
    ]
}

fn with_length(length: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}").into()
}

/// The connection's end is the body's, and comes too early: as when a body breaks off.
fn cut_off(name: &'static str, response: impl Into<String>, sees: Sees) -> Row {
    let response = response.into();
    Row::new(name, move || [Reply::raw(response.clone()).then([Step::Close])])
        .safe(sees, 4, 0..=THREE_WAITS)
        .lost(sees, 1, 0..=0)
}

fn chunked(headers: &str, chunks: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n{headers}\r\n{chunks}").into()
}

fn lengths(success: &'static str) -> Vec<Row> {
    let whole = format!("{:x};extension=1\r\n{success}\r\n0\r\nx-trailer: 1\r\n\r\n", success.len());
    let (half, length) = (&success[..success.len() / 2], success.len());
    let once = |name, bytes: Vec<u8>, sees| {
        Row::new(name, move || [Reply::raw(bytes.clone()).then([Step::Close])]).all(sees, 1, 0..=0)
    };
    vec![
        once("a length that is too short", with_length(&(length - 1).to_string(), success), CUT_OFF),
        once("a length of zero", with_length("0", success), Unreadable(Empty)),
        breaks("a length that is too long", with_length(&(length + 1).to_string(), success)),
        breaks("a length that is negative", with_length("-1", success)),
        breaks("a length that is no number", with_length("many", success)),
        breaks("a length beyond 64 bits", with_length("99999999999999999999", success)),
        breaks(
            "two lengths that differ",
            with_length(&format!("{length}\r\ncontent-length: {}", length - 1), success),
        ),
        once(
            "no length, and closed after the body",
            format!("HTTP/1.1 200 OK\r\n\r\n{success}").into(),
            Success,
        ),
        cut_off("no length, and closed within the body", format!("HTTP/1.1 200 OK\r\n\r\n{half}"), CUT_OFF),
        cut_off("no length, and closed before the body", "HTTP/1.1 200 OK\r\n\r\n", Unreadable(Empty)),
        cut_off("HTTP/1.0, and closed within the body", format!("HTTP/1.0 200 OK\r\n\r\n{half}"), CUT_OFF),
        cut_off(
            "no length, and closed one byte too early",
            format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", &success[..length - 1]),
            CUT_OFF,
        ),
        Row::new("no length, and closed within the body, once", move || {
            let first = Reply::raw(format!("HTTP/1.1 200 OK\r\n\r\n{half}")).then([Step::Close]);
            [first, Reply::success()]
        })
        .safe(Success, 2, 0..=101)
        .lost(CUT_OFF, 1, 0..=0),
        once(
            "no length, and closed after what is not JSON",
            "HTTP/1.1 200 OK\r\n\r\n<html>".into(),
            NOT_JSON,
        ),
        once(
            "JSON that ends too early, as long as it says",
            with_length(&half.len().to_string(), half),
            CUT_OFF,
        ),
        once(
            "JSON that ends too early, in chunks that end",
            chunked("", &format!("{:x}\r\n{half}\r\n0\r\n\r\n", half.len())),
            CUT_OFF,
        ),
        Row::new("204 without a length", || {
            [Reply::raw("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").then([Step::Close])]
        })
        .all(Status(204), 1, 0..=0),
        once("chunks, with an extension and a trailer", chunked("", &whole), Success),
        once("chunks, and a length that is not theirs", chunked("content-length: 3\r\n", &whole), Success),
        breaks("a chunk that is cut", chunked("", &format!("{length:x}\r\n{half}"))),
        breaks("chunks without an end", chunked("", &format!("{length:x}\r\n{success}\r\n"))),
        breaks("a chunk whose length is no number", chunked("", &format!("zz\r\n{success}\r\n0\r\n\r\n"))),
        breaks("a chunk whose length is absurd", chunked("", &format!("fffffffffffffffff\r\n{success}"))),
        once(
            "a coding that was not asked for",
            http("200 OK", "content-encoding: gzip\r\n", b"\x1f\x8b\x08\0\0\0\0\0"),
            Unreadable(Compressed { encoding: "gzip" }),
        ),
        once("a coding that is none", http("200 OK", "content-encoding: identity\r\n", success), Success),
        once(
            "a coding that is told and not used",
            http("200 OK", "content-encoding: gzip\r\n", success),
            Success,
        ),
    ]
}

fn too_long(success: &'static str) -> Vec<Row> {
    let kib_64 = || vec![b' '; 64 * 1024];
    let flood = move |head: &'static str, piece: Vec<u8>| {
        move || [Reply::raw(head).then([Step::flood(piece.clone())])]
    };
    let of_length = |length: usize| {
        let body = [success.as_bytes(), " ".repeat(length - success.len()).as_bytes()].concat();
        move || [Reply::body(&body)]
    };
    let chunk = [b"10000\r\n", kib_64().as_slice(), b"\r\n"].concat();
    vec![
        Row::new("a body as long as the limit", of_length(1024 * 1024)).all(Success, 1, 0..=0),
        // There is room besides for a list of what the request listed.
        Row::new("a body longer by one byte", of_length(1024 * 1024 + 1))
            .all(TOO_LARGE, 1, 0..=0)
            .except("add_users", Success)
            .except("delete_users", Success),
        Row::new(
            "100 MB, announced",
            flood("HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n", kib_64()),
        )
        .all(TOO_LARGE, 1, 0..=1)
        .reads_at_most(LIMIT_AND_BUFFERS),
        Row::new(
            "more than there is, announced",
            flood("HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551615\r\n\r\n", kib_64()),
        )
        .safe(Transport, 4, 0..=THREE_WAITS)
        .lost(Transport, 1, 0..=0)
        .reads_at_most(4 * LIMIT_AND_BUFFERS),
        Row::new(
            "18 EB, announced",
            flood("HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551613\r\n\r\n", kib_64()),
        )
        .all(TOO_LARGE, 1, 0..=1)
        .reads_at_most(LIMIT_AND_BUFFERS),
        Row::new("chunks without end", flood("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", chunk))
            .all(TOO_LARGE, 1, 0..=100)
            .reads_at_most(LIMIT_AND_BUFFERS),
        Row::new("a body without end", flood("HTTP/1.1 200 OK\r\n\r\n", kib_64()))
            .all(TOO_LARGE, 1, 0..=100)
            .reads_at_most(LIMIT_AND_BUFFERS),
        Row::new("a body without end, in drips", || {
            let drips = [Step::drip(" ".repeat(200), Duration::from_millis(250))];
            [Reply::raw("HTTP/1.1 200 OK\r\n\r\n").then(drips)]
        })
        .safe(Timeout, 3, 30_000..=30_003)
        .lost(Timeout, 1, 10_000..=10_002),
    ]
}
