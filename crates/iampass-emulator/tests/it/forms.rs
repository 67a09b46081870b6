//! The console's forms, as a browser without JavaScript sends them.

use iampass_emulator::{Emulator, Fault};
use serde_json::json;

use crate::support::{Backend, Got, Sent};

const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
/// The user `a/b c`.
const USER: &str = "/applications/app/users/a%2Fb%20c";

/// What a browser sends when a form's button is pressed.
pub(crate) fn form(backend: &Backend, path: &str, fields: &str) -> Sent {
    Sent::new("POST", path)
        .header("Accept", HTML)
        .header("Origin", backend.emulator.base_url())
        .header("Sec-Fetch-Site", "same-origin")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Content-Length", &fields.len().to_string())
        .body(fields)
}

/// Sends a form, and gives the page that it leads to.
#[track_caller]
pub(crate) fn press(backend: &Backend, path: &str, fields: &str) -> String {
    let got = form(backend, path, fields).send(backend.address());
    assert_eq!(got.status, 303, "{got:?}");
    let page = got.header("location").unwrap();
    assert!(page.starts_with('/') && !page.starts_with("//"), "{page}");
    page.to_owned()
}

pub(crate) fn open(backend: &Backend, path: &str) -> Got {
    Sent::new("GET", path).header("Accept", HTML).send(backend.address())
}

#[track_caller]
pub(crate) fn page(backend: &Backend, path: &str) -> String {
    let got = open(backend, path);
    assert_eq!(got.status, 200, "{path}: {got:?}");
    got.body
}

/// The links that a page shows.
fn links(page: &str) -> Vec<&str> {
    let links = page.split("href=\"http").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|link| link.contains("/register/")).collect()
}

#[test]
fn users_are_added_and_deleted_after_a_question() {
    let backend = Backend::start();
    assert_eq!(press(&backend, "/applications/app/users", "users=a%2Fb+c"), USER);
    let several = "users=bob%0D%0A%0D%0A%3Cb%3E%0D%0A";
    assert_eq!(press(&backend, "/applications/app/users", several), "/applications/app");
    assert_eq!(backend.users(), ["<b>", "a/b c", "bob"]);

    let question = page(&backend, &format!("{USER}/delete"));
    assert!(question.contains("a/b c") && question.contains("method=\"post\""), "{question}");
    assert!(question.contains(&format!("href=\"{USER}\"")), "a way back: {question}");
    assert_eq!(backend.users().len(), 3, "asking deletes nobody");
    assert_eq!(press(&backend, &format!("{USER}/delete"), ""), "/applications/app");
    assert_eq!(backend.users(), ["<b>", "bob"]);
    assert_eq!(open(&backend, USER).status, 404);
    assert_eq!(open(&backend, &format!("{USER}/delete")).status, 404);
}

#[test]
fn links_are_made_shown_and_used_up() {
    let backend = Backend::with_users(&["a/b c"]);
    assert!(links(&page(&backend, USER)).is_empty());
    assert_eq!(press(&backend, &format!("{USER}/links"), "display_name=Zo%C3%AB"), USER);
    press(&backend, &format!("{USER}/links"), "display_name=");
    let shown = page(&backend, USER);
    assert_eq!((links(&shown).len(), shown.matches("<svg").count()), (2, 2), "{shown}");
    assert!(shown.contains("Zoë"), "{shown}");
    let newest = format!("http{}", links(&shown)[0]);
    assert!(shown.contains(&format!(">{newest}</a>")), "its text is there to be copied: {shown}");

    press(&backend, &format!("{USER}/register"), "");
    assert!(backend.has_device("a/b c"));
    assert_eq!(backend.open("GET", &newest).status, 410);
    assert_eq!(links(&page(&backend, USER)).len(), 1);
    press(&backend, &format!("{USER}/lose"), "");
    assert!(!backend.has_device("a/b c"));
    let left = page(&backend, USER);
    assert_eq!(links(&left).len(), 1);
    assert!(!left.contains("Zoë"), "the earlier one has died");
    press(&backend, &format!("{USER}/register"), "");
    press(&backend, &format!("{USER}/register"), "");
    assert!(backend.has_device("a/b c") && links(&page(&backend, USER)).is_empty());
}

#[test]
fn faults_and_the_clock_are_set_and_every_page_tells() {
    let backend = Backend::with_users(&["alice"]);
    let pages =
        ["/", "/requests", "/requests/1", "/controls", "/controls/reset", "/docs", "/applications/app"];
    let tells = |what: &str| pages.iter().filter(|path| page(&backend, path).contains(what)).count();
    assert_eq!((tells("class=\"banner\""), tells("2 faults are injected")), (0, 0));
    let fields = "kind=status&operation=add_users&status=429&retry_after=7&delay_ms=&selection=times&calls=2";
    assert_eq!(press(&backend, "/controls/faults", fields), "/controls");
    press(&backend, "/controls/faults", "kind=reset&operation=&selection=share&calls=5&applied=yes");
    let faults = serde_json::to_value(backend.emulator.faults()).unwrap();
    let expected = json!([
        {"kind": "status", "operation": "add_users", "status": 429, "headers": {"Retry-After": "7"},
            "applied": false, "times": 2, "struck": 0},
        {"kind": "reset", "applied": true, "probability": 0.05, "seed": 0, "struck": 0},
    ]);
    assert_eq!(faults, expected);
    assert_eq!(tells("2 faults are injected"), pages.len());
    press(&backend, "/controls/clear-faults", "");
    assert!(backend.emulator.faults().is_empty());

    let before = backend.emulator.unix_seconds();
    assert_eq!(press(&backend, "/controls/clock", "amount=-2&unit=3600"), "/controls");
    assert!((7_190..=7_200).contains(&(before - backend.emulator.unix_seconds())));
    assert_eq!(tells("The clock is 2h behind"), pages.len());
    press(&backend, "/controls/right-clock", "");
    assert!(backend.emulator.unix_seconds() >= before);
    assert_eq!(tells("class=\"banner\""), 0);
}

#[test]
fn the_emulator_is_reset_after_a_question() {
    let backend = Backend::with_users(&["alice"]);
    backend.emulator.inject(Fault::reset().on("add_users")).unwrap();
    backend.emulator.move_clock(60);
    let question = page(&backend, "/controls/reset");
    assert!(question.contains("method=\"post\"") && question.contains("href=\"/controls\""), "{question}");
    assert_eq!(backend.users(), ["alice"]);
    assert_eq!(press(&backend, "/controls/reset", ""), "/controls");
    assert!(backend.users().is_empty() && backend.emulator.faults().is_empty());
    assert!(backend.emulator.requests().is_empty());
}

/// All forms, each with fields that it takes.
const FORMS: [(&str, &str); 13] = [
    ("/applications/app/users", "users=bob"),
    ("/applications/app/users/alice/links", "display_name="),
    ("/applications/app/users/alice/register", ""),
    ("/applications/app/users/alice/lose", ""),
    ("/applications/app/users/alice/delete", ""),
    ("/applications/app/users/alice/sign-ins", "session_token=x&session_status=active"),
    ("/applications/app/users/alice/outcome", "outcome=active&after_ms=0"),
    ("/sign-ins/change", "session_token=x&session_status=active"),
    ("/controls/clock", "amount=1&unit=60"),
    ("/controls/right-clock", ""),
    ("/controls/faults", "kind=reset&operation=&selection=always"),
    ("/controls/clear-faults", ""),
    ("/controls/reset", ""),
];

#[test]
fn a_page_of_another_site_cannot_send_forms() {
    let backend = Backend::with_users(&["alice"]);
    backend.emulator.inject(Fault::reset().on("add_users").always()).unwrap();
    backend.emulator.move_clock(60);
    let before = backend.emulator.unix_seconds();
    let host = backend.address().to_string();
    let foreign = [
        vec![],
        vec![("Origin", "https://evil.example".to_owned())],
        vec![("Origin", "null".to_owned())],
        vec![("Origin", format!("https://{host}"))],
        vec![("Sec-Fetch-Site", "cross-site".to_owned())],
        vec![("Origin", format!("http://{host}")), ("Sec-Fetch-Site", "same-site".to_owned())],
        vec![("Host", "evil.example".to_owned()), ("Origin", "http://evil.example".to_owned())],
    ];
    for headers in &foreign {
        for (path, fields) in FORMS {
            let sent = form(&backend, path, fields).without("Origin").without("Sec-Fetch-Site");
            let sent = headers.iter().fold(sent, |sent, (name, value)| sent.header(name, value));
            let got = sent.send(backend.address());
            assert_eq!(got.status, 403, "{path} {headers:?}");
            assert!(!got.body.contains("is injected"), "{path} {headers:?}");
        }
    }
    assert_eq!((backend.users(), backend.has_device("alice")), (vec!["alice".to_owned()], false));
    assert!(backend.emulator.unix_seconds() >= before && backend.emulator.faults().len() == 1);
    for (path, fields) in FORMS {
        let json = form(&backend, path, fields).without("Content-Type").header("Content-Type", "text/plain");
        assert_eq!(json.send(backend.address()).status, 415, "{path}");
    }
}

#[test]
fn forms_are_there_with_the_admin_api_alone() {
    let emulator = Emulator::builder().admin(false).start().unwrap();
    let address = emulator.local_addr();
    for (path, fields) in FORMS {
        let sent = Sent::new("POST", path).header("Origin", emulator.base_url()).body(fields);
        assert_eq!(sent.send(address).status, 404, "{path}");
        assert_eq!(Sent::new("GET", path).send(address).status, 404, "{path}");
    }
}

#[test]
fn errors_are_pages_for_people_and_text_for_programs() {
    let backend = Backend::with_users(&["alice"]);
    let is_page = |got: &Got, status: u16, text: &str, back: &str| {
        assert_eq!((got.status, got.header("content-type")), (status, Some("text/html; charset=utf-8")));
        assert!(got.body.contains("<title>") && got.body.contains(text), "{got:?}");
        assert!(got.body.contains(&format!("href=\"{back}\"")), "{got:?}");
        assert!(got.header("content-security-policy").is_some());
    };
    let wrong = [
        ("/applications/app/users", "users=", "Give at least one id", "/applications/app"),
        ("/applications/app/users", "users=ok%0A..", "Change that line", "/applications/app"),
        ("/applications/app/users", "", "missing field", "/applications/app"),
        ("/controls/clock", "amount=x&unit=60", "Move it by", "/controls"),
        ("/controls/faults", "kind=status&operation=&status=99&selection=always", "99", "/controls"),
        ("/controls/faults", "kind=status&operation=&status=&selection=always", "Status", "/controls"),
        ("/controls/faults", "kind=delay&operation=nonsense&selection=always", "nonsense", "/controls"),
    ];
    for (path, fields, text, back) in wrong {
        is_page(&form(&backend, path, fields).send(backend.address()), 400, text, back);
    }
    assert_eq!((backend.users(), backend.emulator.faults().len()), (vec!["alice".to_owned()], 0));
    let unknown = form(&backend, "/applications/app/users/bob/links", "").send(backend.address());
    is_page(&unknown, 404, "bob", "/applications/app/users/bob");
    for (path, status) in [
        ("/nowhere", 404),
        ("/applications/other", 404),
        ("/applications/%zz", 400),
        ("/requests/77", 404),
        ("/controls/clock", 405),
    ] {
        is_page(&open(&backend, path), status, "HTTP status", "/");
        let got = Sent::new("GET", path).send(backend.address());
        assert_eq!(got.header("content-type"), Some("text/plain; charset=utf-8"), "{path}");
    }
    // The APIs respond as ever, whoever asks.
    for path in ["/management/add_users/app", "/_emulator/v1/reset"] {
        let got = open(&backend, path);
        assert_eq!((got.status, got.header("content-type")), (405, Some("text/plain; charset=utf-8")));
    }
    // Without the console, the way back leads to the reference.
    let emulator = Emulator::builder().admin(false).start().unwrap();
    let got = Sent::new("GET", "/nowhere").header("Accept", HTML).send(emulator.local_addr());
    is_page(&got, 404, "There is nothing at this path.", "/docs");
    assert!(!got.body.contains("href=\"/\""), "{got:?}");
}

#[test]
fn a_request_is_shown_in_full() {
    let backend = Backend::with_users(&["alice"]);
    let target = "/management/lost_user_mobile_device/app/a%2Fb%20%E2%80%AE%3Cb%3E";
    Sent::new("GET", target).send(backend.address());
    let list = page(&backend, "/requests");
    assert!(list.contains("href=\"/requests/2\"") && list.contains(" UTC<"), "{list}");
    let shown = page(&backend, "/requests/2");
    assert!(shown.contains("a/b ") && shown.contains("U+202E") && shown.contains("&lt;b&gt;"), "{shown}");
    assert!(shown.contains(target), "as it was received: {shown}");
    for told in ["missing_header", "lost_user_mobile_device", "401", " UTC<"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
}
