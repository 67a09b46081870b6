//! The page of a registered phone, as a browser without JavaScript and as a program use it.

use iampass_auth::Signer;
use iampass_emulator::{Application, Builder, Emulator, SessionStatus};
use serde_json::json;

use crate::support::{Backend, Got, SECRET, Sent, credentials};

const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn start(builder: Builder) -> Backend {
    let emulator = builder.application(Application::new("app", SECRET).unwrap()).start().unwrap();
    let backend = Backend { emulator, signer: Signer::new(credentials("app", SECRET)) };
    assert_eq!(backend.post("add_users", &json!({"users": ["alice", "bob"]})).status, 201);
    backend
}

/// Registers a phone as a program does, and gives the path of the phone's page.
fn phone(backend: &Backend, user: &str) -> String {
    let got = backend.open("POST", &backend.link("device_registration_link", user));
    let url = got.body.rsplit_once(' ').unwrap().1;
    url.strip_prefix(backend.emulator.base_url()).unwrap().to_owned()
}

fn open(backend: &Backend, path: &str) -> Got {
    Sent::new("GET", path).header("Accept", HTML).send(backend.address())
}

fn page(backend: &Backend, path: &str) -> String {
    let got = open(backend, path);
    assert_eq!((got.status, got.header("vary")), (200, Some("accept")), "{got:?}");
    assert_eq!(got.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(
        (got.header("cache-control"), got.header("referrer-policy")),
        (Some("no-store"), Some("same-origin"))
    );
    let policy = got.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    got.body
}

/// What a browser sends when one of the buttons is pressed.
fn pressed(backend: &Backend, path: &str, fields: &str) -> Sent {
    by_program(path, fields).header("Accept", HTML).header("Origin", backend.emulator.base_url())
}

fn by_program(path: &str, fields: &str) -> Sent {
    let kind = "application/x-www-form-urlencoded";
    let length = fields.len().to_string();
    Sent::new("POST", path).header("Content-Type", kind).header("Content-Length", &length).body(fields)
}

/// The form's fields, as the page has them.
fn fields(page: &str, answer: &str) -> String {
    let token = page.split("name=\"session_token\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(page.contains(&format!("name=\"answer\" value=\"{answer}\"")), "{page}");
    format!("session_token={token}&answer={answer}")
}

#[test]
fn a_person_approves_and_denies() {
    // Neither console nor admin API is needed.
    let backend = start(Emulator::builder().admin(false));
    let phone = phone(&backend, "alice");
    let idle = page(&backend, &phone);
    assert!(idle.contains("No sign-in waits") && !idle.contains("<form"), "{idle}");
    for (answer, status, told) in
        [("approve", "active", "You are signed in"), ("deny", "cancelled", "Denied")]
    {
        let session = backend.sign_in("alice");
        let asked = page(&backend, &phone);
        assert!(asked.contains("alice") && asked.contains("app") && asked.contains(">Approve<"), "{asked}");
        assert_eq!(session.status(), "pending", "looking answers nothing");
        let got = pressed(&backend, &phone, &fields(&asked, answer)).send(backend.address());
        assert_eq!((got.status, got.header("location")), (303, Some(phone.as_str())), "{got:?}");
        assert_eq!(session.status(), status);
        let after = page(&backend, &phone);
        assert!(after.contains(told) && after.contains("No sign-in waits"), "{after}");
    }
}

#[test]
fn the_button_says_what_the_phone_asks_for() {
    let backend = start(Emulator::builder());
    let phone = phone(&backend, "alice");
    for (methods, button) in [
        ("acceptance", "Approve"),
        ("device", "Unlock and approve"),
        ("facial,acceptance", "Show face and approve"),
        ("device,facial", "Unlock, show face and approve"),
    ] {
        backend.sign_in(&format!("alice?methods={methods}"));
        let asked = page(&backend, &phone);
        assert!(asked.contains(&format!(">{button}</button>")), "{methods}: {asked}");
    }
}

#[test]
fn the_newest_is_asked_and_what_was_shown_is_answered() {
    let backend = start(Emulator::builder());
    let phone = phone(&backend, "alice");
    let first = backend.sign_in("alice");
    let shown = page(&backend, &phone);
    let second = backend.sign_in("alice");
    let newer = page(&backend, &phone);
    assert!(newer.contains(&second.token) && !newer.contains(&first.token), "{newer}");
    assert!(newer.contains("1 other waits"), "{newer}");
    pressed(&backend, &phone, &fields(&shown, "deny")).send(backend.address());
    assert_eq!((first.status(), second.status()), ("cancelled".to_owned(), "pending".to_owned()));
}

#[test]
fn an_answer_that_comes_too_late_is_told_so() {
    let backend = start(Emulator::builder());
    let phone = phone(&backend, "alice");
    let session = backend.sign_in("alice");
    let approve = fields(&page(&backend, &phone), "approve");
    backend.emulator.move_clock(60);
    let is_over = |got: &Got, told: &str| {
        assert_eq!((got.status, got.header("content-type")), (409, Some("text/html; charset=utf-8")));
        assert!(got.body.contains(told) && got.body.contains(&format!("href=\"{phone}\"")), "{got:?}");
    };
    is_over(&pressed(&backend, &phone, &approve).send(backend.address()), "That was too late");
    assert!(page(&backend, &phone).contains("Nobody answered"));
    backend.emulator.move_clock(-60);
    assert_eq!(session.status(), "timeout");
    backend.sign_in("alice");
    let approve = fields(&page(&backend, &phone), "approve");
    assert_eq!(pressed(&backend, &phone, &approve).send(backend.address()).status, 303);
    is_over(&pressed(&backend, &phone, &approve).send(backend.address()), "That is over");
    // A program is told in a line.
    let got = by_program(&phone, &approve).send(backend.address());
    got.is_text(409, "The sign-in waits no longer: the session is `active`.");
}

#[test]
fn a_program_answers_the_newest_or_the_one_that_it_names() {
    let backend = start(Emulator::builder());
    let phone = phone(&backend, "alice");
    let look = || Sent::new("GET", phone.as_str()).send(backend.address());
    look().is_text(200, "No sign-in of the user alice of the application app waits.");
    by_program(&phone, "answer=approve")
        .send(backend.address())
        .is_text(409, "No sign-in of this phone's user waits.");
    let (first, second) = (backend.sign_in("alice"), backend.sign_in("alice"));
    look().is_text(
        200,
        "The application app asks whether the user alice signs in. A POST of the form answer=approve or answer=deny \
         to this URL answers.",
    );
    by_program(&phone, "answer=approve").send(backend.address()).is_text(200, "The session is active.");
    let named = format!("answer=deny&session_token={}", first.token);
    by_program(&phone, &named).send(backend.address()).is_text(200, "The session is cancelled.");
    assert_eq!((first.status(), second.status()), ("cancelled".to_owned(), "active".to_owned()));
    for wrong in ["", "answer=", "answer=active", "session_token=x"] {
        assert_eq!(by_program(&phone, wrong).send(backend.address()).status, 400, "{wrong}");
    }
    let json = Sent::new("POST", phone.as_str()).json(&json!({"answer": "approve"}));
    assert_eq!(json.send(backend.address()).status, 415);
}

#[test]
fn a_phone_answers_for_its_user_alone() {
    let backend = start(Emulator::builder());
    let (of_alice, of_bob) = (phone(&backend, "alice"), phone(&backend, "bob"));
    assert_ne!(of_alice, of_bob);
    let session = backend.sign_in("alice");
    assert!(page(&backend, &of_bob).contains("No sign-in waits"));
    let named = format!("answer=approve&session_token={}", session.token);
    let got = pressed(&backend, &of_bob, &named).send(backend.address());
    assert!(got.status == 404 && got.body.contains("No such sign-in"), "{got:?}");
    // The session's token, which the application's backend has, is no phone's.
    let got = by_program(&format!("/phone/{}", session.token), "answer=approve").send(backend.address());
    got.is_text(404, "No phone is registered here: it was lost or replaced, or its user was deleted.");
    assert_eq!(session.status(), "pending");
}

#[test]
fn an_approval_that_is_sent_again_brings_no_session_back() {
    let backend = start(Emulator::builder());
    let phone = phone(&backend, "alice");
    let session = backend.sign_in("alice");
    let approve = fields(&page(&backend, &phone), "approve");
    assert_eq!(pressed(&backend, &phone, &approve).send(backend.address()).status, 303);
    backend.emulator.set_session_status(&session.token, SessionStatus::Walkaway).unwrap();
    let again = pressed(&backend, &phone, &approve).send(backend.address());
    assert!(again.status == 409 && again.body.contains("That is over"), "{again:?}");
    assert_eq!(session.status(), "walkaway");
}

#[test]
fn a_phone_that_is_lost_replaced_or_without_its_user_is_gone() {
    let backend = start(Emulator::builder());
    let is_gone = |path: &str| {
        let got = open(&backend, path);
        assert!(got.status == 404 && got.body.contains("This phone is not registered"), "{got:?}");
        assert_eq!(by_program(path, "answer=approve").send(backend.address()).status, 404);
    };
    let first = phone(&backend, "alice");
    let second = phone(&backend, "alice");
    is_gone(&first);
    page(&backend, &second);
    backend.link("lost_user_mobile_device", "alice");
    is_gone(&second);
    let third = phone(&backend, "alice");
    backend.post("delete_users", &json!({"users": ["alice"]}));
    is_gone(&third);
    is_gone("/phone/x");
    let fourth = phone(&backend, "bob");
    backend.emulator.reset().unwrap();
    is_gone(&fourth);
}

#[test]
fn a_page_of_another_site_cannot_answer() {
    let backend = start(Emulator::builder());
    let phone = phone(&backend, "alice");
    let session = backend.sign_in("alice");
    let host = backend.address().to_string();
    for headers in [
        vec![("Origin", "https://evil.example".to_owned())],
        vec![("Origin", "null".to_owned())],
        vec![("Origin", format!("https://{host}"))],
        vec![("Sec-Fetch-Site", "cross-site".to_owned())],
        vec![("Origin", format!("http://{host}")), ("Sec-Fetch-Site", "same-site".to_owned())],
        vec![("Host", "evil.example".to_owned()), ("Origin", format!("http://{host}"))],
    ] {
        let sent = by_program(&phone, "answer=approve").header("Accept", HTML);
        let sent = headers.iter().fold(sent, |sent, (name, value)| sent.header(name, value));
        let got = sent.send(backend.address());
        assert_eq!(got.status, 403, "{headers:?}");
    }
    assert_eq!(session.status(), "pending");
    // It is reached by any name, as the link that it was registered with.
    let sent = by_program(&phone, "answer=approve").header("Host", "iampass.example");
    assert_eq!(sent.header("Origin", "http://iampass.example").send(backend.address()).status, 200);
}

#[test]
fn behind_a_public_url_the_phone_is_reached_by_it() {
    let backend = start(Emulator::builder().public_url("https://iampass.example"));
    let link = backend.link("device_registration_link", "alice");
    let target = link.strip_prefix("https://iampass.example").unwrap();
    let got = Sent::new("POST", target).send(backend.address());
    let phone =
        got.body.strip_prefix("The phone is registered. Its page is https://iampass.example").unwrap();
    assert_eq!(backend.authenticate("alice").status, 202);
    let sent = by_program(phone, "answer=approve").header("Origin", "https://iampass.example");
    assert_eq!(sent.header("Host", "iampass.example").send(backend.address()).status, 200);
}

#[test]
fn the_registration_page_leads_to_the_phone() {
    let backend = start(Emulator::builder().admin(false));
    let link = backend.link("device_registration_link", "alice");
    let target = link.strip_prefix(backend.emulator.base_url()).unwrap();
    let registered = Sent::new("POST", target).header("Accept", HTML).send(backend.address()).body;
    let path = registered.split("href=\"/phone/").nth(1).unwrap().split('"').next().unwrap();
    assert!(page(&backend, &format!("/phone/{path}")).contains("alice"));
}

#[test]
fn hostile_names_stay_text_and_no_secret_is_shown() {
    let backend = start(Emulator::builder());
    let user = "<script>alert(1)</script>\u{202e}";
    backend.post("add_users", &json!({ "users": [user] }));
    let segment = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%E2%80%AE";
    let phone = phone(&backend, segment);
    let session = backend.sign_in(segment);
    let asked = page(&backend, &phone);
    assert!(asked.contains("&lt;script&gt;") && asked.contains("U+202E"), "{asked}");
    let approve = fields(&asked, "approve");
    pressed(&backend, &phone, &approve).send(backend.address());
    let after = page(&backend, &phone);
    let late = pressed(&backend, &phone, &approve).send(backend.address()).body;
    for page in [asked, after, late] {
        assert!(!page.contains("<script>alert") && !page.contains(&session.secret), "{page}");
        assert!(!page.contains(SECRET), "{page}");
    }
}

#[test]
fn a_phone_survives_a_restart_and_an_export() {
    let place = crate::data::place();
    let backend = start(Emulator::builder().data(&place.path));
    let phone = phone(&backend, "alice");
    let snapshot = backend.emulator.export().unwrap();
    assert!(!format!("{snapshot:?}").contains(phone.rsplit_once('/').unwrap().1));
    drop(backend);
    for builder in [Emulator::builder().data(&place.path), Emulator::builder().import(snapshot)] {
        let emulator = builder.start().unwrap();
        assert_eq!(Sent::new("GET", phone.as_str()).send(emulator.local_addr()).status, 200);
    }
}

#[test]
fn only_answers_are_listed_among_the_requests() {
    let backend = start(Emulator::builder());
    let phone = phone(&backend, "alice");
    backend.sign_in("alice");
    let before = backend.emulator.requests().len();
    page(&backend, &phone);
    open(&backend, "/phone/x");
    assert_eq!(backend.emulator.requests().len(), before);
    by_program(&phone, "answer=approve").send(backend.address());
    let listed = backend.emulator.requests().pop().unwrap();
    assert_eq!((listed.path.as_str(), listed.status), ("/phone/{token}", 200));
}
