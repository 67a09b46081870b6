//! A client that writes a space in a path as `+`, as the vendor's does.

use iampass_auth::Signer;
use iampass_emulator::Emulator;
use serde_json::json;

use crate::support::{Backend, SECRET, credentials};

const OPERATIONS: [&str; 3] =
    ["device_registration_link", "has_registered_mobile_device", "lost_user_mobile_device"];

#[test]
fn an_unknown_user_whose_plus_signs_are_a_known_users_spaces_is_told_as_that() {
    let backend = Backend::with_users(&["MY USER 1", "a b+c"]);
    for operation in OPERATIONS {
        for (segment, known) in
            [("MY+USER+1", "MY USER 1"), ("MY+USER%201", "MY USER 1"), ("a+b%2Bc", "a b+c")]
        {
            let got = backend.get(operation, segment);
            let read = segment.replace("%20", " ").replace("%2B", "+");
            got.is_text(404, &format!("Client Application app or User {read} not found."));
            let refusal = backend.emulator.requests().pop().unwrap().refusal.unwrap();
            assert_eq!(refusal.code, "plus_for_space", "{segment}");
            assert!(refusal.explanation.contains(&format!("{known:?}")), "{}", refusal.explanation);
            assert!(refusal.explanation.contains("%20"), "{}", refusal.explanation);
        }
    }
}

#[test]
fn a_plus_sign_is_one_wherever_nothing_says_otherwise() {
    let backend = Backend::with_users(&["a b", "a+b", "c d"]);
    for (segment, status) in [("a+b", 200), ("a%2Bb", 200), ("a%20b", 200), ("x+y", 404), ("c%2Bd", 404)] {
        assert_eq!(backend.get("has_registered_mobile_device", segment).status, status, "{segment}");
        let code = (status == 404).then_some("unknown_user");
        assert_eq!(backend.last_refusal(), code, "{segment}");
    }
}

#[test]
fn the_client_is_told_it_if_it_is_to_be_told_reasons() {
    let credentials = credentials("app", SECRET);
    let emulator = Emulator::builder().application(credentials.clone()).explain(true).start().unwrap();
    let backend = Backend { emulator, signer: Signer::new(credentials) };
    backend.post("add_users", &json!({"users": ["a b"]}));
    let got = backend.get("has_registered_mobile_device", "a+b");
    assert_eq!(got.status, 404);
    let text = "Client Application app or User a+b not found.\nplus_for_space: ";
    assert!(got.body.starts_with(text) && got.body.contains("\"a b\""), "{}", got.body);
}
