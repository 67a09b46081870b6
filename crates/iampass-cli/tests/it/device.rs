//! `iampass device`.

use std::process::Stdio;
use std::time::Duration;

use httpmock::MockServer;
use iampass_emulator::{Emulator, Fault};

use crate::support::{APPLICATION_ID, Run, Watchdog, call, closed_port, emulator_with_alice, iampass_at};

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

    let second = device(&["lost", "--yes", "alice"]);
    assert_ne!(first, second);
    assert_eq!(device(&["status", "alice"]), "not registered\n");
    emulator.register_device(second.trim_end()).unwrap();
    assert_eq!(device(&["status", "alice"]), "registered\n");

    let third = device(&["lost", "--yes", "--output", "json", "alice"]);
    let link =
        third.strip_prefix("{\"register_url\":\"").and_then(|rest| rest.strip_suffix("\"}\n")).unwrap();
    emulator.register_device(link).unwrap();
}

#[test]
fn lost_needs_a_terminal_or_a_yes() {
    let emulator = emulator_with_alice();
    let before = emulator.requests().len();
    let said = call(emulator.base_url(), &["device", "lost", "alice"]).error(2);
    assert_eq!(
        said,
        "error: nothing was done: there is no terminal to ask on\n  hint: --yes does it without asking\n"
    );
    assert_eq!(emulator.requests().len(), before);
}

#[test]
fn wait_returns_when_the_phone_is_registered() {
    let emulator = emulator_with_alice();
    let link = call(emulator.base_url(), &["device", "link", "alice"]).data();
    let asked = |emulator: &Emulator| emulator.requests().len();
    let before = asked(&emulator);
    let mut command = iampass_at(emulator.base_url());
    command.args(["device", "wait", "alice", "--interval", "10ms"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _watchdog = Watchdog::over(&child);
    while asked(&emulator) < before + 3 {
        std::thread::yield_now();
    }
    emulator.register_device(link.trim_end()).unwrap();
    assert_eq!(Run::from(child.wait_with_output().unwrap()).data(), "registered\n");
    let at_once = ["device", "wait", "alice", "--output", "json"];
    assert_eq!(call(emulator.base_url(), &at_once).data(), "{\"device_registered\":true}\n");
}

#[test]
fn wait_ends_when_the_time_is_up() {
    let emulator = emulator_with_alice();
    let before = emulator.requests().len();
    let arguments = ["device", "wait", "alice", "--timeout", "3s", "--interval", "10ms"];
    let said = call(emulator.base_url(), &arguments).error(1);
    assert!(said.starts_with("error: no phone was registered within 3s\n  hint: "), "{said}");
    assert!(emulator.requests().len() > before);
    let said = call(emulator.base_url(), &["device", "wait", "nobody"]).error(4);
    assert!(said.contains("nobody"), "{said}");
    let said = call(&closed_port(), &arguments).error(6);
    assert!(said.contains("could not connect"), "{said}");
}

#[test]
fn wait_keeps_its_time_where_the_service_does_not_respond() {
    let emulator = emulator_with_alice();
    let arguments = ["device", "wait", "alice", "--timeout", "300ms", "--interval", "10ms"];
    emulator.inject(Fault::delay(Duration::from_secs(3600)).always()).unwrap();
    let said = call(emulator.base_url(), &arguments).error(6);
    assert!(said.contains("time"), "{said}");
}

/// The last question has a tenth of the time, and the service takes it all.
#[test]
fn wait_tells_what_it_knew_before_the_last_question_was_cut_off() {
    let emulator = emulator_with_alice();
    let arguments = ["device", "wait", "alice", "--timeout", "3s", "--interval", "1h"];
    let mut command = iampass_at(emulator.base_url());
    let child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _watchdog = Watchdog::over(&child);
    let before = emulator.requests().len();
    while emulator.requests().len() == before {
        std::thread::yield_now();
    }
    emulator.inject(Fault::delay(Duration::from_secs(3600)).always()).unwrap();
    let said = Run::from(child.wait_with_output().unwrap()).error(1);
    assert!(said.starts_with("error: no phone was registered within 3s"), "{said}");
}

#[test]
fn wait_asks_again_when_the_service_says_and_not_before() {
    let emulator = emulator_with_alice();
    let wait = ["device", "wait", "alice", "--timeout", "1h", "--interval", "10ms"];
    let refused =
        |seconds| Fault::status(429).header("Retry-After", seconds).on("has_registered_mobile_device");
    let before = emulator.requests().len();
    emulator.inject(refused("3600")).unwrap();
    let said = call(emulator.base_url(), &wait).error(1);
    assert!(said.contains("429"), "{said}");
    assert_eq!(emulator.requests().len(), before + 1, "there is no time for a second question");
}
