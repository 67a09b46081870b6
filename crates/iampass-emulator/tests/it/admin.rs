//! The admin API over HTTP, and the same from Rust.

use std::time::Duration;

use iampass_auth::Signer;
use iampass_emulator::{Application, Emulator, Fault, Snapshot};
use serde_json::{Value, json};

use crate::data::place;
use crate::support::{Backend, Got, SECRET, Sent, credentials, user};

fn admin(call: &str) -> String {
    format!("/_emulator/v1/{call}")
}

fn get(backend: &Backend, call: &str) -> Got {
    Sent::new("GET", admin(call)).send(backend.address())
}

fn post(backend: &Backend, call: &str, json: &Value) -> Got {
    Sent::new("POST", admin(call)).json(json).send(backend.address())
}

fn delete(backend: &Backend, call: &str) -> Got {
    Sent::new("DELETE", admin(call)).send(backend.address())
}

/// An emulator that knows the text of its application's secret.
fn backend() -> Backend {
    let application = Application::new("app", SECRET).unwrap();
    let emulator = Emulator::builder().application(application).start().unwrap();
    Backend { emulator, signer: Signer::new(credentials("app", SECRET)) }
}

#[test]
fn a_reset_leaves_the_applications_alone() {
    let backend = backend();
    backend.post("add_users", &json!({"users": ["alice"]}));
    let link = backend.link("device_registration_link", "alice");
    backend.emulator.inject(Fault::reset().always().on("add_users")).unwrap();
    backend.emulator.move_clock(1_000);
    post(&backend, "reset", &json!({})).is_json(200, &json!({"reset": true}));
    assert_eq!(backend.emulator.applications(), [backend.application_id().clone()]);
    assert!(backend.users().is_empty());
    assert!(backend.emulator.requests().is_empty());
    assert!(backend.emulator.faults().is_empty());
    assert!(backend.emulator.register_device(&link).is_err());
    assert_eq!(backend.post("add_users", &json!({"users": ["alice"]})).status, 201);
}

#[test]
fn what_was_exported_can_be_imported_elsewhere() {
    let one = backend();
    one.post("add_users", &json!({"users": ["bob", "alice", "é/\u{1f600}"]}));
    one.emulator.register_device(&one.link("device_registration_link", "bob")).unwrap();
    let link = one.link("device_registration_link", "alice?display_name=A%20B");
    let exported = get(&one, "export").json();
    let token = link.rsplit_once('/').unwrap().1;
    let made_at = &exported["applications"][0]["users"][0]["links"][0]["made_at"];
    assert!(made_at.as_u64().unwrap().abs_diff(one.emulator.unix_seconds()) < 600, "{made_at}");
    let phone = &exported["applications"][0]["users"][1]["phone_token"];
    assert_eq!(phone.as_str().unwrap().len(), 32);
    let expected = json!({"version": 1, "applications": [{"id": "app", "secret": SECRET, "users": [
        {"id": "alice", "has_device": false, "links": [{"token": token, "display_name": "A B", "made_at": made_at}]},
        {"id": "bob", "has_device": true, "phone_token": phone},
        {"id": "é/\u{1f600}", "has_device": false},
    ]}]});
    assert_eq!(exported, expected);
    assert_eq!(serde_json::to_value(one.emulator.export().unwrap()).unwrap(), expected);

    let other = Emulator::start().unwrap();
    let other = Backend { emulator: other, signer: Signer::new(credentials("app", SECRET)) };
    post(&other, "import", &exported).is_json(200, &json!({"imported": true}));
    assert_eq!(get(&other, "export").json(), expected);
    assert_eq!(other.emulator.applications(), [one.application_id().clone()]);
    let registered = json!({"status": true, "device_registered": true});
    other.get("has_registered_mobile_device", "bob").is_json(200, &registered);
    let link = link.replace(one.emulator.base_url(), other.emulator.base_url());
    assert!(other.open("GET", &link).body.contains("A B"));
    assert_eq!(other.open("POST", &link).status, 200);
}

#[test]
fn an_import_is_on_the_disk_and_takes_the_place_of_all() {
    let place = place();
    let start = || Emulator::builder().data(&place.path).start().unwrap();
    let snapshot = json!({"applications": [{"id": "app", "secret": SECRET, "users": [{"id": "alice"}]}]});
    let emulator = start();
    emulator.import(serde_json::from_value(snapshot).unwrap()).unwrap();
    drop(emulator);
    let emulator = start();
    assert_eq!(emulator.credentials(), &credentials("app", SECRET));
    assert_eq!(emulator.users(emulator.credentials().application_id()).unwrap(), [user("alice")]);
    assert_eq!(emulator.applications().len(), 1);
}

#[test]
fn a_secret_may_be_left_out_if_it_is_known() {
    let sealed = Backend::with_users(&["alice"]);
    let exported = sealed.emulator.export().unwrap();
    assert_eq!(exported.applications[0].secret, None);
    sealed.post("delete_users", &json!({"users": ["alice"]}));
    sealed.emulator.import(exported.clone()).unwrap();
    assert_eq!(sealed.get("has_registered_mobile_device", "alice").status, 200);

    let other = Emulator::start().unwrap();
    let error = other.import(exported).unwrap_err();
    assert_eq!(error.to_string(), "the application `app` has no secret, and is not known from before");

    // The text stays where it is.
    let known = backend();
    let snapshot = json!({"applications": [{"id": "app"}]});
    known.emulator.import(serde_json::from_value(snapshot).unwrap()).unwrap();
    assert_eq!(known.emulator.export().unwrap().applications[0].secret.as_deref(), Some(SECRET));
}

#[test]
fn what_is_no_snapshot_is_refused_and_nothing_is_changed() {
    let backend = backend();
    backend.post("add_users", &json!({"users": ["alice"]}));
    let users = |users: Value| json!({"applications": [{"id": "app", "secret": "S", "users": users}]});
    let token = "0123456789abcdef0123456789abcdef";
    let link = json!([{"token": token}]);
    for (snapshot, text) in [
        (json!({"version": 2, "applications": []}), "version 2"),
        (json!({"applications": [{"id": "a b", "secret": "S"}]}), "application 1: the id cannot be one"),
        (json!({"applications": [{"id": "x", "secret": ""}]}), "`x`: the secret cannot be one"),
        (json!({"applications": [{"id": "x"}]}), "`x` has no secret"),
        (json!({"applications": [{"id": "app"}, {"id": "app"}]}), "more than once"),
        (users(json!([{"id": "a"}, {"id": ".."}])), "user 2: the id cannot be one"),
        (users(json!([{"id": "a"}, {"id": "a"}])), "more than once"),
        (users(json!([{"id": "a", "links": link}, {"id": "b", "links": link}])), "more than once"),
        (users(json!([{"id": "a", "links": [{"token": "../x"}]}])), "not 32 hexadecimal digits"),
        (users(json!([{"id": "a", "phone": true}])), "unknown field `phone`"),
        (json!({}), "missing field `applications`"),
    ] {
        let got = post(&backend, "import", &snapshot);
        assert_eq!(got.status, 400, "{snapshot}");
        assert!(got.body.contains(text), "{text}: {}", got.body);
    }
    assert_eq!(backend.users(), ["alice"]);
}

#[test]
fn applications_are_made_and_listed() {
    let backend = backend();
    backend.post("add_users", &json!({"users": ["alice", "bob"]}));
    backend.emulator.register_device(&backend.link("device_registration_link", "bob")).unwrap();
    post(&backend, "applications", &json!({"id": "second", "secret": "S"}))
        .is_json(201, &json!({"id": "second", "secret": "S"}));
    let signer = Signer::new(credentials("second", "S"));
    let list = Sent::new("POST", "/management/add_users/second").json(&json!({"users": []}));
    assert_eq!(list.signed(&signer, &backend.address().to_string()).send(backend.address()).status, 201);

    let fresh = post(&backend, "applications", &json!({}));
    assert_eq!(fresh.status, 201);
    let (id, secret) = (fresh.json()["id"].clone(), fresh.json()["secret"].clone());
    assert_eq!((id.as_str().unwrap().len(), secret.as_str().unwrap().len()), (32, 32));

    get(&backend, "applications").is_json(
        200,
        &json!({"applications": [
            {"id": "app", "users": 2, "devices": 1},
            {"id": "second", "users": 0, "devices": 0},
            {"id": id, "users": 0, "devices": 0},
        ]}),
    );
    post(&backend, "applications", &json!({"id": "app"}))
        .is_text(409, "there is an application `app` already.");
    for wrong in [json!({"id": "a:b"}), json!({"secret": " S"}), json!({"name": "x"})] {
        let got = post(&backend, "applications", &wrong);
        assert_eq!(got.status, 400, "{wrong}");
        assert!(!got.body.contains(" S"));
    }
}

#[test]
fn requests_are_listed_but_not_those_that_list_them() {
    let backend = Backend::with_users(&["alice"]);
    backend.emulator.set_clock(1_000_000);
    Sent::new("GET", "/management/lost_user_mobile_device/app/alice").send(backend.address());
    let listed = get(&backend, "requests").json();
    assert_eq!(get(&backend, "requests").json(), listed);
    let listed = listed["requests"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    let when = listed[1]["unix_seconds"].as_u64().unwrap();
    assert!((1_000_000..1_000_100).contains(&when), "{when}");
    let missing = "the header `Authentication` is missing: send it with every request";
    let expected = json!({
        "number": 2,
        "times": 1,
        "last_number": 2,
        "unix_seconds": when,
        "method": "GET",
        "path": "/management/lost_user_mobile_device/app/alice",
        "operation": "lost_user_mobile_device",
        "body_bytes": null,
        "status": 401,
        "session_status": null,
        "refusal": {"code": "missing_header", "explanation": missing, "mistakes": []},
        "fault": null,
    });
    assert_eq!(listed[1], expected);
}

#[test]
fn the_clock_is_moved_and_set_and_tells_in_date_what_it_shows() {
    let backend = Backend::with_users(&["alice"]);
    let state = |got: Got| {
        assert_eq!(got.status, 200, "{got:?}");
        let json = got.json();
        (json["unix_seconds"].as_u64().unwrap(), json["moved_by_seconds"].as_i64().unwrap())
    };
    let (now, moved_by) = state(get(&backend, "clock"));
    assert_eq!((moved_by, backend.emulator.unix_seconds().abs_diff(now) <= 1), (0, true));

    assert_eq!(state(post(&backend, "clock", &json!({"move_by_seconds": -400}))).1, -400);
    backend.get("has_registered_mobile_device", "alice").is_unauthorized();
    assert_eq!(backend.last_refusal(), Some("outside_clock_window"));

    assert_eq!(state(post(&backend, "clock", &json!({"unix_seconds": 1_700_000_000}))).0, 1_700_000_000);
    let got = backend.get("has_registered_mobile_device", "alice");
    got.is_unauthorized();
    assert!(got.header("date").unwrap().starts_with("Tue, 14 Nov 2023 22:13:2"), "{got:?}");
    // A client that believes `Date` is served.
    let date = backend.emulator.unix_seconds();
    let corrected = Signer::new(credentials("app", SECRET)).with_clock(move || date);
    let sent = Sent::new("GET", "/management/has_registered_mobile_device/app/alice");
    let sent = sent.signed(&corrected, &backend.address().to_string());
    assert_eq!(sent.send(backend.address()).status, 200);

    assert_eq!(state(delete(&backend, "clock")).1, 0);
    assert_eq!(backend.get("has_registered_mobile_device", "alice").status, 200);
    for wrong in [json!({}), json!({"move_by_seconds": 1, "unix_seconds": 1}), json!({"unix_seconds": -1})] {
        assert_eq!(post(&backend, "clock", &wrong).status, 400, "{wrong}");
    }
}

#[test]
fn faults_are_injected_listed_and_cleared() {
    let backend = Backend::with_users(&["alice"]);
    let status = json!({
        "kind": "status", "status": 503, "headers": {"Retry-After": "1"}, "body": "Later.",
        "operation": "has_registered_mobile_device", "times": 2, "applied": true, "delay_ms": 1,
    });
    let mut listed = status.clone();
    listed["struck"] = json!(0);
    post(&backend, "faults", &status).is_json(201, &json!({"faults": [listed]}));
    let got = backend.get("has_registered_mobile_device", "alice");
    got.is_text(503, "Later.");
    assert_eq!(got.header("retry-after"), Some("1"));
    listed["struck"] = json!(1);
    get(&backend, "faults").is_json(200, &json!({"faults": [listed]}));

    let fault = Fault::status(503).header("Retry-After", "1").body("Later.").times(2).applied();
    let fault = fault.on("has_registered_mobile_device").delayed(Duration::from_millis(1));
    assert_eq!(backend.emulator.faults()[0].fault, fault);
    delete(&backend, "faults").is_json(200, &json!({"faults": []}));
    assert_eq!(backend.get("has_registered_mobile_device", "alice").status, 200);
}

#[test]
fn every_fault_survives_json() {
    for fault in [
        Fault::status(429),
        Fault::reset().on("add_users").always(),
        Fault::cut_body().with_probability(0.25, 9),
        Fault::delay(Duration::from_millis(1_500)).applied().times(3),
    ] {
        let json = serde_json::to_string(&fault).unwrap();
        assert_eq!(serde_json::from_str::<Fault>(&json).unwrap(), fault, "{json}");
    }
    for (json, text) in [
        (json!({"kind": "status"}), "a status needs `status`"),
        (json!({"kind": "reset", "status": 500}), "for the kind `status` alone"),
        (json!({"kind": "reset", "times": 1, "always": true}), "one of `times`, `always` and `probability`"),
        (json!({"kind": "reset", "seed": 1}), "one of `times`, `always` and `probability`"),
        (json!({"kind": "reset", "probability": 2}), "2 is not a probability"),
        (json!({"kind": "reset", "operation": "x"}), "no operation `x`"),
        (json!({"kind": "explode"}), "unknown variant `explode`"),
        (json!({"kind": "reset", "time": 1}), "unknown field `time`"),
    ] {
        let error = serde_json::from_value::<Fault>(json).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn nothing_secret_is_shown_by_debug() {
    let backend = backend();
    backend.post("add_users", &json!({"users": ["alice"]}));
    let link = backend.link("device_registration_link", "alice");
    let snapshot: Snapshot = backend.emulator.export().unwrap();
    let shown = format!("{snapshot:?} {:?} {:?}", backend.emulator, Application::new("a", SECRET));
    for secret in [SECRET, link.rsplit_once('/').unwrap().1] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let twice = json!({"applications": [{"id": "a", "secret": SECRET}, {"id": "a", "secret": SECRET}]});
    let error = backend.emulator.import(serde_json::from_value(twice).unwrap()).unwrap_err();
    assert!(!format!("{error:?} {error}").contains(SECRET));
}
