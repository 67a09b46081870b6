//! What is asked on a terminal, and what Ctrl-C there leaves behind.

use std::process::Command;

use iampass_emulator::{Emulator, UserId};

use crate::support::{
    APPLICATION_ID, Home, SECRET, WRONG_SECRET, emulator, emulator_with_alice, iampass_at, run,
};
use crate::terminal::Terminal;

const QUESTION: &str = "Disable the phone of alice? [y/N]";

fn lost(emulator: &Emulator) -> Terminal {
    Terminal::run(iampass_at(emulator.base_url()).args(["device", "lost", "alice"]), 80)
}

/// An emulator on which Alice has a phone.
fn emulator_with_phone() -> Emulator {
    let emulator = emulator_with_alice();
    let link = run(iampass_at(emulator.base_url()).args(["device", "link", "alice"])).data();
    emulator.register_device(link.trim_end()).unwrap();
    emulator
}

fn has_phone(emulator: &Emulator) -> bool {
    let application = emulator.credentials().application_id();
    emulator.has_device(application, &UserId::new("alice").unwrap()).unwrap()
}

#[test]
fn lost_says_what_it_will_do_and_does_it_after_a_yes() {
    for yes in ["y", "Yes"] {
        let emulator = emulator_with_phone();
        let terminal = lost(&emulator);
        terminal.until(QUESTION);
        assert!(has_phone(&emulator), "nothing is done before the answer");
        terminal.enter(&format!("{yes}\r"));
        let ended = terminal.end();
        assert!(ended.status.success(), "{}", ended.screen);
        let expected = format!("This disables the phone of alice at once (application {APPLICATION_ID},");
        assert!(ended.screen.replace('\n', "").contains(&expected), "{}", ended.screen);
        assert!(ended.screen.contains("/register/"), "{}", ended.screen);
        assert!(!has_phone(&emulator));
    }
}

#[test]
fn lost_does_nothing_after_any_other_answer() {
    for no in ["\r", "n\r", "yess\r", "\u{4}"] {
        let emulator = emulator_with_phone();
        let terminal = lost(&emulator);
        terminal.until(QUESTION);
        terminal.enter(no);
        let ended = terminal.end();
        assert_eq!(ended.status.code(), Some(1), "{no:?}: {}", ended.screen);
        assert!(ended.screen.contains("nothing was done"), "{}", ended.screen);
        assert!(has_phone(&emulator));
    }
}

#[test]
fn ctrl_c_at_the_question_does_nothing() {
    let emulator = emulator_with_phone();
    let terminal = lost(&emulator);
    terminal.until(QUESTION);
    terminal.enter("\u{3}");
    let ended = terminal.end();
    assert!(ended.was_interrupted(), "{:?} {}", ended.status, ended.screen);
    assert!(has_phone(&emulator));
}

#[test]
fn lost_does_not_ask_when_told_so() {
    let emulator = emulator_with_phone();
    for yes in ["--yes", "-y"] {
        let mut command = iampass_at(emulator.base_url());
        let ended = Terminal::run(command.args(["device", "lost", yes, "alice"]), 80).end();
        assert!(ended.status.success() && !ended.screen.contains('?'), "{}", ended.screen);
    }
}

/// A command that lacks the secret.
fn without_secret(emulator: &Emulator) -> Command {
    let mut command = iampass_at(emulator.base_url());
    command.env_remove("IAMPASS_APPLICATION_SECRET").args(["users", "add", "alice"]);
    command
}

#[test]
fn a_secret_is_asked_for_and_not_shown() {
    let emulator = emulator();
    let terminal = Terminal::run(&without_secret(&emulator), 80);
    terminal.until(&format!("Secret of the application {APPLICATION_ID}:"));
    terminal.until_echo_is_off();
    terminal.enter(&format!("{SECRET}\r"));
    let ended = terminal.end();
    assert!(ended.status.success(), "{}", ended.screen);
    assert!(ended.screen.contains("created alice"), "{}", ended.screen);
    assert!(!ended.bytes.contains("MARKER"), "{}", ended.bytes);
}

#[test]
fn ctrl_c_at_the_prompt_leaves_the_terminal_clean() {
    let emulator = emulator();
    for typed in ["", "MARK"] {
        let terminal = Terminal::run(&without_secret(&emulator), 80);
        terminal.until("Secret of the application");
        terminal.until_echo_is_off();
        assert!(!terminal.is_as_a_shell_expects(), "the check must be able to fail");
        terminal.enter(typed);
        terminal.enter("\u{3}");
        let ended = terminal.end();
        assert!(ended.was_interrupted(), "{:?} {}", ended.status, ended.screen);
        assert!(!ended.bytes.contains("MARK"), "{}", ended.bytes);
    }
    assert_eq!(emulator.requests(), []);
}

#[test]
fn login_asks_for_what_is_missing() {
    let emulator = emulator();
    let home = Home::new();
    let login = |server: &str, secret: &str| {
        let terminal = Terminal::run(home.iampass().arg("login"), 120);
        terminal.until("]: ");
        terminal.enter(&format!("{server}\r"));
        terminal.until("Application id");
        terminal.enter(&format!("{}\r", if server.is_empty() { "" } else { APPLICATION_ID }));
        terminal.until("Secret of the application");
        terminal.until_echo_is_off();
        terminal.enter(&format!("{secret}\r"));
        let ended = terminal.end();
        assert!(!ended.bytes.contains("MARKER"), "{}", ended.bytes);
        ended
    };
    let stored = login(emulator.base_url(), SECRET);
    assert!(stored.status.success(), "{}", stored.screen);
    assert!(stored.screen.contains("stored the profile `default`"), "{}", stored.screen);
    run(home.iampass().args(["users", "add", "alice"])).data();

    // What is stored is proposed the next time; a wrong secret does not take the place of the right one.
    let refused = login("", WRONG_SECRET);
    assert_eq!(refused.status.code(), Some(5), "{}", refused.screen);
    assert!(refused.screen.contains(&format!("Server [{}]", emulator.base_url())), "{}", refused.screen);
    run(home.iampass().args(["users", "add", "alice"])).data();
}

#[test]
fn errors_are_coloured_on_a_terminal_unless_unwanted() {
    for (variable, value, coloured) in [("X", "", true), ("NO_COLOR", "1", false), ("NO_COLOR", "", true)] {
        let mut command = iampass_at("http://iam-api.com");
        let ended = Terminal::run(command.args(["users", "add", "alice"]).env(variable, value), 80).end();
        assert_eq!(ended.bytes.contains("\u{1b}[1;31merror:\u{1b}[0m"), coloured, "{:?}", ended.bytes);
        assert_eq!(ended.bytes.contains('\u{1b}'), coloured, "{:?}", ended.bytes);
    }
}
