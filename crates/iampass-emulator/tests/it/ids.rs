//! User ids are anybody's strings, and each is one segment of a path.

use serde_json::json;

use crate::support::{Backend, Sent};

/// Ids and how they travel: Python's `urllib.parse.quote(id, safe="")`.
const IDS: [(&str, &str); 15] = [
    ("alice@example.com", "alice%40example.com"),
    ("a/b", "a%2Fb"),
    ("a%b", "a%25b"),
    ("a%2Fb", "a%252Fb"),
    ("a b", "a%20b"),
    ("x+y", "x%2By"),
    ("x?y#z", "x%3Fy%23z"),
    (r"DOMAIN\alice", "DOMAIN%5Calice"),
    ("é/ä", "%C3%A9%2F%C3%A4"),
    ("日本語", "%E6%97%A5%E6%9C%AC%E8%AA%9E"),
    ("🔑", "%F0%9F%94%91"),
    ("..hidden", "..hidden"),
    ("...", "..."),
    (
        r"a\..\..\..\lost_user_mobile_device\app\victim",
        r"a%5C..%5C..%5C..%5Clost_user_mobile_device%5Capp%5Cvictim",
    ),
    ("\u{0}\n", "%00%0A"),
];

#[test]
fn every_id_is_found_again() {
    let backend = Backend::start();
    let long = "x".repeat(200);
    let ids = IDS.iter().copied().chain([(long.as_str(), long.as_str())]);
    for (id, segment) in ids {
        let added = json!({"status": true, "users": {"created": [id], "existing": []}});
        backend.post("add_users", &json!({"users": [id]})).is_json(201, &added);
        let asked = |registered| json!({"status": true, "device_registered": registered});
        backend.get("has_registered_mobile_device", segment).is_json(200, &asked(false));
        let link = backend.link("device_registration_link", segment);
        backend.emulator.register_device(&link).unwrap();
        backend.get("has_registered_mobile_device", segment).is_json(200, &asked(true));
        let session = backend.sign_in(segment);
        assert_eq!(backend.emulator.sign_ins().unwrap().pop().unwrap().user_id.as_str(), id);
        backend.emulator.approve(&session.token).unwrap();
        assert_eq!(session.status(), "active");
        assert_eq!(backend.users(), [id]);
        let deleted = backend.post("delete_users", &json!({"users": [id]}));
        deleted.is_json(200, &json!({"status": true}));
    }
}

#[test]
fn a_segment_is_decoded_once_and_a_plus_sign_stays() {
    let backend = Backend::with_users(&["a b", "x+y", "a%2Fb"]);
    let asked = |segment| backend.get("has_registered_mobile_device", segment).status;
    assert_eq!(asked("x+y"), 200);
    assert_eq!(asked("a+b"), 404);
    assert_eq!(asked("a%2Fb"), 404);
    assert_eq!(asked("a%252Fb"), 200);
}

#[test]
fn dots_lead_nowhere() {
    let backend = Backend::with_users(&["victim"]);
    let link = backend.link("device_registration_link", "victim");
    backend.emulator.register_device(&link).unwrap();
    for segment in [".", "..", "%2e", "%2E%2e"] {
        let got = backend.get("has_registered_mobile_device", segment);
        let id = segment.to_ascii_lowercase().replace("%2e", ".");
        got.is_text(404, &format!("Client Application app or User {id} not found."));
    }
    for segment in [".", "..", "%2e", "%2E%2e"] {
        assert_eq!(backend.authenticate(segment).status, 404, "{segment}");
    }
    for path in [
        "/management/has_registered_mobile_device/app/a/../../../lost_user_mobile_device/app/victim",
        "/management/has_registered_mobile_device/app/../../lost_user_mobile_device/app/victim",
        r"/management/has_registered_mobile_device/app/a\..\..\..\lost_user_mobile_device\app\victim",
    ] {
        let got = backend.send(Sent::new("GET", path));
        assert!(matches!(got.status, 400 | 404), "{got:?}");
    }
    assert!(backend.has_device("victim"));
}

#[test]
fn what_is_no_text_is_a_bad_request() {
    let backend = Backend::with_users(&["alice"]);
    for segment in ["%ff", "%C3", "%ED%A0%80", "a%2", "100%", "%zz"] {
        let got = backend.get("has_registered_mobile_device", segment);
        assert_eq!(got.status, 400, "{segment}");
        assert_eq!(backend.authenticate(segment).status, 400, "{segment}");
    }
    let got = backend.get("device_registration_link", "alice?display_name=%ff");
    assert_eq!(got.status, 400);
}

#[test]
fn the_application_in_the_path_is_decoded_too() {
    let backend = Backend::with_users(&["alice"]);
    let path = |application: &str| {
        Sent::new("GET", format!("/management/has_registered_mobile_device/{application}/alice"))
    };
    assert_eq!(backend.send(path("%61pp")).status, 200);
    backend.send(path("App")).is_unauthorized();
    assert_eq!(backend.send(path("%ff")).status, 400);
}

#[test]
fn applications_do_not_see_each_others_users() {
    let backend = Backend::with_users(&["alice"]);
    let other = crate::support::credentials("other", "SECRET");
    backend.emulator.add_application(other.clone()).unwrap();
    let sent = Sent::new("GET", "/management/has_registered_mobile_device/other/alice");
    let sent = sent.signed(&iampass_auth::Signer::new(other), &backend.address().to_string());
    let got = sent.send(backend.address());
    got.is_text(404, "Client Application other or User alice not found.");
}
