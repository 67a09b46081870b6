//! `iampass users`.

use crate::support::{Home, call, emulator, iampass_at, run};

#[test]
fn add_tells_created_from_existing() {
    let emulator = emulator();
    let add = |arguments: &[&str]| call(emulator.base_url(), &[&["users", "add"], arguments].concat()).data();
    assert_eq!(add(&["alice", "bob"]), "created alice\ncreated bob\n");
    assert_eq!(add(&["alice", "carol"]), "created carol\nexisting alice\n");
    assert_eq!(
        add(&["--output", "json", "bob", "dave"]),
        "{\"created\":[\"dave\"],\"existing\":[\"bob\"]}\n"
    );
    assert_eq!(add(&["dave", "--output=json"]), "{\"created\":[],\"existing\":[\"dave\"]}\n");
    assert_eq!(emulator.users(emulator.credentials().application_id()).unwrap().len(), 4);
}

#[test]
fn add_takes_the_ids_of_standard_input() {
    let (emulator, home) = (emulator(), Home::new());
    let add = |input: &str, arguments: &[&str]| {
        let mut command = iampass_at(emulator.base_url());
        let file = std::fs::File::open(home.write("ids", input)).unwrap();
        run(command.args(["users", "add", "-"]).args(arguments).stdin(file))
    };
    assert_eq!(add("alice\r\n\n bob\ncarol", &[]).data(), "created alice\ncreated  bob\ncreated carol\n");
    let before = emulator.requests().len();
    let many = "a\n".repeat(1_001);
    for (input, arguments, said) in [
        ("alice\n..\n", &[][..], "error: standard input, line 2: "),
        ("\n\n", &[], "error: there is no id on standard input\n"),
        (
            &many,
            &[],
            "error: there are more than 1000 ids on standard input\n  hint: `iampass users import -`",
        ),
        ("alice\n", &["--secret-file", "-"], "error: standard input cannot be both the ids and the secret\n"),
    ] {
        let error = add(input, arguments).error(2);
        assert!(error.starts_with(said), "{error}");
    }
    assert_eq!(emulator.requests().len(), before, "nothing is sent");
    // A dash beside others is an id like them.
    let beside = call(emulator.base_url(), &["users", "add", "-", "dave"]).data();
    assert_eq!(beside, "created -\ncreated dave\n");
}

#[test]
fn delete_lists_what_was_asked_for() {
    let emulator = emulator();
    let users = |arguments: &[&str]| call(emulator.base_url(), &[&["users"], arguments].concat()).data();
    users(&["add", "alice", "bob", "carol"]);
    assert_eq!(users(&["delete", "--yes", "alice", "nobody"]), "deleted alice\ndeleted nobody\n");
    assert_eq!(users(&["delete", "--output", "json", "bob"]), "{\"deleted\":[\"bob\"]}\n");
    let left = emulator.users(emulator.credentials().application_id()).unwrap();
    assert_eq!(left.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["carol"]);
}

#[test]
fn deleting_more_than_one_needs_a_terminal_or_a_yes() {
    let emulator = emulator();
    let users = |arguments: &[&str]| call(emulator.base_url(), &[&["users"], arguments].concat());
    users(&["add", "alice", "bob"]).data();
    let before = emulator.requests().len();
    assert_eq!(
        users(&["delete", "alice", "bob"]).error(2),
        "error: nothing was done: there is no terminal to ask on\n  hint: --yes does it without asking\n"
    );
    users(&["delete", "alice", "bob", "--curl"]).data();
    assert_eq!(emulator.requests().len(), before, "nothing is sent");
    assert_eq!(users(&["delete", "alice", "alice"]).data(), "deleted alice\ndeleted alice\n");
    assert_eq!(users(&["delete", "-y", "alice", "bob"]).data(), "deleted alice\ndeleted bob\n");
}

#[test]
fn ids_are_required() {
    for command in ["add", "delete"] {
        let said = call("http://127.0.0.1:1", &["users", command]).error(2);
        assert!(said.contains("<ID>..."), "{said}");
    }
}

/// A mark that turns the direction of text would show an id as another.
#[test]
fn direction_marks_of_ids_are_shown_escaped() {
    let emulator = emulator();
    let added = call(emulator.base_url(), &["users", "add", "a\u{202e}moc"]).data();
    assert_eq!(added, "created a\\u{202e}moc\n");
}

#[test]
fn there_is_no_list_of_users_and_that_is_said() {
    let said = call("http://127.0.0.1:1", &["users", "list"]).error(2);
    assert!(said.contains("tip: the APIs have no calls that list users"), "{said}");
    let help = call("http://127.0.0.1:1", &["users", "--help"]).data();
    assert!(!help.contains("list"), "it is no command: {help}");
}

#[test]
fn json_that_is_asked_for_in_another_way_is_told_the_right_one() {
    for arguments in [&["users", "add", "alice", "--json"][..], &["doctor", "--json"]] {
        let said = call("http://127.0.0.1:1", arguments).error(2);
        assert!(said.contains("tip: `--output json` prints JSON"), "{said}");
    }
    let other = call("http://127.0.0.1:1", &["users", "add", "alice", "--yaml"]).error(2);
    assert!(!other.contains("--output json"), "{other}");
}
