//! Ids that something between the command line and the server's router could get wrong.

use iampass_emulator::UserId;

use crate::support::{CALLS, call, emulator};

pub(crate) const HOSTILE: [&str; 15] = [
    "alice@example.com",
    "a/b",
    "a%b",
    "a%2Fb",
    "a b",
    "x+y",
    "DOMAIN\\alice",
    "é/ä",
    "日本語",
    "🦀",
    "-dash",
    "--output",
    "..hidden",
    "a?b#c&d=e",
    "a\\..\\..\\..\\lost_user_mobile_device\\app\\victim",
];

#[test]
fn hostile_ids_live_a_whole_life() {
    let emulator = emulator();
    let application = emulator.credentials().application_id();
    for id in HOSTILE {
        let user = UserId::new(id).unwrap();
        let run =
            |command: [&str; 2]| call(emulator.base_url(), &[&command[..], &["--", id]].concat()).data();
        let lost = || call(emulator.base_url(), &["device", "lost", "--yes", "--", id]).data();
        assert_eq!(run(["users", "add"]), format!("created {id}\n"));
        assert_eq!(emulator.users(application).unwrap(), std::slice::from_ref(&user));
        emulator.register_device(run(["device", "link"]).trim_end()).unwrap();
        assert_eq!(run(["device", "status"]), "registered\n");
        emulator.register_device(lost().trim_end()).unwrap();
        assert!(emulator.has_device(application, &user).unwrap());
        assert_eq!(run(["users", "delete"]), format!("deleted {id}\n"));
        assert_eq!(emulator.users(application).unwrap(), []);
    }
}

#[test]
fn all_at_once_come_back_in_json_as_they_were() {
    let emulator = emulator();
    let arguments = [&["users", "add", "--output", "json", "--"], &HOSTILE[..]].concat();
    let json: serde_json::Value =
        serde_json::from_str(&call(emulator.base_url(), &arguments).data()).unwrap();
    assert_eq!(json, serde_json::json!({"created": HOSTILE, "existing": []}));
}

#[test]
fn what_a_path_cannot_carry_is_refused_before_anything_is_sent() {
    let emulator = emulator();
    for command in CALLS {
        for id in ["", ".", ".."] {
            let said = call(emulator.base_url(), &[&command[..2], &["--", id]].concat()).error(2);
            assert!(said.contains("a user id must not be"), "{said}");
        }
    }
    let mixed = call(emulator.base_url(), &["users", "add", "alice", ".."]).error(2);
    assert!(mixed.contains("'..'"), "{mixed}");
    assert_eq!(emulator.requests(), []);
}

/// In text a line is a user, whatever the id holds; JSON has it as it is.
#[test]
fn control_characters_cannot_forge_lines() {
    let emulator = emulator();
    let id = "a\ncreated b\u{1b}[2J";
    let text = call(emulator.base_url(), &["users", "add", id]).data();
    assert_eq!(text, "created a\\ncreated b\\u{1b}[2J\n");
    let json = call(emulator.base_url(), &["users", "add", "--output", "json", id]).data();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&json).unwrap(),
        serde_json::json!({"created": [], "existing": [id]})
    );
    let said = call(emulator.base_url(), &["device", "status", "b\u{1b}[2J"]).error(4);
    assert!(said.contains("b\\u{1b}[2J"), "{said}");
}
