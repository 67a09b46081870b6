//! Standard output that cannot take what is printed.

use crate::support::{Run, emulator, iampass, iampass_at, run, run_into};

/// Runs with a pipe that nobody reads.
fn into_broken_pipe(command: &mut std::process::Command) -> Run {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    run_into(command, writer)
}

#[test]
fn a_broken_pipe_is_silent() {
    let emulator = emulator();
    for arguments in [&["users", "add", "alice"][..], &["device", "status", "alice", "--output", "json"]] {
        let run = into_broken_pipe(iampass_at(emulator.base_url()).args(arguments));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
    for argument in ["demo", "--help", "--version"] {
        let run = into_broken_pipe(iampass().arg(argument));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{argument}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let emulator = emulator();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = iampass_at(emulator.base_url());
    let said = run_into(command.args(["users", "add", "alice"]), full).error(1);
    assert!(said.starts_with("error: the output could not be written\n  because: No space left"), "{said}");
    assert!(said.contains("is done; only the output is missing"), "{said}");
}

#[test]
fn there_is_no_colour_where_there_is_no_terminal() {
    let emulator = emulator();
    for arguments in [&["--help"][..], &["users", "add", ""], &["device", "status", "nobody"], &["demo"]] {
        let run = run(iampass_at(emulator.base_url()).args(arguments));
        assert!(!format!("{}{}", run.stdout, run.stderr).contains('\u{1b}'), "{arguments:?}");
    }
}
