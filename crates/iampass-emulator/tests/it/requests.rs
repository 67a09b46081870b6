//! What the emulator remembers of the requests it had.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use iampass_auth::Signer;
use iampass_emulator::{Emulator, Fault};
use serde_json::json;

use crate::support::{Backend, SECRET, Sent, credentials};

#[test]
fn requests_are_listed_with_their_verdicts() {
    let backend = Backend::with_users(&["alice"]);
    backend.get("has_registered_mobile_device", "al%69ce");
    let unsigned = Sent::new("GET", "/management/lost_user_mobile_device/app/alice");
    unsigned.send(backend.address());
    backend.send(Sent::new("HEAD", "/management/lost_user_mobile_device/app/alice"));
    let seen: Vec<_> = backend
        .emulator
        .requests()
        .into_iter()
        .map(|record| {
            let refusal = record.refusal.map(|refusal| (refusal.code, refusal.explanation));
            let body_bytes = record.body_bytes;
            (record.method, record.path, record.operation, body_bytes, record.status, refusal)
        })
        .collect();
    let path = |operation: &str, user: &str| format!("/management/{operation}/app{user}");
    let missing = "the header `Authentication` is missing: send it with every request";
    assert_eq!(
        seen,
        [
            ("POST".to_owned(), path("add_users", ""), Some("add_users"), Some(19), 201, None),
            (
                "GET".to_owned(),
                path("has_registered_mobile_device", "/al%69ce"),
                Some("has_registered_mobile_device"),
                None,
                200,
                None
            ),
            (
                "GET".to_owned(),
                path("lost_user_mobile_device", "/alice"),
                Some("lost_user_mobile_device"),
                None,
                401,
                Some(("missing_header", missing.to_owned()))
            ),
            (
                "HEAD".to_owned(),
                path("lost_user_mobile_device", "/alice"),
                None,
                None,
                405,
                Some(("method_not_allowed", "This path takes GET alone.".to_owned()))
            ),
        ]
    );
}

#[test]
fn a_refusal_explains_which_text_was_to_be_signed() {
    let backend = Backend::with_users(&["alice"]);
    let mut sent = backend.sign(Sent::new("GET", "/management/lost_user_mobile_device/app/bob"));
    "/management/lost_user_mobile_device/app/alice".clone_into(&mut sent.target);
    sent.send(backend.address()).is_unauthorized();
    let refusal = backend.emulator.requests().pop().unwrap().refusal.unwrap();
    let url = format!("{}/management/lost_user_mobile_device/app/alice", backend.address());
    assert!(refusal.explanation.contains(&url), "{}", refusal.explanation);
}

#[test]
fn nothing_that_is_secret_is_kept() {
    let backend = Backend::with_users(&["alice"]);
    let link = backend.link("device_registration_link", "alice?display_name=marker-name");
    backend.open("GET", &link);
    backend.open("POST", &link);
    backend.post("add_users", &json!({"users": ["marker-body"]}));
    let session = backend.sign_in("alice?methods=device");
    let body = Sent::new("POST", "/authentication/authenticate_user/app/alice").body("marker-body");
    backend.send(body);
    session.ask();
    session.end();
    let signed = backend.sign(Sent::new("GET", "/management/lost_user_mobile_device/app/alice"));
    let authentication = signed.headers[0].1.clone();
    let signature = authentication.rsplit_once(':').unwrap().1;
    signed.send(backend.address());
    signed.send(backend.address()).is_unauthorized();
    let kept = format!("{:?}", backend.emulator.requests());
    let token = link.rsplit_once('/').unwrap().1;
    for secret in [SECRET, &session.secret, token, signature, "marker-name", "marker-body"] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
    assert!(kept.contains("/register/{token}"));
}

#[test]
fn an_observer_is_told_before_the_answer_is_sent_and_its_panic_hurts_nobody_else() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = told.clone();
    let builder = Emulator::builder().on_request(move |record| {
        assert_ne!(record.path, "/panic");
        teller.lock().unwrap().push((record.path.clone(), record.status));
    });
    let emulator = builder.start().unwrap();
    let address = emulator.local_addr();
    assert_eq!(Sent::new("GET", "/panic").send(address).status, 500);
    Sent::new("GET", "/nothing").send(address);
    assert_eq!(*told.lock().unwrap(), [("/nothing".to_owned(), 404)]);
}

#[test]
fn a_path_is_listed_as_it_came_unless_it_may_be_a_link() {
    let backend = Backend::with_users(&["alice"]);
    let id = "0123456789abcdef0123456789ABCDEF";
    for (sent, listed) in [
        (format!("/management/has_registered_mobile_device/{id}/alice"), None),
        ("/management/has_registered_mobile_device/app/register".to_owned(), None),
        ("/register".to_owned(), None),
        ("/registered/x".to_owned(), None),
        ("/a%20b/é".replace('é', "%C3%A9"), None),
        ("/register/x".to_owned(), Some("/register/{token}".to_owned())),
        ("/register/x/".to_owned(), Some("/register/{token}/".to_owned())),
        ("//register/x".to_owned(), Some("//register/{token}".to_owned())),
        ("/REGISTER/x/y".to_owned(), Some("/REGISTER/{token}/{token}".to_owned())),
        (format!("/somewhere/{id}"), Some("/somewhere/{token}".to_owned())),
    ] {
        Sent::new("GET", sent.as_str()).send(backend.address());
        assert_eq!(backend.emulator.requests().pop().unwrap().path, listed.unwrap_or(sent));
    }
}

#[test]
fn a_session_that_is_asked_about_again_and_again_is_one_line_for_each_status() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = told.clone();
    let credentials = credentials("app", SECRET);
    let builder = Emulator::builder().application(credentials.clone());
    let builder = builder.on_request(move |record| teller.lock().unwrap().push(record.times));
    let backend = Backend { emulator: builder.start().unwrap(), signer: Signer::new(credentials) };
    backend.post("add_users", &json!({"users": ["alice"]}));
    backend.register_phone("alice");
    let (session, other) = (backend.sign_in("alice"), backend.sign_in("alice"));
    let first = backend.emulator.requests().len();
    for _ in 0..3 {
        session.ask();
        other.ask();
        backend.get("has_registered_mobile_device", "alice");
    }
    backend.emulator.approve(&session.token).unwrap();
    session.ask();
    session.ask();
    session.end();
    session.end();
    session.ask();
    // What is refused or struck is not counted in.
    backend.send(Sent::new("GET", session.status_path.as_str()));
    backend.send(Sent::new("GET", session.status_path.as_str()));
    backend.emulator.inject(Fault::delay(Duration::from_millis(1))).unwrap();
    session.ask();
    session.ask();
    let seen: Vec<_> = backend.emulator.requests()[first..]
        .iter()
        .filter(|record| record.path.ends_with(&session.token))
        .map(|record| {
            let status = record.session_status.as_ref().map_or("none", |status| status.as_str());
            (
                record.operation.unwrap(),
                record.status,
                status.to_owned(),
                record.times,
                record.last_number - record.number,
            )
        })
        .collect();
    let line =
        |operation, status, told: &str, times, further| (operation, status, told.to_owned(), times, further);
    assert_eq!(
        seen,
        [
            line("session_status", 200, "pending", 3, 6),
            line("session_status", 200, "active", 2, 1),
            line("end_session", 200, "none", 1, 0),
            line("end_session", 200, "none", 1, 0),
            line("session_status", 200, "closed", 1, 0),
            line("session_status", 401, "none", 1, 0),
            line("session_status", 401, "none", 1, 0),
            line("session_status", 200, "closed", 1, 0),
            line("session_status", 200, "closed", 1, 0),
        ]
    );
    // Whoever is told of requests as they come is told of each.
    assert_eq!(told.lock().unwrap()[first..][..9], [1, 1, 1, 2, 2, 1, 3, 3, 1]);
    let list = |query: &str| {
        let got = Sent::new("GET", format!("/_emulator/v1/requests?{query}")).send(backend.address());
        got.json()["requests"].as_array().unwrap().len()
    };
    let of_other =
        backend.emulator.requests().into_iter().find(|record| record.path == other.status_path).unwrap();
    assert_eq!(of_other.times, 3);
    let operation = "operation=session_status";
    let (since, after) =
        (list(&format!("after={}&{operation}", of_other.last_number - 1)), of_other.last_number);
    assert_eq!(since - list(&format!("after={after}&{operation}")), 1);
    let console = Sent::new("GET", "/requests").send(backend.address()).body;
    assert!(console.contains("3 times"), "{console}");
}

#[test]
fn every_refusal_is_listed_with_its_reason() {
    let credentials = credentials("app", SECRET);
    let emulator = Emulator::builder().application(credentials.clone()).body_limit(64).start().unwrap();
    let backend = Backend { emulator, signer: Signer::new(credentials) };
    backend.post("add_users", &json!({"users": ["alice"]}));
    let used = backend.link("device_registration_link", "alice");
    let dead = backend.link("device_registration_link", "alice");
    backend.emulator.register_device(&used).unwrap();
    backend.link("lost_user_mobile_device", "alice");
    let target = |link: &str| link.strip_prefix(backend.emulator.base_url()).unwrap().to_owned();
    let add = || Sent::new("POST", "/management/add_users/app");
    let json = |body: &str| add().header("Content-Type", "application/json").body(body);
    let get = |path: &str| Sent::new("GET", format!("/management/device_registration_link/{path}"));
    let cases = [
        (Sent::new("GET", "/nothing"), 404, "unknown_path", "There is nothing at this path."),
        (Sent::new("PUT", "/register/x"), 405, "method_not_allowed", "This path takes GET, POST alone."),
        (get("app/nobody"), 404, "unknown_user", "Client Application app or User nobody not found."),
        (get("app/.."), 404, "unknown_user", "Client Application app or User .. not found."),
        (get("app/%ff"), 400, "bad_path", "The path cannot be read: a part of the URL is not UTF-8"),
        (get("app/a%2"), 400, "bad_path", "The path cannot be read: a `%` in the URL is not followed by"),
        (get("app/alice?display_name=%ff"), 400, "bad_query", "The query cannot be read: "),
        (get("app/alice").header("Host", "a@b"), 400, "bad_host", "one `Host` header that names a host"),
        (add().body("x"), 415, "not_json", "The body must be JSON"),
        (json(&" ".repeat(65)), 413, "body_too_large", "The body is larger than 64 bytes."),
        (json(r#"{"users": "marker"}"#), 400, "bad_json", "line 1, column 18"),
        (json("x").header("Transfer-Encoding", "chunked"), 400, "body_incomplete", "ended too early"),
        (Sent::new("GET", "/register/x"), 404, "unknown_link", "This link is not known."),
        (Sent::new("GET", target(&used)), 410, "used_link", "This link was used before."),
        (Sent::new("POST", target(&dead)).header("Accept", "text/html"), 410, "dead_link", "no longer works"),
    ];
    for (sent, status, code, explanation) in cases {
        let got = backend.send(sent);
        assert_eq!(got.status, status, "{code}");
        let record = backend.emulator.requests().pop().unwrap();
        assert_eq!(record.status, status);
        let refusal = record.refusal.unwrap_or_else(|| panic!("{code}"));
        assert_eq!(refusal.code, code);
        assert!(refusal.explanation.contains(explanation), "{}", refusal.explanation);
    }
    let listed = Sent::new("GET", "/_emulator/v1/requests").send(backend.address()).json();
    let listed = listed["requests"].as_array().unwrap().clone();
    assert!(listed.iter().any(|request| request["refusal"]["code"] == "body_too_large"));
    // What a body holds is nowhere.
    assert!(!format!("{listed:?}").contains("marker"), "{listed:?}");
    let console = Sent::new("GET", "/requests?only=refused").send(backend.address()).body;
    assert!(
        console.contains("used_link") && console.contains("This path takes GET, POST alone."),
        "{console}"
    );
}
