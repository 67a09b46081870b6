//! What is asked on a terminal, and what Ctrl-C there leaves behind.

use std::process::Command;

use iampass_emulator::{Emulator, UserId};

use crate::settings::login;
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
        let said = ended.screen.replace('\n', " ");
        assert!(said.contains("alice has a phone registered. This disables it at once"), "{said}");
        assert!(said.contains(&format!("(application {APPLICATION_ID}, {})", emulator.base_url())), "{said}");
        assert!(ended.screen.contains("/register/"), "{}", ended.screen);
        assert!(!has_phone(&emulator));
    }
}

#[test]
fn lost_says_that_there_is_no_phone() {
    let emulator = emulator_with_alice();
    let terminal = lost(&emulator);
    terminal.until("Make a link for alice? [y/N]");
    terminal.enter("y\r");
    let ended = terminal.end();
    assert!(ended.status.success() && ended.screen.contains("/register/"), "{}", ended.screen);
    assert!(ended.screen.contains("alice has no phone registered."), "{}", ended.screen);
    assert!(!ended.screen.contains("isable"), "{}", ended.screen);

    let mut unknown = iampass_at(emulator.base_url());
    let ended = Terminal::run(unknown.args(["device", "lost", "nobody"]), 80).end();
    assert_eq!(ended.status.code(), Some(4), "{}", ended.screen);
    assert!(!ended.screen.contains("[y/N]"), "nobody has to answer for nothing: {}", ended.screen);
}

/// The link that is printed instead is no comfort to whose phone is disabled, and cannot be scanned.
#[test]
fn lost_disables_nothing_if_the_code_does_not_fit() {
    let emulator = emulator_with_phone();
    for yes in [&[][..], &["--yes"]] {
        let mut command = iampass_at(emulator.base_url());
        let ended = Terminal::run(command.args(["device", "lost", "alice", "--qr"]).args(yes), 30).end();
        assert_eq!(ended.status.code(), Some(2), "{}", ended.screen);
        let said = ended.screen.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("nothing was done: the terminal has 30 columns"), "{said}");
        assert!(has_phone(&emulator));
    }
    let mut wide = iampass_at(emulator.base_url());
    let ended = Terminal::run(wide.args(["device", "lost", "alice", "--qr", "--yes"]), 80).end();
    assert!(ended.status.success(), "{}", ended.screen);
}

/// A file of ids, and an emulator that has them.
fn leavers(ids: &[&str]) -> (Home, Emulator) {
    let (home, emulator) = (Home::new(), emulator());
    run(iampass_at(emulator.base_url()).args(["users", "add", "--"]).args(ids)).data();
    home.write("leavers.txt", &(ids.join("\n") + "\n"));
    (home, emulator)
}

fn users(emulator: &Emulator) -> usize {
    emulator.users(emulator.credentials().application_id()).unwrap().len()
}

#[test]
fn deletions_name_server_application_count_and_the_first_ids_and_ask() {
    let long = "x".repeat(200);
    let ids = ["alice ", "b\u{9b}o\u{200b}b", &long, "dave"];
    for (verb, answer, left) in
        [("delete", "n", 4), ("remove", "n", 4), ("delete", "y", 0), ("remove", "y", 0)]
    {
        let (home, emulator) = leavers(&ids);
        let mut command = iampass_at(emulator.base_url());
        command.current_dir(home.path("")).args(["users", verb]);
        if verb == "delete" {
            command.args(ids).arg("alice ")
        } else {
            command.arg("leavers.txt")
        };
        let terminal = Terminal::run(&command, 100);
        terminal.until("Delete 4 users? [y/N]");
        assert_eq!(users(&emulator), 4, "nothing is done before the answer");
        terminal.enter(&format!("{answer}\r"));
        let ended = terminal.end();
        let screen = &ended.screen;
        assert_eq!((ended.status.code(), users(&emulator)), (Some(i32::from(left > 0)), left), "{screen}");
        let place = format!("(application {APPLICATION_ID}, {})", emulator.base_url());
        let shown = format!(
            "{place}:\n  alice\\u{{20}}\n  b\\u{{9b}}o\\u{{200b}}b\n  {}…\n  … and 1 more\n",
            "x".repeat(60)
        );
        assert!(screen.contains("deletes the users of 4 ids, and their phones"), "{screen}");
        assert!(screen.contains(&shown), "{screen}");
        assert_eq!(screen.contains("nothing was done"), left > 0, "{screen}");
    }
}

#[test]
fn of_one_id_in_a_file_it_asks_too_and_of_one_argument_it_does_not() {
    let (home, emulator) = leavers(&["alice"]);
    let users_command = |arguments: &[&str]| {
        let mut command = iampass_at(emulator.base_url());
        command.current_dir(home.path("")).arg("users").args(arguments);
        Terminal::run(&command, 80)
    };
    let removal = users_command(&["remove", "leavers.txt"]);
    removal.until("Delete 1 user? [y/N]");
    removal.enter("\u{4}");
    let ended = removal.end();
    assert_eq!((ended.status.code(), users(&emulator)), (Some(1), 1), "{}", ended.screen);
    assert!(ended.screen.contains("[y/N] \nerror: nothing was done"), "Ctrl-D: {}", ended.screen);
    let ended = users_command(&["delete", "alice"]).end();
    assert_eq!((ended.status.code(), users(&emulator)), (Some(0), 0), "{}", ended.screen);
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

/// Types an answer to each question; a secret is typed once it is not shown.
fn answer(terminal: &Terminal, answers: &[(&str, &str)]) {
    for (question, answer) in answers {
        terminal.until(question);
        if question.starts_with("Secret") {
            terminal.until_echo_is_off();
        }
        terminal.enter(answer);
    }
}

const REPLACE: &str = "Replace the profile `default`? [y/N]";
const SECRET_QUESTION: &str = "Secret of the application";

#[test]
fn login_asks_for_what_is_missing_and_before_it_replaces_a_profile() {
    let emulator = emulator();
    let home = Home::new();
    let add = || run(home.iampass().args(["users", "add", "alice"])).data();
    let log_in = |answers: &[(&str, &str)]| {
        let terminal = Terminal::run(home.iampass().arg("login"), 120);
        answer(&terminal, answers);
        let ended = terminal.end();
        assert!(!ended.bytes.contains("MARKER"), "{}", ended.bytes);
        ended
    };
    let (server, id) = (format!("{}\r", emulator.base_url()), format!("{APPLICATION_ID}\r"));
    let (right, wrong) = (format!("{SECRET}\r"), format!("{WRONG_SECRET}\r"));
    let stored = log_in(&[("]: ", &server), ("Application id", &id), (SECRET_QUESTION, &right)]);
    assert!(stored.status.success(), "{}", stored.screen);
    assert!(stored.screen.contains("stored the profile `default`"), "{}", stored.screen);
    add();

    // What is stored is proposed the next time, and is there until a right secret takes its place.
    let kept = log_in(&[(REPLACE, "\r")]);
    assert_eq!(kept.status.code(), Some(1), "{}", kept.screen);
    let place = format!("(application {APPLICATION_ID}, {}).", emulator.base_url());
    assert!(kept.screen.contains(&place) && kept.screen.contains("nothing was done"), "{}", kept.screen);
    let ended = log_in(&[(REPLACE, "y\r"), ("Server [", "\u{4}")]);
    assert_eq!(ended.status.code(), Some(2), "Ctrl-D is no answer: {}", ended.screen);
    assert!(ended.screen.contains("]: \nerror: "), "{}", ended.screen);
    let again = format!(
        "the server does not accept the secret; it can be typed again\nSecret of the application {APPLICATION_ID}:"
    );
    let thrice = format!("{again} \n{again}");
    let asked =
        [(REPLACE, "y\r"), ("Server [", "\r"), ("Application id [", "\r"), (SECRET_QUESTION, &*wrong)];
    let refused = log_in(&[&asked[..], &[(&again, &wrong), (&thrice, &wrong)]].concat());
    assert_eq!(refused.status.code(), Some(5), "{}", refused.screen);
    assert!(refused.screen.contains(&format!("Server [{}]", emulator.base_url())), "{}", refused.screen);
    add();
    let corrected = log_in(&[&asked[..], &[(&again, &right)]].concat());
    assert!(corrected.status.success(), "{}", corrected.screen);
    add();
}

/// Who gives everything on the command line is asked for the profile alone, and with `--yes` for nothing.
#[test]
fn login_does_not_ask_before_it_replaces_when_told_so() {
    let (emulator, home) = (emulator(), Home::new());
    home.write_profiles("[profiles.a]\nsecret = \"old\"\n");
    let ended = Terminal::run(login(&home, emulator.base_url(), "a").arg("--yes"), 120).end();
    assert!(ended.status.success() && !ended.screen.contains("[y/N]"), "{}", ended.screen);
    let text = std::fs::read_to_string(home.profiles()).unwrap();
    assert!(text.contains(SECRET) && !text.contains("old"), "{text}");
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
