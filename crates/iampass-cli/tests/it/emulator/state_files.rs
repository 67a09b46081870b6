//! `iampass emulator --import` and `--export`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::Running;
use crate::support::{Run, SECRET, iampass, run};

fn fixture(folder: &Path) -> String {
    let state = json!({"version": 1, "applications": [{"id": "app", "secret": SECRET, "users": [
        {"id": "alice", "has_device": true},
    ]}]});
    let path = folder.join("fixture.json");
    fs::write(&path, state.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// `iampass emulator exec` with options, and a shell's lines as the command.
fn exec(folder: &Path, options: &[&str], script: &str) -> Run {
    let mut command = iampass();
    command.env("IAMPASS", env!("CARGO_BIN_EXE_iampass")).current_dir(folder);
    run(command.args(["emulator", "exec"]).args(options).args(["--", "sh", "-c", script]))
}

#[test]
fn a_command_finds_the_imported_state_and_its_own_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = fixture(folder.path());
    let before = fs::read_to_string(&fixture).unwrap();
    let script = r#""$IAMPASS" device status alice; "$IAMPASS" users add bob; exit 7"#;
    let told = exec(folder.path(), &["--import", &fixture, "--export", "end.json"], script);
    assert_eq!((told.code, told.stderr.as_str()), (Some(7), ""), "{told:?}");
    assert!(told.stdout.ends_with("created bob\n"), "{told:?}");
    let end = folder.path().join("end.json");
    // Made up, as all that the fixture leaves out.
    let phone = read(&end)["applications"][0]["users"][0]["phone_token"].clone();
    assert!(phone.is_string(), "{phone}");
    let alice = json!({"id": "alice", "has_device": true, "phone_token": phone});
    let users = json!([alice, {"id": "bob", "has_device": false}]);
    let application = json!({"id": "app", "secret": SECRET, "users": users});
    assert_eq!(read(&end), json!({"version": 1, "applications": [application]}));
    assert_eq!(fs::read_to_string(&fixture).unwrap(), before);

    // From one run to the next, in one file.
    let options = ["--import", "end.json", "--export", "end.json"];
    assert_eq!(exec(folder.path(), &options, r#""$IAMPASS" users delete alice"#).code, Some(0));
    assert_eq!(read(&end)["applications"][0]["users"], json!([{"id": "bob", "has_device": false}]));
}

#[test]
fn it_is_exported_when_it_is_told_to_stop_and_is_its_owners_alone() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let end = folder.path().join("end.json");
    fs::write(&end, "before").unwrap();
    fs::set_permissions(&end, fs::Permissions::from_mode(0o666)).unwrap();
    let options = ["--import", &fixture(folder.path()), "--export", end.to_str().unwrap()];
    let stopped = Running::start(&options).signalled("TERM");
    assert_eq!(stopped.code, Some(0), "{stopped:?}");
    // The one who starts it has named no secret on the command line.
    assert!(stopped.stderr.contains("export IAMPASS_APPLICATION_ID="), "{stopped:?}");
    assert_eq!(read(&end)["applications"][0]["id"], "app");
    assert_eq!(fs::metadata(&end).unwrap().permissions().mode() & 0o777, 0o600);

    let link = folder.path().join("link.json");
    symlink(folder.path().join("elsewhere"), &link).unwrap();
    let said = exec(folder.path(), &["--export", "link.json"], "echo started").error(1);
    assert!(said.starts_with("error: the file of `--export` cannot be written: link.json\n"), "{said}");
}

#[cfg(unix)]
#[test]
fn no_file_is_written_over_the_data_file_or_over_another() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(exec(folder.path(), &["--data", "state.db"], "true").code, Some(0));
    std::os::unix::fs::symlink(folder.path(), folder.path().join("same")).unwrap();
    for (options, told) in [
        (
            vec!["--data", "state.db", "--export", "state.db"],
            "error: the file of `--export` cannot be written: state.db",
        ),
        (
            vec!["--data", "state.db", "--export", "same/state.db"],
            "error: the file of `--export` cannot be written",
        ),
        (
            vec!["--data", "state.db", "--export", "state.db-wal"],
            "error: the file of `--export` cannot be written",
        ),
        (
            vec!["--data", "new.db", "--export", "./new.db"],
            "error: the file of `--export` cannot be written: ./new.db",
        ),
        (
            vec!["--data", "state.db", "--tls", "--tls-ca", "state.db"],
            "error: the file of `--tls-ca` cannot be written",
        ),
        (
            vec!["--export", "x", "--tls", "--tls-ca", "x"],
            "error: the file of `--tls-ca` cannot be written: x",
        ),
    ] {
        let said = exec(folder.path(), &options, "echo started").error(1);
        assert!(said.starts_with(told), "{options:?}: {said}");
    }
    // It is what it was.
    assert_eq!(exec(folder.path(), &["--data", "state.db"], "true").code, Some(0));
}

#[test]
fn what_cannot_be_imported_or_exported_is_told_before_the_command_is_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    for (text, told) in [
        ("{", "EOF while parsing an object at line 1 column 1"),
        (r#"{"applications": [{"ident": "a"}]}"#, "unknown field `ident`"),
        (r#"{"applications": "MARKER"}"#, "a value of the wrong type at line 1 column 25"),
        (r#"{"applications": [{"id": "a b"}]}"#, "application 1: the id cannot be one"),
        (r#"{"applications": [{"id": "a", "secret": " MARKER"}]}"#, "`a`: the secret cannot be one"),
    ] {
        fs::write(&path, text).unwrap();
        let said = exec(folder.path(), &["--import", "state.json"], "echo started").error(1);
        assert!(said.contains(told) && !said.contains("MARKER"), "{said}");
    }
    let said = exec(folder.path(), &["--import", "none.json"], "echo started").error(1);
    assert!(said.starts_with("error: the file of `--import` cannot be read: none.json\n"), "{said}");
    let said = exec(folder.path(), &["--export", "none/end.json"], "echo started").error(1);
    assert!(said.starts_with("error: the file of `--export` cannot be written: none/end.json\n"), "{said}");
}
