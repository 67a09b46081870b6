//! What hyper refuses before there is a request.

use crate::support::{Backend, Sent, exchange};

#[test]
fn a_head_that_cannot_be_read_is_listed_with_its_reason() {
    let backend = Backend::start();
    let mut many = Sent::new("GET", "/nothing");
    for number in 0..100 {
        many = many.header(&format!("x-{number}"), "x");
    }
    let malformed = |head: &str| format!("{head}\r\n\r\n").into_bytes();
    let cases = [
        (many.bytes(backend.address()), 431, "head_too_large", "message head is too large"),
        (malformed("GET /a\u{1}b HTTP/1.1\r\nHost: x"), 400, "malformed_head", "invalid URI"),
        (malformed("G@T / HTTP/1.1\r\nHost: x"), 400, "malformed_head", "invalid HTTP method"),
        (malformed("GET / HTTP/1.1\r\nHo st: x"), 400, "malformed_head", "invalid HTTP header"),
        (malformed("GET / HTTP/9.9\r\nHost: x"), 400, "malformed_head", "invalid HTTP version"),
        (
            malformed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many"),
            400,
            "malformed_head",
            "content-length",
        ),
    ];
    for (bytes, status, code, reason) in cases {
        backend.emulator.set_clock(1_700_000_000);
        let before = backend.emulator.requests().len();
        assert_eq!(exchange(backend.address(), &bytes).status, status, "{reason}");
        let requests = backend.emulator.requests();
        assert_eq!(requests.len(), before + 1, "{reason}");
        let record = requests.last().unwrap();
        assert_eq!((record.status, record.method.as_str(), record.path.as_str()), (status, "", ""));
        assert!((1_700_000_000..1_700_000_060).contains(&record.unix_seconds), "{record:?}");
        let refusal = record.refusal.as_ref().unwrap();
        assert_eq!(refusal.code, code, "{reason}");
        assert!(refusal.explanation.contains(reason), "{}", refusal.explanation);
    }
    let console = Sent::new("GET", "/requests").send(backend.address()).body;
    assert!(console.contains("could not be read</span></a>") && console.contains("invalid URI"), "{console}");
}

#[test]
fn a_target_that_is_too_long_is_listed_with_the_status_that_the_client_got() {
    let backend = Backend::start();
    let sent = Sent::new("GET", format!("/{}", "x".repeat(65_535)));
    // Which of the two depends on how much of it arrives at once.
    let status = sent.send(backend.address()).status;
    let code = if status == 414 { "uri_too_long" } else { "head_too_large" };
    assert!(matches!(status, 414 | 431), "{status}");
    assert_eq!(backend.emulator.requests().pop().unwrap().status, status);
    assert_eq!(backend.last_refusal(), Some(code));
}

#[test]
fn nothing_of_such_a_request_is_listed() {
    let backend = Backend::start();
    let head = "POST /register/marker HTTP/1.1\r\nHost: x\r\nContent-Length: marker\r\n\r\nGET /marker x";
    assert_eq!(exchange(backend.address(), head.as_bytes()).status, 400);
    let listed = format!("{:?}", backend.emulator.requests());
    assert!(listed.contains("malformed_head") && !listed.contains("marker"), "{listed}");
}

#[test]
fn a_client_that_hangs_up_in_the_middle_of_a_head_is_not_listed() {
    let backend = Backend::start();
    let half = b"GET /nothing HTTP/1.1\r\nHost: x";
    drop(std::io::Write::write_all(&mut std::net::TcpStream::connect(backend.address()).unwrap(), half));
    assert_eq!(Sent::new("GET", "/nothing").send(backend.address()).status, 404);
    assert!(backend.emulator.requests().iter().all(|record| record.path == "/nothing"));
}
