//! Which server is asked: the one of the settings, if it is the session's.

use serde_json::json;

#[cfg(unix)]
use super::at;
use super::{private, session, session_of, stored};
use crate::session_service::SessionService;
use crate::support::{Home, iampass, run};

const COMMANDS: [&str; 3] = ["status", "wait", "end"];

#[test]
fn flag_environment_and_profile_name_the_server() {
    let home = Home::new();
    let service = SessionService::telling(&["active"]);
    let (url, file) = (service.url(), session_of(&home, service.url()));
    // Nobody needs an application's id or secret for it.
    home.write_profiles(&format!("current = \"a\"\n[profiles.a]\nserver = \"{url}\"\n"));
    for command in COMMANDS {
        let arguments = ["session", command, "--session-file"];
        run(home.iampass().args(arguments).arg(&file)).data();
        run(home.iampass().args(arguments).arg(&file).args(["--profile", "a"])).data();
        run(iampass().args(arguments).arg(&file).args(["--server", url])).data();
        run(iampass().env("IAMPASS_SERVER", url).args(arguments).arg(&file)).data();
    }
    assert_eq!(service.requests().len(), 12);
}

#[test]
fn the_server_of_a_profile_that_a_flag_names_is_taken_whatever_the_environment_says() {
    let home = Home::new();
    let service = SessionService::telling(&["active"]);
    let (url, file) = (service.url(), session_of(&home, service.url()));
    home.write_profiles(&format!(
        "[profiles.a]\nserver = \"{url}\"\napplication_id = \"a\"\nsecret = \"s\"\n"
    ));
    let mut command = home.iampass();
    command.env("IAMPASS_APPLICATION_ID", "b").env("IAMPASS_APPLICATION_SECRET", "t");
    command.args(["session", "status", "--profile", "a", "--session-file"]).arg(&file);
    run(&mut command).data();
    run(command.env("IAMPASS_SERVER", "https://other.test")).data();
}

#[test]
fn another_server_is_not_asked_and_the_sessions_own_neither() {
    let home = Home::new();
    let (own, other) = (SessionService::telling(&["active"]), SessionService::telling(&["active"]));
    let file = session_of(&home, own.url());
    for command in COMMANDS {
        for curl in [&[][..], &["--curl"]] {
            let said = session(other.url(), &file, &[&[command][..], curl].concat()).error(2);
            assert!(
                said.contains(&format!("was started on {}, not on {}", own.url(), other.url())),
                "{said}"
            );
            assert!(said.contains(&format!("`--server {}`", own.url())), "{said}");
        }
        let said = run(iampass().args(["session", command, "--session-file"]).arg(&file)).error(2);
        assert!(said.contains("not on https://main.iam-api.com"), "{said}");
    }
    assert_eq!((own.requests(), other.requests()), (vec![], vec![]));
}

/// A session that a program of one's own has stored does not say where it was started, but its URLs do.
#[test]
fn the_urls_must_be_of_the_server_too() {
    let home = Home::new();
    let (own, other) = (SessionService::telling(&["active"]), SessionService::telling(&["active"]));
    let file = private(&home, &stored(own.url()).to_string());
    for command in COMMANDS {
        session(own.url(), &file, &[command]).data();
    }
    let mut led_astray = stored(own.url());
    led_astray["server"] = json!(other.url());
    for members in [stored(own.url()), led_astray] {
        let file = private(&home, &members.to_string());
        for command in COMMANDS {
            for curl in [&[][..], &["--curl"]] {
                let said = session(other.url(), &file, &[&[command][..], curl].concat()).error(2);
                assert!(said.contains("the URL is not of the base URL's origin"), "{said}");
                assert!(said.contains(other.url()) && !said.contains(own.url()), "{said}");
            }
        }
    }
    assert_eq!((own.requests().len(), other.requests().len()), (3, 0));
}

/// A secret is asked for where the application's is missing, but not here.
#[cfg(unix)]
#[test]
fn nothing_is_asked_on_a_terminal() {
    let home = Home::new();
    let service = SessionService::telling(&["active"]);
    let file = session_of(&home, service.url());
    let mut command = at(service.url());
    command.args(["session", "wait", "--session-file"]).arg(&file);
    let ended = crate::terminal::Terminal::run(&command, 80).end();
    assert_eq!(ended.screen.trim_end(), "waiting for the phone, 2m at most\nsigned in");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_waiting_and_tells_how_to_go_on() {
    let home = Home::new();
    let service = SessionService::telling(&["pending"]);
    let file = session_of(&home, service.url());
    let mut command = iampass();
    command.args(["session", "wait", "--server", service.url(), "--session-file"]).arg(&file);
    let terminal = crate::terminal::Terminal::run(&command, 200);
    terminal.until("waiting for the phone");
    terminal.enter("\u{3}");
    let ended = terminal.end();
    assert_eq!(ended.status.code(), Some(130), "{}", ended.screen);
    let go_on = format!(
        "the phone still asks; `iampass session wait --session-file {} --server {}`",
        file.display(),
        service.url()
    );
    assert!(ended.screen.replace('\n', "").contains(&go_on), "{}", ended.screen);
}
