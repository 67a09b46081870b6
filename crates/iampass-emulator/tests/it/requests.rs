//! What the emulator remembers of the requests it had.

use std::sync::{Arc, Mutex};

use iampass_emulator::Emulator;
use serde_json::json;

use crate::support::{Backend, SECRET, Sent};

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
            ("HEAD".to_owned(), path("lost_user_mobile_device", "/alice"), None, None, 405, None),
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
    let signed = backend.sign(Sent::new("GET", "/management/lost_user_mobile_device/app/alice"));
    let authentication = signed.headers[0].1.clone();
    let signature = authentication.rsplit_once(':').unwrap().1;
    signed.send(backend.address());
    signed.send(backend.address()).is_unauthorized();
    let kept = format!("{:?}", backend.emulator.requests());
    let token = link.rsplit_once('/').unwrap().1;
    for secret in [SECRET, token, signature, "marker-name", "marker-body"] {
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
