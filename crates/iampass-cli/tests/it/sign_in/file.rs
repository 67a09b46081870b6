//! `--session-file` and `--no-wait`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::session_service::{SESSION_SECRET, SESSION_TOKEN, SessionService, started, state};
use crate::support::{Run, call};

/// A folder for session files, which are to be the only files in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A file that its owner alone can read.
    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        make_private(&path);
        path
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

#[cfg(unix)]
fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn make_private(_path: &Path) {}

fn sign_in(service: &SessionService, file: &Path, options: &[&str]) -> Run {
    let file = file.to_str().unwrap();
    call(service.url(), &[&["sign-in", "alice", "--session-file", file], options].concat())
}

/// A session of an earlier run.
fn session(token: &str) -> String {
    let url = "https://x.test/1";
    json!({"session_token": token, "session_secret": "s", "status_url": url, "logout_url": url}).to_string()
}

#[test]
fn the_file_has_what_the_session_is_taken_up_with() {
    let folder = Folder::new();
    let service = SessionService::telling(&["active"]);
    let file = folder.path("session");
    assert_eq!(sign_in(&service, &file, &[]).data(), "signed in\n");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.ends_with("}\n"), "{text}");
    let url = service.url();
    assert_eq!(
        serde_json::from_str::<Value>(&text).unwrap(),
        json!({
            "server": url,
            "session_token": SESSION_TOKEN,
            "session_secret": SESSION_SECRET,
            "status_url": format!("{url}/sessions/state/1"),
            "logout_url": format!("{url}/sessions/end/1"),
        })
    );
    assert_eq!(folder.names(), ["session"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// Whatever stops the waiting, the session can be continued.
#[test]
fn the_file_is_whole_before_the_first_question() {
    let folder = Folder::new();
    let file = folder.path("session");
    let (looked_at, name) = (file.clone(), folder.path(""));
    let service = SessionService::answering(move |line, url| {
        if line.starts_with("POST") {
            return started(url);
        }
        let text = fs::read_to_string(&looked_at).unwrap_or_default();
        let whole = serde_json::from_str::<Value>(&text).is_ok();
        let alone = fs::read_dir(&name).unwrap().count() == 1;
        state(if whole && alone { "active" } else { "failed" })
    });
    assert_eq!(sign_in(&service, &file, &[]).data(), "signed in\n");
}

#[test]
fn without_waiting_nothing_is_asked() {
    let folder = Folder::new();
    let service = SessionService::telling(&["active"]);
    let file = folder.path("session");
    assert_eq!(sign_in(&service, &file, &["--no-wait"]).data(), "started\n");
    assert_eq!(service.requests().len(), 1);
    assert!(fs::read_to_string(&file).unwrap().contains(SESSION_SECRET));
    let json = sign_in(&service, &file, &["--no-wait", "--output", "json"]).data();
    let expected = json!({"started": true, "signed_in": false, "session_status": null, "reason": null});
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), expected);
}

#[test]
fn without_waiting_and_without_a_file_the_session_would_be_lost() {
    let service = SessionService::telling(&["active"]);
    let said = call(service.url(), &["sign-in", "alice", "--no-wait"]).error(2);
    assert!(said.contains("`--no-wait` needs `--session-file FILE`"), "{said}");
    assert!(said.contains("nobody could ask for the session any more"), "{said}");
    assert_eq!(service.requests(), [""; 0]);
}

#[test]
fn the_place_of_another_session_and_of_an_empty_file_is_taken() {
    for before in [session("earlier"), String::new()] {
        let folder = Folder::new();
        let file = folder.write("session", &before);
        let service = SessionService::telling(&["active"]);
        assert_eq!(sign_in(&service, &file, &["--no-wait"]).data(), "started\n");
        assert!(fs::read_to_string(&file).unwrap().contains(SESSION_TOKEN));
        assert_eq!(folder.names(), ["session"]);
    }
}

#[test]
fn any_other_file_is_left_as_it_is_and_nothing_is_sent() {
    for before in ["Dear diary\n", "{}", "[]", "{\"session_token\":\"t\",\"session_secret\":\"s\"}", "\n"] {
        let folder = Folder::new();
        let file = folder.write("diary", before);
        let service = SessionService::telling(&["active"]);
        let said = sign_in(&service, &file, &["--no-wait"]).error(2);
        assert!(said.starts_with("error: there is no session in "), "{said}");
        assert!(said.contains("the file was left as it is, and nothing was sent"), "{said}");
        assert_eq!(fs::read_to_string(&file).unwrap(), before);
        assert_eq!((service.requests().len(), folder.names()), (0, vec!["diary".to_owned()]));
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    for mode in [0o640, 0o604, 0o666, 0o620] {
        let folder = Folder::new();
        let file = folder.write("session", &session("earlier"));
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let service = SessionService::telling(&["active"]);
        let said = sign_in(&service, &file, &["--no-wait"]).error(2);
        assert!(said.contains(&format!("(mode {mode:04o})")) && said.contains("chmod 600"), "{said}");
        assert_eq!(fs::read_to_string(&file).unwrap(), session("earlier"));
        assert_eq!(service.requests(), [""; 0]);
    }
}

#[cfg(unix)]
#[test]
fn a_place_that_cannot_be_written_is_known_before_the_phone_is_asked() {
    let folder = Folder::new();
    let service = SessionService::telling(&["active"]);
    let target = folder.write("target", &session("earlier"));
    let (link, dangling) = (folder.path("link"), folder.path("dangling"));
    std::os::unix::fs::symlink(&target, &link).unwrap();
    std::os::unix::fs::symlink(folder.path("nothing"), &dangling).unwrap();
    for (file, code) in [
        (folder.path("no/folder"), 1),
        (link, 1),
        (dangling, 1),
        (folder.path(""), 2),
        ("/dev/null".into(), 2),
    ] {
        sign_in(&service, &file, &["--no-wait"]).error(code);
    }
    assert_eq!(service.requests(), [""; 0]);
    assert_eq!(fs::read_to_string(target).unwrap(), session("earlier"));
    assert_eq!(folder.names().len(), 3, "{:?}", folder.names());
}

#[test]
fn a_sign_in_that_does_not_start_leaves_the_file_as_it_is() {
    let not_started = || (200, json!({"authentication_status": {"authenticated": false, "reason": "R"}}));
    for answer in [not_started(), (500, json!("busy")), (202, json!({"authentication_status": {}}))] {
        let folder = Folder::new();
        let file = folder.write("session", &session("earlier"));
        let service = SessionService::answering(move |_, _| answer.clone());
        assert_ne!(sign_in(&service, &file, &[]).code, Some(0));
        assert_eq!(fs::read_to_string(&file).unwrap(), session("earlier"));
        assert_eq!(folder.names(), ["session"]);
        assert_ne!(sign_in(&service, &folder.path("new"), &[]).code, Some(0));
        assert_eq!(folder.names(), ["session"]);
    }
}

/// What has come to that place meanwhile is not written over. The session, which nobody could ask for, is ended.
#[test]
fn a_session_that_cannot_be_kept_is_ended() {
    for ends in [true, false] {
        let folder = Folder::new();
        let file = folder.path("session");
        let meanwhile = file.clone();
        let service = SessionService::answering(move |line, url| {
            if line.contains("/authenticate_user/") {
                fs::write(&meanwhile, "Dear diary").unwrap();
                return started(url);
            }
            (200, json!({"status": ends}))
        });
        let said = sign_in(&service, &file, &[]).error(1);
        assert!(said.contains("the session cannot be written into "), "{said}");
        assert_eq!(said.contains("the session was ended"), ends, "{said}");
        assert_eq!(said.contains("the phone still asks"), !ends, "{said}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "Dear diary");
        assert_eq!(service.requests()[1..], ["POST /sessions/end/1"]);
        assert_eq!(folder.names(), ["session"]);
    }
}
