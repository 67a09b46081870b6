//! The stream of events, and waiting.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use iampass_emulator::{Emulator, Fault};
use serde_json::{Value, json};

use crate::support::{Backend, Sent};

/// An open stream of events.
struct Stream(BufReader<TcpStream>);

impl Stream {
    /// When this returns, the emulator has subscribed: the head of its response was sent.
    fn open(address: SocketAddr) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let request = Sent::new("GET", "/_emulator/v1/events").header("Accept", "text/event-stream");
        stream.write_all(&request.bytes(address)).unwrap();
        let mut stream = Self(BufReader::new(stream));
        assert_eq!(stream.line(), "HTTP/1.1 200 OK");
        let head: Vec<_> =
            std::iter::from_fn(|| Some(stream.line()).filter(|line| !line.is_empty())).collect();
        assert!(head.iter().any(|line| line == "content-type: text/event-stream"), "{head:?}");
        stream
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// The next event's name and data.
    fn next(&mut self) -> (String, Value) {
        let mut field = |name: &str| loop {
            if let Some(value) = self.line().strip_prefix(name) {
                return value.to_owned();
            }
        };
        (field("event: "), serde_json::from_str(&field("data: ")).unwrap())
    }

    fn next_state(&mut self) -> Value {
        let (name, data) = self.next();
        assert_eq!(name, "state", "{data}");
        data["changed"].clone()
    }
}

#[test]
fn requests_and_changes_are_told_as_they_come() {
    let backend = Backend::start();
    let mut stream = Stream::open(backend.address());
    backend.post("add_users", &json!({ "users": ["alice"] }));
    assert_eq!(stream.next_state(), json!(["users"]));
    let request = json!({
        "number": 1, "times": 1, "method": "POST", "path": "/management/add_users/app", "operation": "add_users",
        "status": 201, "refusal": null, "fault": null,
    });
    assert_eq!(stream.next(), ("request".to_owned(), request));
    let link = backend.link("device_registration_link", "alice");
    assert_eq!((stream.next_state(), stream.next().0.as_str()), (json!(["links"]), "request"));
    backend.emulator.register_device(&link).unwrap();
    assert_eq!(stream.next_state(), json!(["devices", "links"]));
    backend.emulator.inject(Fault::status(503)).unwrap();
    assert_eq!(stream.next_state(), json!(["faults"]));
    backend.get("has_registered_mobile_device", "alice");
    assert_eq!(stream.next_state(), json!(["faults"]));
    assert_eq!(stream.next().1["fault"], "status");
    Sent::new("GET", "/management/lost_user_mobile_device/app/alice").send(backend.address());
    assert_eq!(stream.next().1["refusal"], "missing_header");
    backend.emulator.move_clock(60);
    assert_eq!(stream.next_state(), json!(["clock"]));
    backend.emulator.reset().unwrap();
    let mut changed = Vec::new();
    while changed.last() != Some(&json!("requests")) {
        changed.extend(stream.next_state().as_array().unwrap().clone());
    }
    assert_eq!(changed, ["users", "devices", "links", "sign_ins", "faults", "clock", "requests"]);
}

#[test]
fn the_stream_is_not_among_the_requests() {
    let backend = Backend::start();
    let _open = Stream::open(backend.address());
    drop(Stream::open(backend.address()));
    assert!(backend.emulator.requests().is_empty());
}

#[test]
fn a_slow_reader_is_told_what_it_missed_and_holds_nobody_up() {
    let backend = Backend::start();
    let mut slow = Stream::open(backend.address());
    // More than the sockets' buffers and the emulator's own take.
    for _ in 0..200_000 {
        backend.emulator.move_clock(1);
    }
    let missed = std::iter::repeat_with(|| slow.next()).find(|(name, _)| name == "missed").unwrap().1;
    assert!(missed["missed"].as_u64().unwrap() > 0, "{missed}");
}

#[test]
fn an_open_stream_outlives_the_read_timeout_and_ends_with_the_emulator() {
    let emulator = Emulator::builder().read_timeout(Duration::from_millis(100)).start().unwrap();
    let mut stream = Stream::open(emulator.local_addr());
    std::thread::sleep(Duration::from_millis(500));
    emulator.move_clock(1);
    assert_eq!(stream.next_state(), json!(["clock"]));
    emulator.stop();
    // The connection's end, orderly or not.
    let mut rest = String::new();
    while stream.0.read_line(&mut rest).is_ok_and(|read| read > 0) {}
}

const LINK: &str = "/_emulator/v1/applications/app/users/a%2Fb%20c/link";

fn admin(backend: &Backend, target: &str) -> crate::support::Got {
    Sent::new("GET", target).send(backend.address())
}

#[test]
fn the_newest_open_link_is_one_request() {
    let backend = Backend::with_users(&["a/b c", "bob"]);
    admin(&backend, LINK).is_text(404, "The user has no open link.");
    backend.link("device_registration_link", "a%2Fb%20c");
    let newest = backend.link("device_registration_link", "a%2Fb%20c?display_name=Al");
    backend.link("device_registration_link", "bob");
    admin(&backend, LINK).is_json(200, &json!({ "register_url": newest, "display_name": "Al" }));
    backend.emulator.register_device(&newest).unwrap();
    assert_ne!(admin(&backend, LINK).json()["register_url"], newest);

    let of = |path: &str| admin(&backend, &format!("/_emulator/v1/applications/{path}/link"));
    assert_eq!(of("app/users/carol").body, "Client Application app or User carol not found.");
    assert_eq!(of("other/users/bob").body, "Client Application other not found");
    assert_eq!((of("app/users/a%zz").status, of("app/users/%ff").status), (400, 400));
    for nowhere in ["app/users/", "app/users", "app/users/a/b", "app//users/bob", "app/users/bob/"] {
        assert_eq!(of(nowhere).status, 404, "{nowhere}");
    }
}

#[test]
fn a_link_is_waited_for() {
    let backend = Backend::start();
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| admin(&backend, &format!("{LINK}?wait=20")));
        backend.post("add_users", &json!({ "users": ["a/b c"] }));
        let link = backend.link("device_registration_link", "a%2Fb%20c");
        assert_eq!(waits.join().unwrap().json()["register_url"], link);
    });
    let in_vain = admin(&backend, "/_emulator/v1/applications/app/users/bob/link?wait=1");
    in_vain.is_text(504, "No such link came within the time to wait.");
    assert_eq!(admin(&backend, "/_emulator/v1/applications/other/users/bob/link?wait=1").status, 404);
    for wrong in ["61", "-1", "1.5", "x", ""] {
        let got = admin(&backend, &format!("{LINK}?wait={wrong}"));
        got.is_text(400, "`wait` is a whole number of seconds, 60 at most.");
    }
}

#[test]
fn a_request_is_waited_for() {
    let backend = Backend::with_users(&["alice"]);
    let requests = |query: &str| admin(&backend, &format!("/_emulator/v1/requests?{query}"));
    assert_eq!(requests("wait=20").json()["requests"][0]["number"], 1);
    std::thread::scope(|scope| {
        let wanted = "after=1&operation=device_registration_link&wait=20";
        let waits = scope.spawn(move || requests(wanted));
        backend.get("has_registered_mobile_device", "alice");
        backend.link("device_registration_link", "alice");
        let found = waits.join().unwrap().json();
        assert_eq!(found["requests"].as_array().unwrap().len(), 1, "{found}");
        assert_eq!(found["requests"][0]["number"], 3);
    });
    requests("after=3").is_json(200, &json!({ "requests": [] }));
    requests("after=3&wait=1").is_text(504, "No such request came within the time to wait.");
    requests("after=x").is_text(400, "`after` is the number of a request.");
}
