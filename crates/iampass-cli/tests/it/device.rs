//! `iampass device`.

use httpmock::MockServer;

use crate::support::{APPLICATION_ID, call, emulator_with_alice};

#[test]
fn link_prints_a_link_that_registers_a_phone() {
    let emulator = emulator_with_alice();
    let text = call(emulator.base_url(), &["device", "link", "alice"]).data();
    let link = text.strip_suffix('\n').unwrap();
    assert!(link.starts_with(&format!("{}/register/", emulator.base_url())), "{link}");
    emulator.register_device(link).unwrap();

    let json = call(emulator.base_url(), &["device", "link", "--output", "json", "alice"]).data();
    let link = json.strip_prefix("{\"register_url\":\"").and_then(|rest| rest.strip_suffix("\"}\n")).unwrap();
    emulator.register_device(link).unwrap();
}

#[test]
fn link_sends_the_display_name() {
    let server = MockServer::start();
    let name = "Zoë & 100% + more #1";
    let link = server.mock(|when, then| {
        when.path(format!("/management/device_registration_link/{APPLICATION_ID}/alice"))
            .query_param("display_name", name);
        then.status(200).json_body(serde_json::json!({"status": true, "register_url": "https://x.test/1"}));
    });
    let arguments = ["device", "link", "--display-name", name, "alice"];
    assert_eq!(call(&server.base_url(), &arguments).data(), "https://x.test/1\n");
    link.assert();
}

#[test]
fn status_and_lost_follow_the_phone() {
    let emulator = emulator_with_alice();
    let device = |arguments: &[&str]| call(emulator.base_url(), &[&["device"], arguments].concat()).data();
    assert_eq!(device(&["status", "alice"]), "not registered\n");
    assert_eq!(device(&["status", "alice", "--output", "json"]), "{\"device_registered\":false}\n");

    let first = device(&["link", "alice"]);
    emulator.register_device(first.trim_end()).unwrap();
    assert_eq!(device(&["status", "alice"]), "registered\n");
    assert_eq!(device(&["status", "alice", "--output", "json"]), "{\"device_registered\":true}\n");

    let second = device(&["lost", "alice"]);
    assert_ne!(first, second);
    assert_eq!(device(&["status", "alice"]), "not registered\n");
    emulator.register_device(second.trim_end()).unwrap();
    assert_eq!(device(&["status", "alice"]), "registered\n");

    let third = device(&["lost", "--output", "json", "alice"]);
    let link =
        third.strip_prefix("{\"register_url\":\"").and_then(|rest| rest.strip_suffix("\"}\n")).unwrap();
    emulator.register_device(link).unwrap();
}
