//! Every operation with every answer that is documented for it.

use iampass_management::generated::OPERATIONS;
use serde_json::json;

use crate::support::{Backend, Sent};

#[test]
fn add_users_tells_new_users_from_old_ones() {
    let backend = Backend::start();
    backend
        .post("add_users", &json!({"users": ["bob", "alice"]}))
        .is_json(201, &json!({"status": true, "users": {"created": ["bob", "alice"], "existing": []}}));
    backend
        .post("add_users", &json!({"users": ["carol", "alice"]}))
        .is_json(201, &json!({"status": true, "users": {"created": ["carol"], "existing": ["alice"]}}));
    assert_eq!(backend.users(), ["alice", "bob", "carol"]);
}

#[test]
fn a_user_given_twice_counts_once_and_order_is_kept() {
    let backend = Backend::with_users(&["z", "y"]);
    let list = json!({"users": ["c", "z", "a", "c", "y", "z", "b", "a"]});
    backend.post("add_users", &list).is_json(
        201,
        &json!({"status": true, "users": {"created": ["c", "a", "b"], "existing": ["z", "y"]}}),
    );
}

#[test]
fn no_users_are_fine() {
    let backend = Backend::start();
    backend
        .post("add_users", &json!({"users": []}))
        .is_json(201, &json!({"status": true, "users": {"created": [], "existing": []}}));
    backend.post("delete_users", &json!({"users": []})).is_json(200, &json!({"status": true}));
}

#[test]
fn ids_that_no_path_can_carry_are_refused_and_nothing_is_changed() {
    let backend = Backend::with_users(&["old"]);
    for (id, reason) in [
        ("", "a user id must not be empty; nothing was changed"),
        (
            "..",
            "a user id must not be `.` or `..`: in a URL path these mean \"here\" and \"one up\", \
             even percent-encoded; nothing was changed",
        ),
    ] {
        for operation in ["add_users", "delete_users"] {
            let got = backend.post(operation, &json!({"users": ["new", id, "old"]}));
            got.is_json(200, &json!({"status": false, "reason": reason}));
        }
    }
    assert_eq!(backend.users(), ["old"]);
}

#[test]
fn delete_users_deletes_and_passes_over_unknown_ones() {
    let backend = Backend::with_users(&["alice", "bob", "carol"]);
    let list = json!({"users": ["alice", "nobody", "carol", "alice"]});
    backend.post("delete_users", &list).is_json(200, &json!({"status": true}));
    assert_eq!(backend.users(), ["bob"]);
}

#[test]
fn a_deleted_user_is_a_new_one_when_added_again() {
    let backend = Backend::with_users(&["alice"]);
    let link = backend.link("device_registration_link", "alice");
    backend.emulator.register_device(&link).unwrap();
    backend.post("delete_users", &json!({"users": ["alice"]})).is_json(200, &json!({"status": true}));
    backend
        .post("add_users", &json!({"users": ["alice"]}))
        .is_json(201, &json!({"status": true, "users": {"created": ["alice"], "existing": []}}));
    assert!(!backend.has_device("alice"));
}

#[test]
fn a_link_is_made_for_a_user() {
    let backend = Backend::with_users(&["alice"]);
    let got = backend.get("device_registration_link", "alice?display_name=Alice%20A");
    let link = got.json()["register_url"].as_str().unwrap().to_owned();
    got.is_json(200, &json!({"status": true, "register_url": link}));
    assert!(link.starts_with(&format!("{}/register/", backend.emulator.base_url())), "{link}");
}

#[test]
fn a_registered_phone_is_told_of_until_it_is_lost() {
    let backend = Backend::with_users(&["alice", "bob"]);
    let status = |registered: bool| json!({"status": true, "device_registered": registered});
    backend.get("has_registered_mobile_device", "alice").is_json(200, &status(false));
    backend.emulator.register_device(&backend.link("device_registration_link", "alice")).unwrap();
    backend.get("has_registered_mobile_device", "alice").is_json(200, &status(true));
    backend.get("has_registered_mobile_device", "bob").is_json(200, &status(false));

    let got = backend.get("lost_user_mobile_device", "alice");
    let link = got.json()["register_url"].as_str().unwrap().to_owned();
    got.is_json(200, &json!({"status": true, "register_url": link}));
    backend.get("has_registered_mobile_device", "alice").is_json(200, &status(false));
}

#[test]
fn every_operation_has_its_unauthenticated_and_its_not_found_answer() {
    let backend = Backend::start();
    for operation in OPERATIONS.into_iter().chain(iampass_authentication::generated::OPERATIONS) {
        let method = if operation.method == "POST" { "POST" } else { "GET" };
        let path = |application: &str| {
            let path = operation.path.replace("{application_id}", application);
            path.replace("{user_id}", "nobody")
        };
        let sent = |application: &str| Sent::new(method, path(application));

        sent("app").send(backend.address()).is_unauthorized();
        assert_eq!(backend.last_refusal(), Some("missing_header"), "{}", operation.id);

        let stranger = crate::support::credentials("stranger", crate::support::SECRET);
        let stranger = iampass_auth::Signer::new(stranger);
        let host = backend.address().to_string();
        let got = sent("stranger").signed(&stranger, &host).send(backend.address());
        got.is_text(404, "Client Application stranger not found");

        if operation.path.contains("{user_id}") {
            let text = "Client Application app or User nobody not found.";
            backend.send(sent("app")).is_text(404, text);
        }
        let last = backend.emulator.requests().pop().unwrap();
        assert_eq!(last.operation, Some(operation.id));
    }
}
