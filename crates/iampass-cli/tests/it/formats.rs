//! `--output`: the same result in each form.

use std::fmt::Write as _;

use crate::support::{CALLS, Home, call, emulator_with_alice, iampass_at, run, stable};

/// What each command prints in each form. Scripts read it, so a change here is a break.
#[test]
fn every_form_of_every_result() {
    let emulator = emulator_with_alice();
    let home = Home::new();
    let mut login = home.iampass();
    login.args(["login", "--no-check", "--server", "https://x.test", "--application-id", "a"]);
    run(login.env("IAMPASS_APPLICATION_SECRET", "s"));
    let mut said = String::new();
    let add = ["users", "add", "bob", "alice", "日本語"];
    let others: [&[&str]; 4] = [
        &["device", "status", "alice"],
        &["device", "wait", "alice", "--timeout", "1m"],
        &["profile", "list"],
        &["sign", "https://x.test/", "--nonce", "1", "--timestamp", "1700000000"],
    ];
    let link = call(emulator.base_url(), &["device", "link", "alice"]).data();
    emulator.register_device(link.trim_end()).unwrap();
    let commands = [&add[..], CALLS[2]].into_iter().chain(others).chain([CALLS[4], CALLS[1]]);
    for arguments in commands {
        for format in ["text", "json", "jsonl", "table"] {
            let mut command =
                if arguments[0] == "profile" { home.iampass() } else { iampass_at(emulator.base_url()) };
            if format != "text" && arguments == add {
                call(emulator.base_url(), &["users", "delete", "--yes", "bob", "日本語"]).data();
            }
            if arguments[1] == "lost" {
                call(emulator.base_url(), &["users", "add", "alice"]).data();
            }
            let data = run(command.args(arguments).args(["--output", format])).data();
            writeln!(said, "$ iampass {} --output {format}\n{data}", arguments.join(" ")).unwrap();
        }
    }
    stable(|| insta::assert_snapshot!("formats", said));
}
