//! Files that hold no session, or hold it badly.

use serde_json::{Value, json};

use super::{private, session, stored};
use crate::session_service::SessionService;
use crate::support::{Home, Run, iampass, run};

#[track_caller]
fn refused(run: Run, why: &str) {
    let said = run.error(2);
    assert!(said.contains(why), "{why:?} is not in {said}");
    assert!(said.contains("hint: ") && !said.contains("MARKER"), "{said}");
}

#[test]
fn the_message_says_what_is_wrong_and_shows_no_secret() {
    let home = Home::new();
    let service = SessionService::telling(&["active"]);
    let with = |member: &str, value: Value| {
        let mut members = stored(service.url());
        members[member] = value;
        members.to_string()
    };
    let mut without = stored(service.url());
    without.as_object_mut().unwrap().remove("session_secret");
    for (text, why) in [
        (String::new(), "it is not JSON"),
        ("MARKER".to_owned(), "it is not JSON"),
        ("[\"MARKER\"]".to_owned(), "a value is not of the right kind"),
        ("\"MARKER\"".to_owned(), "a value is not of the right kind"),
        (without.to_string(), "missing field `session_secret`"),
        (with("session_secret", json!(["MARKER"])), "a value is not of the right kind"),
        (with("session_secret", json!("MARKER\n")), "the session's `session_secret` cannot be signed with"),
        (
            with("session_token", json!("MARKER:MARKER")),
            "the session's `session_token` cannot be signed with",
        ),
        (with("status_url", json!(1)), "a value is not of the right kind"),
        (with("server", json!(1)), "a value is not of the right kind"),
        (with("server", json!("http://MARKER@iampass.test")), "its `server`: the base URL must"),
        (
            with("server", json!("http://iampass.test")),
            "its `server`: the base URL must begin with `https://`",
        ),
        (with("more", json!("x".repeat(64 * 1024))), "it is too long"),
    ] {
        let file = private(&home, &text);
        for command in ["status", "wait", "end"] {
            refused(session(service.url(), &file, &[command]), why);
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
    std::fs::write(home.path("session"), b"\xff").unwrap();
    refused(session(service.url(), &home.path("session"), &["status"]), "it is not text");
    assert_eq!(service.requests(), [""; 0]);
}

#[test]
fn what_is_not_there_can_be_made() {
    let home = Home::new();
    let missing = home.path("missing");
    let run = session("http://127.0.0.1:1", &missing, &["status"]);
    refused(run, "`iampass sign-in USER --session-file FILE` makes one");
    assert!(!missing.exists());
}

#[test]
fn a_file_has_to_be_named() {
    for command in ["status", "wait", "end"] {
        let said = run(iampass().args(["session", command])).error(2);
        assert!(said.contains("--session-file <FILE>"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused() {
    let home = Home::new();
    for path in [home.path(""), "/dev/null".into()] {
        refused(session("http://127.0.0.1:1", &path, &["status"]), "it is not a regular file");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let service = SessionService::telling(&["active"]);
    let file = private(&home, &stored(service.url()).to_string());
    for mode in [0o644, 0o640, 0o604] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        for command in ["status", "wait", "end"] {
            refused(session(service.url(), &file, &[command]), &format!("(mode {mode:04o})"));
        }
    }
    assert_eq!(service.requests(), [""; 0]);
}

/// The hints are there to be pasted.
#[cfg(unix)]
#[test]
fn what_a_hint_says_to_run_does_that_and_nothing_else() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;
    let home = Home::new();
    let file = private(&home, &stored("http://127.0.0.1:1").to_string());
    let named = file.with_file_name("it's; a $(session)");
    std::fs::rename(&file, &named).unwrap();
    std::fs::set_permissions(&named, std::fs::Permissions::from_mode(0o644)).unwrap();
    let said = session("http://127.0.0.1:1", &named, &["status"]).error(2);
    let command = said.split('`').find(|text| text.starts_with("chmod")).unwrap();
    assert!(Command::new("sh").args(["-c", command]).status().unwrap().success(), "{command}");
    assert_eq!(std::fs::metadata(&named).unwrap().permissions().mode() & 0o777, 0o600, "{command}");

    let mut members = stored("http://127.0.0.1:1");
    members["server"] = "https://iampass.example/$(id);'".into();
    let said = session("http://127.0.0.1:1", &private(&home, &members.to_string()), &["status"]).error(2);
    let arguments = said.split('`').find(|text| text.starts_with("--server")).unwrap();
    let echo = Command::new("sh").args(["-c", &format!("printf '%s,' {arguments}")]).output().unwrap();
    assert_eq!(String::from_utf8(echo.stdout).unwrap(), "--server,https://iampass.example/$(id);',");
}
