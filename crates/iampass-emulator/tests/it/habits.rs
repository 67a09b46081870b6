//! What any HTTP server owes its clients.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use iampass_auth::Signer;
use iampass_emulator::Emulator;
use iampass_management::generated::OPERATIONS;
use serde_json::json;

use crate::support::{Backend, SECRET, Sent, credentials, exchange};

fn add_users() -> Sent {
    Sent::new("POST", "/management/add_users/app")
}

#[test]
fn a_wrong_method_is_told_the_right_one() {
    let backend = Backend::with_users(&["alice"]);
    for operation in OPERATIONS {
        let path = operation.path.replace("{application_id}", "app").replace("{user_id}", "alice");
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "MADEUP"] {
            if method == operation.method.as_str() {
                continue;
            }
            let got = backend.send(Sent::new(method, path.as_str()));
            assert_eq!(got.status, 405, "{method} {path}");
            assert_eq!(got.header("allow"), Some(operation.method.as_str()));
        }
    }
    let got = Sent::new("DELETE", "/register/x").send(backend.address());
    assert_eq!((got.status, got.header("allow")), (405, Some("GET, POST")));
}

#[test]
fn a_head_does_not_lose_a_phone() {
    let backend = Backend::with_users(&["alice"]);
    let link = backend.link("device_registration_link", "alice");
    backend.emulator.register_device(&link).unwrap();
    let got = backend.send(Sent::new("HEAD", "/management/lost_user_mobile_device/app/alice"));
    assert_eq!((got.status, got.header("allow"), got.body.as_str()), (405, Some("GET"), ""));
    assert!(backend.has_device("alice"));
}

#[test]
fn there_is_nothing_at_other_paths() {
    let backend = Backend::with_users(&["alice"]);
    for path in [
        "/management",
        "/management/add_users",
        "/management/add_users/",
        "/management/add_users/app/",
        "/management/add_users/app/x",
        "/management//add_users/app",
        "//management/add_users/app",
        "/Management/add_users/app",
        "/management/add_user%73/app",
        "/management/x/../add_users/app",
        "/management/has_registered_mobile_device/app",
        "/management/has_registered_mobile_device/app/",
        "/management/has_registered_mobile_device/app/a/b",
        "/management/has_registered_mobile_device//alice",
        "/add_users/app",
        "/register",
        "/register/",
        "/register/a/b",
        "/phone",
        "/phone/",
        "/phone/a/b",
        "/_emulator/v1/nothing",
        "/_emulator/v2/reset",
    ] {
        for method in ["GET", "POST", "HEAD"] {
            assert_eq!(backend.send(Sent::new(method, path)).status, 404, "{method} {path}");
        }
    }
}

#[test]
fn a_body_that_is_not_json_or_has_another_shape_is_a_bad_request() {
    let backend = Backend::start();
    let bodies = [
        "",
        "x",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"users": null}"#,
        r#"{"users": "alice"}"#,
        r#"{"users": [1]}"#,
        r#"{"users": [null]}"#,
        r#"{"users": ["a"]} x"#,
        "{'users': ['a']}",
        r#"{"users": ["a"], "users": []}"#,
    ];
    for body in bodies {
        let got = backend.send(add_users().header("content-type", "application/json").body(body));
        assert_eq!(got.status, 400, "{body}");
        assert_eq!(got.header("content-type"), Some("text/plain; charset=utf-8"));
    }
    let not_utf8 = b"{\"users\": [\"\xff\"]}".to_vec();
    let sent = add_users().header("content-type", "application/json").body(not_utf8);
    assert_eq!(backend.send(sent).status, 400);
    assert!(backend.users().is_empty());
}

#[test]
fn members_that_nobody_knows_are_passed_over() {
    let backend = Backend::start();
    let got = backend.post("add_users", &json!({"users": ["a"], "more": {"x": 1}}));
    assert_eq!(got.status, 201);
}

#[test]
fn json_is_the_only_type_of_body() {
    let backend = Backend::start();
    let body = json!({"users": ["a"]}).to_string();
    for wrong in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("application/jsonp"),
        Some("json"),
        Some(""),
    ] {
        let sent = add_users().body(body.as_str());
        let sent = wrong.into_iter().fold(sent, |sent, wrong| sent.header("Content-Type", wrong));
        assert_eq!(backend.send(sent).status, 415, "{wrong:?}");
    }
    for right in ["application/json", "Application/JSON; charset=utf-8"] {
        let got = backend.send(add_users().body(body.as_str()).header("Content-Type", right));
        assert_eq!(got.status, 201, "{right}");
    }
}

#[test]
fn a_body_over_the_limit_is_too_large_however_it_comes() {
    let credentials = credentials("app", SECRET);
    let builder = Emulator::builder().application(credentials.clone());
    let list = json!({"users": ["0123456789"]}).to_string();
    let backend = Backend {
        emulator: builder.body_limit(list.len()).start().unwrap(),
        signer: Signer::new(credentials),
    };
    let json = || add_users().header("Content-Type", "application/json");
    assert_eq!(backend.send(json().body(list.as_str())).status, 201);
    assert_eq!(backend.send(json().body(format!("{list} "))).status, 413);

    let chunked = |text: &str| {
        let body = format!("{:x}\r\n{text}\r\n0\r\n\r\n", text.len());
        json().header("Transfer-Encoding", "chunked").body(body)
    };
    assert_eq!(backend.send(chunked(&list)).status, 201);
    assert_eq!(backend.send(chunked(&format!("{list} "))).status, 413);
}

#[test]
fn a_client_that_sends_far_too_much_still_gets_its_answer() {
    let backend = Backend::start();
    let large = vec![b' '; 20 * 1024 * 1024];
    let got = backend.send(add_users().header("Content-Type", "application/json").body(large.clone()));
    got.is_text(413, "The body is larger than 8388608 bytes.");
    add_users().body(large).send(backend.address()).is_unauthorized();
}

#[test]
fn who_asks_before_sending_a_body_is_refused_at_once() {
    let backend = Backend::start();
    let head = "POST /management/add_users/app HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\
                Expect: 100-continue\r\n\r\n";
    let start = Instant::now();
    exchange(backend.address(), head.as_bytes()).is_unauthorized();
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_connection_serves_one_request_after_the_other() {
    let backend = Backend::start();
    let mut stream = TcpStream::connect(backend.address()).unwrap();
    for _ in 0..3 {
        stream.write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut buffer = [0; 1024];
        let length = stream.read(&mut buffer).unwrap();
        assert!(buffer[..length].starts_with(b"HTTP/1.1 404 "));
    }
}

#[test]
fn a_flood_of_headers_is_cut_off() {
    let backend = Backend::start();
    let mut many = Sent::new("GET", "/nothing");
    for number in 0..100 {
        many = many.header(&format!("x-{number}"), "x");
    }
    assert_eq!(many.send(backend.address()).status, 431);
    let long = Sent::new("GET", "/nothing").header("x", &"x".repeat(60_000));
    assert_eq!(long.send(backend.address()).status, 404);
    // The answer can be lost when the connection is closed under a client that is still sending.
    let mut stream = TcpStream::connect(backend.address()).unwrap();
    let endless = format!("GET /nothing HTTP/1.1\r\nHost: x\r\nx: {}", "x".repeat(1_000_000));
    let _sent_in_full = stream.write_all(endless.as_bytes()).is_ok();
    let mut answer = Vec::new();
    let _closed_in_order = stream.read_to_end(&mut answer).is_ok();
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 431 "), "{answer:?}");
}

#[test]
fn answers_are_dated_not_cached_and_not_sniffed() {
    let backend = Backend::with_users(&["alice"]);
    for got in [
        backend.get("has_registered_mobile_device", "alice"),
        backend.get("has_registered_mobile_device", "nobody"),
        Sent::new("GET", "/nothing").send(backend.address()),
        add_users().send(backend.address()),
        backend.send(Sent::new("PUT", "/management/add_users/app")),
    ] {
        assert!(got.header("date").is_some(), "{got:?}");
        assert_eq!(got.header("cache-control"), Some("no-store"));
        assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
    }
}

#[test]
fn connections_beyond_the_limit_wait_until_one_ends() {
    let emulator = Emulator::builder().max_connections(2).start().unwrap();
    let connect = || {
        let mut stream = TcpStream::connect(emulator.local_addr()).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        stream.write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        stream
    };
    let mut buffer = [0; 1024];
    let mut answered = |stream: &mut TcpStream| stream.read(&mut buffer).is_ok_and(|length| length > 0);
    let (mut one, mut two) = (connect(), connect());
    assert!(answered(&mut one) && answered(&mut two));
    let mut three = connect();
    assert!(!answered(&mut three));
    drop(one);
    three.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    assert!(answered(&mut three));
    two.write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert!(answered(&mut two));
}

#[test]
fn slow_clients_are_not_waited_for() {
    const READ_TIMEOUT: Duration = Duration::from_millis(200);
    let credentials = credentials("app", SECRET);
    let builder = Emulator::builder().application(credentials.clone()).read_timeout(READ_TIMEOUT);
    let backend = Backend { emulator: builder.start().unwrap(), signer: Signer::new(credentials) };
    let body = json!({"users": ["alice"]}).to_string();
    let head = add_users().header("Content-Type", "application/json").header("Content-Length", "100");
    let half = String::from_utf8(backend.sign(head.body(body)).bytes(backend.address())).unwrap();
    let cases = [
        (String::new(), ""),
        ("GET /nothing HTT".to_owned(), ""),
        ("GET /nothing HTTP/1.1\r\nHost: x\r\n".to_owned(), ""),
        ("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "HTTP/1.1 404"),
        (half, "HTTP/1.1 408"),
    ];
    std::thread::scope(|scope| {
        for (sent, answer) in &cases {
            let backend = &backend;
            scope.spawn(move || {
                let start = Instant::now();
                let mut stream = TcpStream::connect(backend.address()).unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                stream.write_all(sent.as_bytes()).unwrap();
                let mut got = Vec::new();
                stream.read_to_end(&mut got).unwrap();
                let got = String::from_utf8(got).unwrap();
                assert!(got.starts_with(answer), "{sent:?}: {got:?}");
                assert!(
                    start.elapsed() >= READ_TIMEOUT && start.elapsed() < Duration::from_secs(10),
                    "{sent:?}"
                );
            });
        }
    });
    assert!(backend.users().is_empty());
}

#[test]
fn a_path_is_taken_as_it_is_written() {
    let backend = Backend::with_users(&["alice", "a/b", "*", "{user_id}", ":x", "a//b"]);
    let registered = |target: &str| {
        let sent = Sent::new("GET", format!("/management/has_registered_mobile_device/{target}"));
        backend.send(sent).status
    };
    for known in ["app/alice", "app/a%2Fb", "app/a%2fb", "app/*", "app/%2A", "app/:x", "app/a%2F%2Fb"] {
        assert_eq!(registered(known), 200, "{known}");
    }
    for nothing in
        ["app//alice", "app/alice/", "/app/alice", "app/a/b", "app/a//b", "app/./alice", "app%2Falice"]
    {
        assert_eq!(registered(nothing), 404, "{nothing}");
        let there_is = backend.emulator.requests().pop().unwrap();
        assert_eq!(there_is.operation, None, "{nothing}");
    }
    // Neither is a path of ours.
    for target in ["*", "/*", "/{application_id}", "/management/{operation}/app", "/%", "/register%2Fx"] {
        assert_eq!(Sent::new("OPTIONS", target).send(backend.address()).status, 404, "{target}");
    }
}

#[test]
fn a_target_may_name_the_server() {
    let backend = Backend::with_users(&["alice"]);
    let path = "/management/has_registered_mobile_device/app/alice";
    let mut sent = backend.sign(Sent::new("GET", path));
    sent.target = format!("http://{}{path}", backend.address());
    assert_eq!(sent.send(backend.address()).status, 200);
    let sent = Sent::new("GET", format!("http://{}/nothing", backend.address()));
    assert_eq!(sent.send(backend.address()).status, 404);
    assert_eq!(backend.emulator.requests().pop().unwrap().path, "/nothing");
    let sms = "/management/send_registration_sms/app/alice";
    let calls = [
        path,
        "/register/x",
        "/phone/x",
        "/",
        "/docs",
        "/openapi.json",
        "/_emulator/v1/clock",
        "/_emulator/v1/health",
    ];
    for (method, path) in calls.map(|path| ("GET", path)).into_iter().chain([("POST", sms)]) {
        for authority in ["evil.example", "127.0.0.1", "a@127.0.0.1"] {
            let sent = backend.sign(Sent::new(method, path)).header("Host", &backend.address().to_string());
            let sent = Sent { target: format!("http://{authority}{path}"), ..sent };
            assert_eq!(sent.send(backend.address()).status, 400, "{authority} {path}");
        }
    }
    let sent = Sent::new("CONNECT", backend.address().to_string());
    assert_eq!(sent.send(backend.address()).status, 404);
}

#[test]
fn a_wrong_method_is_told_in_words_and_changes_nothing() {
    let backend = Backend::with_users(&["alice"]);
    let allowed = [
        ("/management/lost_user_mobile_device/app/alice", "GET"),
        ("/management/add_users/app", "POST"),
        ("/register/x", "GET, POST"),
        ("/phone/x", "GET, POST"),
        ("/_emulator/v1/reset", "POST"),
        ("/_emulator/v1/clock", "GET, POST, DELETE"),
        ("/_emulator/v1/faults", "GET, POST, DELETE"),
        ("/_emulator/v1/applications", "GET, POST"),
        ("/_emulator/v1/export", "GET"),
        ("/openapi.json", "GET, HEAD"),
        ("/requests", "GET"),
        ("/sign-ins", "GET"),
        ("/sign-ins/change", "POST"),
    ];
    for (path, allow) in allowed {
        let got = Sent::new("PUT", path).send(backend.address());
        got.is_text(405, &format!("This path takes {allow} alone."));
        assert_eq!(got.header("allow"), Some(allow), "{path}");
    }
    for path in ["/_emulator/v1/export", "/_emulator/v1/clock", "/register/x", "/phone/x"] {
        let got = Sent::new("HEAD", path).send(backend.address());
        assert_eq!((got.status, got.body.as_str()), (405, ""), "{path}");
    }
}

#[test]
fn a_body_that_ends_too_early_is_a_bad_request() {
    let backend = Backend::start();
    let sent = add_users().header("Content-Type", "application/json").header("Transfer-Encoding", "chunked");
    backend.send(sent.body("3\r\n{\"u\r\nx\r\n")).is_text(400, "The body ended too early.");
}

#[test]
fn a_body_is_read_to_its_end_before_the_next_request() {
    let backend = Backend::start();
    let mut stream = TcpStream::connect(backend.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let body = "x".repeat(300_000);
    for _ in 0..3 {
        let request =
            format!("POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).unwrap();
        let mut buffer = [0; 1024];
        let length = stream.read(&mut buffer).unwrap();
        assert!(buffer[..length].starts_with(b"HTTP/1.1 404 "));
    }
}
