//! Sign-ins in the console, as a browser without JavaScript sees and changes them.

use iampass_auth::Signer;
use iampass_emulator::{Application, Emulator, SessionStatus};
use serde_json::json;

use crate::forms::{form, open, page, press};
use crate::support::{Backend, SECRET, Sent, Session, credentials};

/// The user `a/b c`.
const SEGMENT: &str = "a%2Fb%20c";
const USER: &str = "/applications/app/users/a%2Fb%20c";
const CHANGE: &str = "/sign-ins/change";

/// With the user `a/b c`, who has a phone.
fn backend() -> Backend {
    let backend = Backend::with_users(&["a/b c"]);
    backend.register_phone(SEGMENT);
    backend
}

fn fields(session: &Session, status: &str) -> String {
    format!("session_token={}&session_status={status}", session.token)
}

/// The states that the forms of a page lead to.
fn offered(page: &str) -> Vec<&str> {
    let buttons = page.split("name=\"session_status\" value=\"").skip(1);
    buttons.filter_map(|rest| rest.split('"').next()).collect()
}

fn totals(page: &str) -> &str {
    let totals = page.split("id=\"totals\"").nth(1).unwrap();
    totals.split_once('>').unwrap().1.split_once("</p>").unwrap().0
}

#[test]
fn only_what_may_follow_is_offered_and_is_done() {
    let backend = backend();
    assert!(page(&backend, "/sign-ins").contains("None yet"));
    let session = backend.sign_in(SEGMENT);
    let ways: [(&str, &[&str]); 6] = [
        ("pending", &["identifying", "active", "failed", "cancelled", "timeout"]),
        ("identifying", &["active", "failed", "cancelled", "timeout"]),
        ("active", &["walkaway", "closed"]),
        ("walkaway", &["active", "closed"]),
        ("active", &["walkaway", "closed"]),
        ("closed", &[]),
    ];
    for (status, next) in ways {
        if status != "pending" {
            assert_eq!(press(&backend, CHANGE, &fields(&session, status)), "/sign-ins");
        }
        assert_eq!(session.status(), status);
        for path in ["/sign-ins", USER] {
            let shown = page(&backend, path);
            assert_eq!(offered(&shown), next, "{path} {status}");
            assert!(
                shown.contains(&format!(">{status}</span>")) && shown.contains(&session.token),
                "{shown}"
            );
            assert!(!shown.contains(&session.secret) && !shown.contains(SECRET), "{shown}");
        }
    }
    for end in ["failed", "cancelled", "timeout"] {
        let session = backend.sign_in(SEGMENT);
        press(&backend, CHANGE, &fields(&session, end));
        assert_eq!(session.status(), end);
    }
    assert_eq!(
        totals(&page(&backend, "/sign-ins")),
        "1 failed, 1 cancelled, 1 timeout, 1 closed; the open ones first, the newest of each."
    );
}

#[test]
fn what_may_not_follow_is_refused_on_a_page() {
    let backend = backend();
    let session = backend.sign_in(SEGMENT);
    for (path, back) in [(CHANGE.to_owned(), "/sign-ins"), (format!("{USER}/sign-ins"), USER)] {
        for (fields, status, told) in [
            (fields(&session, "walkaway"), 409, "`pending` cannot become `walkaway`"),
            (fields(&session, "nonsense"), 409, "cannot become"),
            ("session_token=x&session_status=active".to_owned(), 404, "There is no session"),
            ("session_token=x".to_owned(), 400, "missing field"),
        ] {
            let got = form(&backend, &path, &fields).send(backend.address());
            assert_eq!((got.status, got.header("content-type")), (status, Some("text/html; charset=utf-8")));
            assert!(got.body.contains(told) && got.body.contains(&format!("href=\"{back}\"")), "{got:?}");
        }
    }
    assert_eq!(session.status(), "pending");
}

#[test]
fn open_ones_come_first_and_the_newest_of_each() {
    let backend = backend();
    let sessions: Vec<_> = (0..4).map(|_| backend.sign_in(SEGMENT)).collect();
    press(&backend, CHANGE, &fields(&sessions[1], "active"));
    press(&backend, CHANGE, &fields(&sessions[3], "cancelled"));
    let order = |shown: &str| {
        let mut found: Vec<_> =
            (0..4).filter_map(|index| Some((shown.find(&sessions[index].token)?, index))).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, index)| index).collect::<Vec<_>>()
    };
    for path in ["/sign-ins", "/sign-ins?application=app", USER] {
        assert_eq!(order(&page(&backend, path)), [2, 1, 0, 3], "{path}");
    }
    let console = page(&backend, "/");
    let numbers: Vec<_> = console.split("<dd>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(numbers, ["1", "1", "2", "1"], "users, phones, waiting, signed in");
}

#[test]
fn an_application_has_its_own() {
    let backend = backend();
    backend.emulator.add_application(Application::new("second", SECRET).unwrap()).unwrap();
    let second = Backend { signer: Signer::new(credentials("second", SECRET)), ..backend };
    let add = Sent::new("POST", "/management/add_users/second").json(&json!({"users": ["bob"]}));
    assert_eq!(second.send(add).status, 201);
    let link = Sent::new("GET", "/management/device_registration_link/second/bob");
    let link = second.send(link).json()["register_url"].as_str().unwrap().to_owned();
    second.emulator.register_device(&link).unwrap();
    let started = second.send(Sent::new("POST", "/authentication/authenticate_user/second/bob"));
    let session = Session::of(&started, second.emulator.base_url(), second.address());
    let own = page(&second, "/sign-ins?application=second");
    assert!(own.contains(&session.token) && totals(&own).starts_with("1 pending;"), "{own}");
    assert!(own.contains("action=\"/sign-ins/change?application=second\""), "{own}");
    assert!(page(&second, "/sign-ins").contains(&session.token));
    assert!(page(&second, "/sign-ins?application=app").contains("None yet"));
    let there = press(&second, "/sign-ins/change?application=second", &fields(&session, "active"));
    assert_eq!((there.as_str(), session.status().as_str()), ("/sign-ins?application=second", "active"));
    for (application, status) in [("other", 404), ("%ff", 400), ("a:b", 404)] {
        assert_eq!(open(&second, &format!("/sign-ins?application={application}")).status, status);
    }
}

#[test]
fn long_lists_are_cut() {
    let backend = backend();
    for _ in 0..105 {
        let session = backend.sign_in(SEGMENT);
        press(&backend, CHANGE, &fields(&session, "cancelled"));
    }
    backend.sign_in(SEGMENT);
    let all = page(&backend, "/sign-ins");
    assert_eq!(all.matches(">cancelled</span>").count(), 99);
    assert!(all.contains("And 6 others") && totals(&all).starts_with("1 pending, 105 cancelled"), "{all}");
    let of_user = page(&backend, USER);
    assert_eq!(of_user.matches(">cancelled</span>").count(), 11);
    assert!(of_user.contains("And 94 older ones"), "{of_user}");
}

#[test]
fn the_page_of_a_user_leads_to_the_phone_and_so_does_each_that_waits() {
    let backend = backend();
    let phone_of = |page: &str| {
        let rest = page.split("/phone/").nth(1)?;
        rest.split('"').next().map(str::to_owned)
    };
    let user = page(&backend, USER);
    let token = phone_of(&user).unwrap();
    assert!(user.contains(&format!("href=\"{}/phone/{token}\"", backend.emulator.base_url())), "{user}");
    assert!(user.contains("QR code of the phone"), "{user}");
    assert_eq!(Sent::new("GET", format!("/phone/{token}")).send(backend.address()).status, 200);
    let session = backend.sign_in(SEGMENT);
    assert_eq!(phone_of(&page(&backend, "/sign-ins")).as_ref(), Some(&token));
    press(&backend, &format!("{USER}/sign-ins"), &fields(&session, "active"));
    assert_eq!(phone_of(&page(&backend, "/sign-ins")), None);
    press(&backend, &format!("{USER}/lose"), "");
    assert_eq!(session.status(), "closed");
    assert_eq!(phone_of(&page(&backend, USER)), None);
}

#[test]
fn what_becomes_of_sign_ins_by_itself_is_set_and_taken_away() {
    let backend = backend();
    let outcome = || {
        let path = format!("/_emulator/v1{USER}/sign-in");
        Sent::new("GET", path).send(backend.address()).json()
    };
    let path = format!("{USER}/outcome");
    assert!(page(&backend, USER).contains("waits until somebody answers"));
    for word in ["active", "cancelled", "failed", "timeout"] {
        assert_eq!(press(&backend, &path, &format!("outcome={word}&after_ms=250")), USER);
        assert_eq!(outcome(), json!({"outcome": word, "after_ms": 250}));
    }
    let shown = page(&backend, USER);
    assert!(shown.contains("<code>timeout</code> by itself, 250 ms after its start"), "{shown}");
    assert!(shown.contains("value=\"timeout\" selected"), "{shown}");
    press(&backend, &path, "outcome=active&after_ms=0");
    assert_eq!(backend.sign_in(SEGMENT).status(), "active");
    press(&backend, &path, "outcome=&after_ms=0");
    assert_eq!(outcome(), json!({"outcome": null}));
    for wrong in [
        "outcome=closed&after_ms=1",
        "outcome=nonsense&after_ms=1",
        "outcome=active&after_ms=-1",
        "outcome=active",
    ] {
        assert_eq!(form(&backend, &path, wrong).send(backend.address()).status, 400, "{wrong}");
    }
    let unknown = form(&backend, "/applications/app/users/bob/outcome", "outcome=active&after_ms=0");
    assert_eq!(unknown.send(backend.address()).status, 404);
    assert_eq!(outcome(), json!({"outcome": null}));
}

#[test]
fn time_that_passes_is_shown() {
    let backend = backend();
    let session = backend.sign_in(&format!("{SEGMENT}?duration_seconds=100"));
    press(&backend, CHANGE, &fields(&session, "active"));
    backend.sign_in(SEGMENT);
    backend.emulator.move_clock(60);
    assert!(totals(&page(&backend, "/sign-ins")).starts_with("1 active, 1 timeout"));
    backend.emulator.move_clock(60);
    assert!(totals(&page(&backend, "/sign-ins")).starts_with("1 timeout, 1 closed"));
    let statuses: Vec<_> =
        backend.emulator.sign_ins().unwrap().into_iter().map(|one| one.session_status).collect();
    assert_eq!(statuses, [SessionStatus::Closed, SessionStatus::Timeout]);
}

#[test]
fn hostile_ids_stay_text() {
    let backend = Backend::with_users(&["<img src=x>\u{202e}"]);
    let segment = "%3Cimg%20src%3Dx%3E%E2%80%AE";
    backend.register_phone(segment);
    backend.sign_in(segment);
    for path in ["/sign-ins", &format!("/applications/app/users/{segment}")] {
        let shown = page(&backend, path);
        assert!(shown.contains("&lt;img src=x&gt;") && shown.contains("U+202E"), "{shown}");
        assert!(!shown.contains("<img src=x"), "{shown}");
    }
}

#[test]
fn without_the_admin_api_there_is_no_such_page() {
    let emulator = Emulator::builder().admin(false).start().unwrap();
    let got = Sent::new("GET", "/sign-ins").send(emulator.local_addr());
    assert_eq!(got.status, 404);
}
