//! Who may use the admin API.

use iampass_emulator::Emulator;
use serde_json::json;

use crate::support::{Backend, Sent};

fn admin(call: &str) -> String {
    format!("/_emulator/v1/{call}")
}

const READS: [&str; 5] = ["export", "applications", "requests", "clock", "faults"];
const WRITES: [&str; 5] = ["reset", "import", "applications", "clock", "faults"];

#[test]
fn what_changes_something_takes_json_alone() {
    let backend = Backend::with_users(&["alice"]);
    for call in WRITES {
        for wrong in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let sent = Sent::new("POST", admin(call)).header("Content-Type", wrong).body("{}");
            assert_eq!(sent.send(backend.address()).status, 415, "{call} {wrong}");
        }
        assert_eq!(Sent::new("POST", admin(call)).send(backend.address()).status, 415);
    }
    assert_eq!(backend.users(), ["alice"]);
}

#[test]
fn a_page_of_another_site_cannot_use_it() {
    let backend = Backend::with_users(&["alice"]);
    let host = backend.address().to_string();
    let port = backend.address().port();
    let foreign = [
        vec![("Origin", "https://evil.example".to_owned())],
        vec![("Origin", "null".to_owned())],
        vec![("Origin", format!("https://{host}"))],
        vec![("Origin", format!("http://localhost:{port}"))],
        vec![("Origin", format!("http://{host}")), ("Origin", "https://evil.example".to_owned())],
        vec![("Sec-Fetch-Site", "cross-site".to_owned())],
        vec![("Sec-Fetch-Site", "same-site".to_owned())],
        // DNS rebinding: the page's own name points here, so it is of the same origin.
        vec![("Host", format!("evil.example:{port}")), ("Origin", format!("http://evil.example:{port}"))],
        vec![("Host", format!("evil.example:{port}"))],
        vec![("Host", format!("127.0.0.1.evil.example:{port}"))],
        // A network can tell its guests where this is.
        vec![("Host", format!("wpad:{port}"))],
        vec![("Host", format!("iampass:{port}")), ("Origin", format!("http://iampass:{port}"))],
    ];
    let with = |sent: Sent, headers: &[(&'static str, String)]| {
        headers.iter().fold(sent, |sent, (name, value)| sent.header(name, value))
    };
    let calls = || {
        let reads = READS.iter().map(|call| Sent::new("GET", admin(call)));
        let writes = WRITES.iter().map(|call| Sent::new("POST", admin(call)).json(&json!({})));
        let deletes = ["clock", "faults"].iter().map(|call| Sent::new("DELETE", admin(call)));
        let more = ["events", "applications/app/users/alice/link"].map(|call| Sent::new("GET", admin(call)));
        reads.chain(writes).chain(deletes).chain(more)
    };
    for headers in &foreign {
        for call in calls() {
            let got = with(call.clone(), headers).send(backend.address());
            assert_eq!(got.status, 403, "{} {headers:?}", call.target);
            assert!(!got.headers.iter().any(|(name, _)| name.starts_with("access-control")));
        }
    }
    // A browser asks before it sends JSON from another origin; nobody says yes.
    let asks = Sent::new("OPTIONS", admin("reset")).header("Origin", "https://evil.example");
    let asks = asks.header("Access-Control-Request-Method", "POST").send(backend.address());
    assert_eq!(asks.status, 405);
    assert!(!asks.headers.iter().any(|(name, _)| name.starts_with("access-control")));
    assert_eq!(backend.users(), ["alice"]);

    for own in [
        vec![("Origin", format!("http://{host}")), ("Sec-Fetch-Site", "same-origin".to_owned())],
        vec![("Host", format!("localhost:{port}")), ("Origin", format!("http://localhost:{port}"))],
        vec![("Host", format!("emulator.localhost:{port}"))],
        vec![("Host", format!("[::1]:{port}"))],
        vec![("Sec-Fetch-Site", "none".to_owned())],
    ] {
        assert_eq!(
            with(Sent::new("GET", admin("clock")), &own).send(backend.address()).status,
            200,
            "{own:?}"
        );
    }
}

#[test]
fn a_closed_networks_name_is_its_own_beyond_loopback() {
    let emulator = Emulator::builder().listen(([0, 0, 0, 0], 0).into()).admin(true).start().unwrap();
    let address = ([127, 0, 0, 1], emulator.local_addr().port()).into();
    for (host, status) in [("iampass:8080", 200), ("iampass", 200), ("evil.example", 403)] {
        for path in [admin("clock"), "/".to_owned()] {
            assert_eq!(Sent::new("GET", path).header("Host", host).send(address).status, status, "{host}");
        }
    }
}

#[test]
fn it_is_off_where_others_reach_it_unless_asked_for() {
    let everywhere = || Emulator::builder().listen(([0, 0, 0, 0], 0).into());
    for (builder, served) in [
        (Emulator::builder(), true),
        (Emulator::builder().admin(false), false),
        (Emulator::builder().public_url("https://iampass.example"), false),
        (Emulator::builder().public_url("http://localhost:8080"), true),
        (everywhere(), false),
        (everywhere().admin(true), true),
    ] {
        let emulator = builder.start().unwrap();
        let address = ([127, 0, 0, 1], emulator.local_addr().port()).into();
        for call in READS {
            let got = Sent::new("GET", admin(call)).send(address);
            assert_eq!(got.status == 200, served, "{call}");
            assert_eq!(got.status == 404, !served, "{call}");
        }
    }
}
