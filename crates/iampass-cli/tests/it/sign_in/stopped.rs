//! What a terminal shows, and what Ctrl-C and SIGTERM leave behind.
#![cfg(unix)]

use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::channel;

use crate::session_service::{SESSION_TOKEN, SessionService};
use crate::support::{Run, Watchdog, call, iampass_at, signal};
use crate::terminal::Terminal;

fn on_terminal(service: &SessionService, options: &[&str]) -> Terminal {
    Terminal::run(iampass_at(service.url()).args(["sign-in", "alice"]).args(options), 200)
}

#[test]
fn a_terminal_shows_whom_it_is_waited_for() {
    let service = SessionService::telling(&["active"]);
    let ended = on_terminal(&service, &[]).end();
    assert_eq!(ended.screen.trim_end(), "waiting for the phone of alice, 2m at most\nsigned in");
    // What does not wait does not say so, and nothing is said where there is no terminal.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("session");
    let ended = on_terminal(&service, &["--no-wait", "--session-file", file.to_str().unwrap()]).end();
    assert_eq!(ended.screen.trim_end(), "started");
    assert_eq!(call(service.url(), &["sign-in", "alice"]).data(), "signed in\n");
}

#[test]
fn ctrl_c_ends_the_waiting_and_tells_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("session");
    let service = SessionService::telling(&["pending"]);
    let terminal = on_terminal(&service, &["--session-file", file.to_str().unwrap()]);
    terminal.until("waiting for the phone");
    terminal.enter("\u{3}");
    let ended = terminal.end();
    assert_eq!(ended.status.code(), Some(130), "{}", ended.screen);
    let said = ended.screen.replace('\n', "");
    assert!(said.contains("error: stopped by Ctrl-C"), "{}", ended.screen);
    let go_on = format!("the phone still asks; `iampass session wait --session-file {}`", file.display());
    assert!(said.contains(&go_on), "{}", ended.screen);
    assert!(std::fs::read_to_string(&file).unwrap().contains(SESSION_TOKEN));
    // Nobody has ended the session.
    assert!(service.requests().iter().all(|request| !request.contains("/end/")));
}

#[test]
fn ctrl_c_without_a_file_tells_what_would_have_helped() {
    let service = SessionService::telling(&["pending"]);
    let terminal = on_terminal(&service, &[]);
    terminal.until("waiting for the phone");
    terminal.enter("\u{3}");
    let ended = terminal.end();
    assert_eq!(ended.status.code(), Some(130), "{}", ended.screen);
    assert!(ended.screen.contains("\nerror: stopped by Ctrl-C\n"), "{}", ended.screen);
    assert!(ended.screen.contains("the phone still asks"), "{}", ended.screen);
    assert!(ended.screen.contains("`--session-file FILE`"), "{}", ended.screen);
}

/// Starts a sign-in, stops it when the service has got the request that is to be the last, and gives how it ended.
fn terminated(file: &Path, at: &'static str) -> Run {
    let (arrived, wait) = channel();
    let service = SessionService::answering(move |line, url| {
        if line.contains(at) {
            arrived.send(()).unwrap();
            // It never gets an answer.
            std::thread::park();
        }
        crate::session_service::started(url)
    });
    let mut command = iampass_at(service.url());
    command.args(["sign-in", "alice", "--session-file"]).arg(file);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _watchdog = Watchdog::over(&child);
    wait.recv().unwrap();
    signal("TERM", child.id());
    child.wait_with_output().unwrap().into()
}

#[test]
fn a_signal_before_the_service_has_answered_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let said = terminated(&folder.path().join("session"), "/authenticate_user/").error(143);
    assert!(said.starts_with("error: stopped by SIGTERM\n"), "{said}");
    assert!(said.contains("the phone may have been asked"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_signal_while_the_service_is_asked_ends_the_waiting_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let said = terminated(&folder.path().join("session"), "/state/").error(143);
    assert!(said.contains("`iampass session wait --session-file"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
