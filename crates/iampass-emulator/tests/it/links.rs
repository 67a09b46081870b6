//! The life of a registration link.

use std::collections::HashSet;

use std::time::Duration;

use iampass_auth::Signer;
use iampass_emulator::{Application, Builder, Emulator, SecondPhone, StateError};
use serde_json::json;

use crate::data::place;
use crate::support::{Backend, SECRET, Sent, credentials};

fn with_alice(builder: Builder) -> Backend {
    let emulator = builder.application(Application::new("app", SECRET).unwrap()).start().unwrap();
    let backend = Backend { emulator, signer: Signer::new(credentials("app", SECRET)) };
    assert_eq!(backend.post("add_users", &json!({"users": ["alice"]})).status, 201);
    backend
}

#[test]
fn a_link_registers_a_phone_once() {
    let backend = Backend::with_users(&["alice"]);
    let link = backend.link("device_registration_link", "alice");
    assert!(backend.open("POST", &link).body.starts_with("The phone is registered. Its page is "));
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
    assert!(backend.open("POST", &link).body.starts_with("The phone is registered. Its page is "));
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

#[test]
fn a_link_expires_by_the_emulators_clock_and_says_so() {
    let backend = with_alice(Emulator::builder().link_lifetime(Duration::from_secs(200)));
    let used = backend.link("device_registration_link", "alice");
    backend.emulator.register_device(&used).unwrap();
    let link = backend.link("device_registration_link", "alice");
    let open_links = |count: u8| {
        let users = Sent::new("GET", "/applications/app").send(backend.address()).body;
        assert!(users.contains(&format!(">{count}</td>")), "{users}");
    };
    // Within the window for signatures.
    backend.emulator.move_clock(150);
    assert_eq!(backend.open("GET", &link).status, 200);
    open_links(1);
    backend.emulator.move_clock(50);
    for method in ["GET", "POST"] {
        backend.open(method, &link).is_text(410, "This link has expired. Ask for a new one.");
    }
    let target = link.strip_prefix(backend.emulator.base_url()).unwrap();
    let page = Sent::new("GET", target).header("Accept", "text/html").send(backend.address());
    assert!(page.status == 410 && page.body.contains("This link has expired"), "{page:?}");
    assert_eq!(backend.emulator.register_device(&link), Err(StateError::ExpiredLink));
    assert_eq!(backend.emulator.register_device(&used), Err(StateError::UsedLink));
    open_links(0);
    // Another call makes a new one, and a clock that goes back makes the old one young.
    let next = backend.link("device_registration_link", "alice");
    backend.emulator.register_device(&next).unwrap();
    backend.emulator.move_clock(-100);
    backend.emulator.register_device(&link).unwrap();
}

#[test]
fn without_a_lifetime_links_do_not_expire() {
    let backend = Backend::with_users(&["alice"]);
    let link = backend.link("device_registration_link", "alice");
    backend.emulator.move_clock(1_000_000_000);
    backend.emulator.register_device(&link).unwrap();
}

#[test]
fn the_age_of_a_link_survives_a_restart_and_an_export() {
    let place = place();
    let builder = || Emulator::builder().data(&place.path).link_lifetime(Duration::from_secs(3600));
    let backend = with_alice(builder());
    let link = backend.link("device_registration_link", "alice");
    drop(backend);
    let backend = with_alice(builder());
    backend.emulator.move_clock(1800);
    assert_eq!(
        backend.open("GET", &format!("{}/register/{}", backend.emulator.base_url(), token(&link))).status,
        200
    );
    let exported = backend.emulator.export().unwrap();
    drop(backend);
    let other =
        Emulator::builder().import(exported).link_lifetime(Duration::from_secs(3600)).start().unwrap();
    other.move_clock(3600);
    assert_eq!(other.register_device(&link), Err(StateError::ExpiredLink));
}

#[test]
fn a_second_phone_takes_the_place_of_the_first_or_is_refused() {
    let replacing = with_alice(Emulator::builder().second_phone(SecondPhone::Replace));
    let refusing = with_alice(Emulator::builder().second_phone(SecondPhone::Refuse));
    for backend in [&replacing, &refusing] {
        backend.emulator.register_device(&backend.link("device_registration_link", "alice")).unwrap();
    }
    let link = replacing.link("device_registration_link", "alice");
    assert_eq!(replacing.open("POST", &link).status, 200);

    let link = refusing.link("device_registration_link", "alice");
    for method in ["GET", "POST"] {
        let text = "The user has a phone already. Report it lost before another one is registered.";
        refusing.open(method, &link).is_text(409, text);
    }
    let target = link.strip_prefix(refusing.emulator.base_url()).unwrap();
    let page = Sent::new("POST", target).header("Accept", "text/html").send(refusing.address());
    assert!(page.status == 409 && page.body.contains("You have a phone already"), "{page:?}");
    assert_eq!(refusing.emulator.register_device(&link), Err(StateError::SecondPhone));
    // What was refused has not used the link up; reporting the phone lost makes a new one.
    let next = refusing.link("lost_user_mobile_device", "alice");
    assert_eq!(refusing.emulator.register_device(&link), Err(StateError::DeadLink));
    refusing.emulator.register_device(&next).unwrap();
    assert!(refusing.has_device("alice"));
}

fn token(link: &str) -> &str {
    link.rsplit_once('/').unwrap().1
}
