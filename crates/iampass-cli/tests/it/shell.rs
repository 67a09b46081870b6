//! Completions and man pages.

#[cfg(target_os = "linux")]
use std::path::Path;

use crate::support::{Home, iampass, run};

/// How each shell asks how this command line may go on; the last word is the one to complete.
fn completed(shell: &str, words: &[&str], home: Option<&Home>) -> String {
    let mut command = home.map_or_else(iampass, Home::iampass);
    command.env("IAMPASS_COMPLETE", shell).env("_CLAP_IFS", "\n").arg("--").args(words);
    run(command.env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())).data()
}

#[test]
fn every_shell_has_completions_for_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(iampass().args(["completions", shell])).data();
        assert!(script.contains("IAMPASS_COMPLETE") && script.contains("iampass"), "{shell}: {script}");
        for (words, expected) in [
            (&["iampass", "dev"][..], "device"),
            (&["iampass", "device", "lo"], "lost"),
            (&["iampass", "device", "lost", "--qr-"], "--qr-file"),
            (&["iampass", "sign-in", "--session-"], "--session-file"),
        ] {
            let told = completed(shell, words, None);
            assert!(told.contains(expected), "{shell} {words:?}: {told}");
        }
    }
    let said = run(iampass().args(["completions", "tcsh"])).error(2);
    assert!(said.contains("[possible values: bash,"), "{said}");
}

#[test]
fn names_of_profiles_are_completed() {
    let home = Home::new();
    let ask = |words: &[&str]| completed("bash", words, Some(&home));
    assert_eq!(ask(&["iampass", "profile", "use", "s"]), "", "there is none yet");
    home.write_profiles("[profiles.staging]\n[profiles.smoke]\n[profiles.live]\n[profiles.\"s $(id)\"]\n");
    assert_eq!(ask(&["iampass", "profile", "use", "s"]), "smoke\nstaging");
    assert_eq!(ask(&["iampass", "profile", "show", "l"]), "live");
    assert_eq!(ask(&["iampass", "users", "add", "--profile", "st"]), "staging");
    assert_eq!(ask(&["iampass", "login", "--profile", "st"]), "staging");
}

/// What bash itself makes of the script.
#[cfg(target_os = "linux")]
#[test]
fn bash_completes() {
    let home = Home::new();
    let script = home.write("iampass.bash", &run(iampass().args(["completions", "bash"])).data());
    let folder = Path::new(iampass().get_program()).parent().unwrap().to_owned();
    let complete = |words: &[&str]| {
        let program = format!(
            "source '{}'; COMP_WORDS=({}); COMP_CWORD={}; COMP_TYPE=9; _clap_complete_iampass iampass '{}' ''; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            script.display(),
            words.join(" "),
            words.len() - 1,
            words[words.len() - 1],
        );
        let mut shell = std::process::Command::new("bash");
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
        let shell = shell.args(["--norc", "-c", &program]).env("PATH", path).output().unwrap();
        assert!(shell.status.success(), "{shell:?}");
        String::from_utf8(shell.stdout).unwrap()
    };
    assert_eq!(complete(&["iampass", "dev"]), "device\n");
    assert_eq!(complete(&["iampass", "device", "lo"]), "lost\n");
    assert_eq!(complete(&["iampass", "session", "w"]), "wait\n");
    assert_eq!(complete(&["iampass", "sign-in", "--no"]), "--no-wait\n");
    assert_eq!(complete(&["iampass", "device", "lost", "--qr-"]), "--qr-file\n");
}

#[test]
fn there_is_a_man_page_for_each_command() {
    let home = Home::new();
    let folder = home.path("share/man1");
    let told = run(iampass().arg("man").arg(&folder)).data();
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        "iampass-completions.1",
        "iampass-demo.1",
        "iampass-device-link.1",
        "iampass-device-lost.1",
        "iampass-device-status.1",
        "iampass-device-wait.1",
        "iampass-device.1",
        "iampass-doctor.1",
        "iampass-emulator-exec.1",
        "iampass-emulator-health.1",
        "iampass-emulator.1",
        "iampass-login.1",
        "iampass-man.1",
        "iampass-profile-list.1",
        "iampass-profile-remove.1",
        "iampass-profile-show.1",
        "iampass-profile-use.1",
        "iampass-profile.1",
        "iampass-session-end.1",
        "iampass-session-status.1",
        "iampass-session-wait.1",
        "iampass-session.1",
        "iampass-sign-in.1",
        "iampass-sign.1",
        "iampass-users-add.1",
        "iampass-users-delete.1",
        "iampass-users-import.1",
        "iampass-users-remove.1",
        "iampass-users.1",
        "iampass-verify.1",
        "iampass.1",
    ];
    assert_eq!(names, expected);
    assert_eq!(told.lines().count(), names.len());
    for name in names {
        let page = std::fs::read_to_string(folder.join(&name)).unwrap();
        assert!(page.contains(".TH ") && page.contains(".SH SYNOPSIS"), "{name}");
        assert!(page.contains("Examples:"), "{name}");
    }
    let file = home.write("file", "");
    let said = run(iampass().arg("man").arg(file.join("below"))).error(1);
    assert!(said.contains("cannot be written\n  because: "), "{said}");
}
