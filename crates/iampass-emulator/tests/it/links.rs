//! The life of a registration link.

use std::collections::HashSet;

use iampass_emulator::StateError;
use serde_json::json;

use crate::support::Backend;

#[test]
fn a_link_registers_a_phone_once() {
    let backend = Backend::with_users(&["alice"]);
    let link = backend.link("device_registration_link", "alice");
    backend.open("POST", &link).is_text(200, "The phone is registered.");
    assert!(backend.has_device("alice"));
    for method in ["POST", "GET"] {
        let got = backend.open(method, &link);
        got.is_text(410, "This link was used before. Ask for a new one.");
    }
    assert_eq!(backend.emulator.register_device(&link), Err(StateError::UsedLink));
}

#[test]
fn looking_at_a_link_does_not_use_it() {
    let backend = Backend::with_users(&["alice"]);
    let link = backend.link("device_registration_link", "alice?display_name=Al+%26+Ice%2B");
    for _ in 0..2 {
        backend.open("GET", &link).is_text(
            200,
            "A POST to this URL registers a phone for Al & Ice+ (user alice of the application app).",
        );
    }
    assert!(!backend.has_device("alice"));
    backend.open("POST", &link).is_text(200, "The phone is registered.");
}

#[test]
fn without_a_display_name_the_user_is_shown() {
    let backend = Backend::with_users(&["alice"]);
    for query in ["", "?", "?display_name=", "?display_name", "?other=x"] {
        let link = backend.link("device_registration_link", &format!("alice{query}"));
        let text = "A POST to this URL registers a phone for alice (user alice of the application app).";
        backend.open("GET", &link).is_text(200, text);
    }
}

#[test]
fn a_second_link_stands_beside_the_first() {
    let backend = Backend::with_users(&["alice"]);
    let first = backend.link("device_registration_link", "alice");
    let second = backend.link("device_registration_link", "alice");
    backend.emulator.register_device(&second).unwrap();
    backend.emulator.register_device(&first).unwrap();
    assert!(backend.has_device("alice"));
}

#[test]
fn losing_the_phone_kills_earlier_links() {
    let backend = Backend::with_users(&["alice", "bob"]);
    let used = backend.link("device_registration_link", "alice");
    let open = backend.link("device_registration_link", "alice");
    let of_bob = backend.link("device_registration_link", "bob");
    backend.emulator.register_device(&used).unwrap();
    let next = backend.link("lost_user_mobile_device", "alice");
    assert!(!backend.has_device("alice"));
    for method in ["GET", "POST"] {
        backend.open(method, &open).is_text(410, "This link no longer works. Ask for a new one.");
    }
    assert_eq!(backend.emulator.register_device(&open), Err(StateError::DeadLink));
    assert_eq!(backend.emulator.register_device(&used), Err(StateError::UsedLink));
    assert!(!backend.has_device("alice"));

    backend.emulator.register_device(&of_bob).unwrap();
    let last = backend.link("lost_user_mobile_device", "alice");
    assert_eq!(backend.emulator.register_device(&next), Err(StateError::DeadLink));
    backend.emulator.register_device(&last).unwrap();
    assert!(backend.has_device("alice"));
}

#[test]
fn deleting_the_user_kills_links_for_good() {
    let backend = Backend::with_users(&["alice"]);
    let link = backend.link("device_registration_link", "alice");
    backend.post("delete_users", &json!({"users": ["alice"]}));
    assert_eq!(backend.open("POST", &link).status, 410);
    backend.post("add_users", &json!({"users": ["alice"]}));
    assert_eq!(backend.open("POST", &link).status, 410);
    assert!(!backend.has_device("alice"));
}

#[test]
fn links_cannot_be_guessed() {
    let backend = Backend::with_users(&["alice"]);
    let links: HashSet<_> = (0..20).map(|_| backend.link("device_registration_link", "alice")).collect();
    assert_eq!(links.len(), 20);
    let token = |link: &String| link.rsplit_once('/').unwrap().1.to_owned();
    assert!(
        links
            .iter()
            .map(token)
            .all(|token| { token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()) })
    );
}

#[test]
fn what_is_no_link_is_not_known() {
    let backend = Backend::with_users(&["alice"]);
    let base_url = backend.emulator.base_url().to_owned();
    for method in ["GET", "POST"] {
        let got = backend.open(method, &format!("{base_url}/register/{}", "0".repeat(32)));
        got.is_text(404, "This link is not known.");
    }
    let other = Backend::with_users(&["alice"]);
    let foreign = other.link("device_registration_link", "alice");
    for link in ["", "alice", "/register/", &format!("{base_url}/register/a/b"), &foreign] {
        assert_eq!(backend.emulator.register_device(link), Err(StateError::UnknownLink), "{link}");
    }
}
