//! `iampass emulator exec`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Run, SECRET, Watchdog, iampass, run, signal};

/// A shell's lines, to be run against an emulator; `$IAMPASS` is the program.
fn exec(options: &[&str], script: &str) -> Command {
    let mut command = iampass();
    command.env("IAMPASS", env!("CARGO_BIN_EXE_iampass"));
    command.args(["emulator", "exec"]).args(options).args(["--", "sh", "-c", script]);
    command
}

#[test]
fn the_command_finds_its_settings_and_its_exit_code_is_passed_on() {
    let script = r#""$IAMPASS" users add alice; echo "$IAMPASS_SERVER"; exit 7"#;
    let run = run(exec(&[], script).env("IAMPASS_SERVER", "https://elsewhere.example"));
    assert_eq!((run.code, run.stderr.as_str()), (Some(7), ""), "{run:?}");
    let (added, url) = run.stdout.split_once('\n').unwrap();
    assert_eq!(added, "created alice");
    let address = url.trim().strip_prefix("http://").unwrap();
    assert!(TcpStream::connect(address).is_err(), "it is gone with the command");
}

#[test]
fn the_settings_are_the_first_applications() {
    let script = r#"echo "$IAMPASS_APPLICATION_ID $IAMPASS_APPLICATION_SECRET""#;
    let applications = ["--application", "one:first secret", "--application", "two:second"];
    assert_eq!(run(&mut exec(&applications, script)).data(), "one first secret\n");
}

#[test]
fn how_it_ended_is_told_as_a_shell_would() {
    for (script, code) in [("exit 0", 0), ("exit 255", 255), ("kill -KILL $$", 137), ("kill -TERM $$", 143)] {
        let run = run(&mut exec(&[], script));
        assert_eq!(run, Run { code: Some(code), stdout: String::new(), stderr: String::new() }, "{script}");
    }
    let of = |command: &str| run(iampass().args(["emulator", "exec", "--", command]));
    let said = of("iampass-no-such-command").error(127);
    assert!(said.starts_with("error: there is no command `iampass-no-such-command`\n"), "{said}");
    let said = of("/").error(126);
    assert!(said.starts_with("error: the command `/` cannot be run\n"), "{said}");
}

#[test]
fn standard_input_and_arguments_are_the_commands_own() {
    let mut command = iampass();
    command.args(["emulator", "exec", "cat", "-", "--", "-x"]).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _watchdog = Watchdog::over(&child);
    child.stdin.take().unwrap().write_all(b"typed").unwrap();
    let run: Run = child.wait_with_output().unwrap().into();
    assert_eq!(run.stdout, "typed");
    // cat takes `-x` behind `--` for a file.
    assert!(run.stderr.contains("-x") && run.code == Some(1), "{run:?}");
}

#[test]
fn refused_requests_alone_are_told_of_unless_asked_for_more() {
    let script = r#""$IAMPASS" users add alice; IAMPASS_APPLICATION_SECRET=wrong "$IAMPASS" users add bob"#;
    let lines = |options: &[&str]| {
        let run = run(exec(options, &format!("({script}) 2>/dev/null")).env("COLUMNS", "80"));
        assert_eq!(run.code, Some(5), "{run:?}");
        assert!(!run.stderr.contains(SECRET));
        run.stderr
            .lines()
            .map(|line| line.split(' ').take(3).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    };
    let application = ["--application", "app:right"];
    let refused = "POST /management/add_users/app 401";
    assert_eq!(lines(&application), [refused]);
    assert_eq!(
        lines(&[&application[..], &["--log", "all"]].concat()),
        ["POST /management/add_users/app 201", refused]
    );
    assert!(lines(&[&application[..], &["--log", "none"]].concat()).is_empty());
}

#[test]
fn signals_are_passed_on_and_the_commands_end_is_waited_for() {
    for name in ["INT", "QUIT", "TERM", "HUP"] {
        let script =
            format!("trap 'echo got {name}; exit 9' {name}; echo ready; while :; do sleep 0.02; done");
        // In a group of its own, which no terminal sends anything.
        let mut command = exec(&[], &script);
        command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _watchdog = Watchdog::over(&child);
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        stdout.read_line(&mut said).unwrap();
        signal(name, child.id());
        stdout.read_to_string(&mut said).unwrap();
        assert_eq!(said, format!("ready\ngot {name}\n"));
        assert_eq!(child.wait().unwrap().code(), Some(9), "{name}");
    }
}

/// Where the platform's store can be told by a variable.
#[cfg(target_os = "linux")]
#[test]
fn the_command_is_told_the_ca_to_trust() {
    let script = r#"SSL_CERT_FILE="$IAMPASS_CA_FILE" "$IAMPASS" users add alice; echo "$IAMPASS_CA_FILE""#;
    let said = run(&mut exec(&["--tls"], script)).data();
    let file = said.strip_prefix("created alice\n").unwrap().trim();
    assert!(!Path::new(file).exists(), "{file}");

    let folder = tempfile::tempdir().unwrap();
    let asked = folder.path().join("ca.pem");
    let said = run(&mut exec(&["--tls", "--tls-ca", asked.to_str().unwrap()], script)).data();
    assert_eq!(said, format!("created alice\n{}\n", asked.display()));
    assert!(asked.exists());
}
