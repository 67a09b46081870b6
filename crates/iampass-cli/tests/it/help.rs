//! `--help` of every command, as a terminal of 80 columns shows it.

use crate::support::{iampass, plain, run};

#[test]
fn every_command_has_help() {
    let mut commands = vec![Vec::<String>::new()];
    let mut seen = Vec::new();
    while let Some(command) = commands.pop() {
        let help = run(iampass().args(&command).arg("--help")).data();
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{command:?}: {line}");
        }
        let lines: Vec<_> = help.lines().collect();
        for pair in lines.windows(2) {
            let is_prose = |line: &str| !line.is_empty() && !line.starts_with(' ');
            let is_rest = is_prose(pair[0]) && is_prose(pair[1]) && pair[0].len() < 20;
            assert!(!is_rest, "{command:?}: a line of more than 80 columns was broken: {pair:?}");
        }
        let children = subcommands(&help);
        assert!(help.contains("Examples:\n  iampass"), "{command:?}");
        let name = [&["help".to_owned()], &command[..]].concat().join("_");
        plain(|| insta::assert_snapshot!(name.clone(), help));
        seen.push(name);
        commands.extend(children.into_iter().map(|child| [&command[..], &[child]].concat()));
    }
    seen.sort();
    assert_eq!(
        seen,
        [
            "help",
            "help_completions",
            "help_demo",
            "help_device",
            "help_device_link",
            "help_device_lost",
            "help_device_status",
            "help_device_wait",
            "help_doctor",
            "help_emulator",
            "help_emulator_exec",
            "help_emulator_health",
            "help_login",
            "help_man",
            "help_profile",
            "help_profile_list",
            "help_profile_remove",
            "help_profile_show",
            "help_profile_use",
            "help_session",
            "help_session_end",
            "help_session_status",
            "help_session_wait",
            "help_sign",
            "help_sign-in",
            "help_users",
            "help_users_add",
            "help_users_delete",
            "help_users_import",
            "help_users_remove",
            "help_verify",
        ]
    );
}

/// The names below `Commands:`, but for clap's own `help`.
fn subcommands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = lines.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Who knows nothing but `--help` comes as far as a call.
#[test]
fn the_top_says_how_to_begin() {
    let help = run(iampass().arg("--help")).data();
    let top = help.split("Usage:").next().unwrap();
    for step in ["iampass login", "iampass doctor"] {
        assert!(top.contains(step), "{help}");
        assert!(run(iampass().args(step.split(' ').skip(1)).arg("--help")).data().contains("Usage: iampass"));
    }
}

#[test]
fn the_secrets_variable_is_not_told_as_a_files_name() {
    let help = run(iampass().args(["users", "add", "--help"])).data();
    let (_, option) = help.split_once("--secret-file").unwrap();
    assert!(!option.split("\n\n").next().unwrap().contains("IAMPASS_APPLICATION_SECRET"), "{help}");
}

#[test]
fn the_default_server_is_the_contracts() {
    let default = format!("the service's URL, if not {}\n", iampass_management::generated::SERVERS[0]);
    assert!(run(iampass().arg("--help")).data().contains(&default), "{default}");
}

#[test]
fn version() {
    assert_eq!(run(iampass().arg("--version")).data(), concat!("iampass ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn without_a_command_there_is_help_and_exit_code_2() {
    for arguments in [&[][..], &["users"], &["device"]] {
        let run = run(iampass().args(arguments));
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.stderr.contains("Usage: iampass"), "{run:?}");
    }
}
