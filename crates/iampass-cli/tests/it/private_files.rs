//! What the program writes for its user is not for others, whatever was there before.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;

use iampass_emulator::Emulator;
use tempfile::TempDir;

use crate::support::{Run, emulator, emulator_with_alice, iampass, iampass_at, run};

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users.txt"), "alice\n").unwrap();
    folder
}

/// Writes a file that everybody can read and write.
fn open_to_others(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o666)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

fn import(folder: &TempDir, options: &[&str]) -> Run {
    import_to(&emulator(), folder, options)
}

fn import_to(emulator: &Emulator, folder: &TempDir, options: &[&str]) -> Run {
    let mut command = iampass_at(emulator.base_url());
    command.current_dir(folder.path()).args(["users", "import", "users.txt"]);
    run(command.args(options))
}

/// An emulator that writes its CA into this file, as long as a command runs.
fn ca_in(path: &Path) -> Command {
    let mut command = iampass();
    command.args(["emulator", "exec", "--tls", "--tls-ca"]).arg(path).args(["--", "true"]);
    command
}

#[test]
fn reports_and_checkpoints_that_were_there_become_private() {
    let folder = folder();
    let file = |name: &str| -> PathBuf { folder.path().join(name) };
    let emulator = emulator();
    open_to_others(&file("report"), "");
    open_to_others(&file("checkpoint"), "");
    let options = ["--report", "report", "--checkpoint", "checkpoint"];
    assert_eq!(import_to(&emulator, &folder, &options).code, Some(0));
    assert_eq!((mode(&file("report")), mode(&file("checkpoint"))), (0o600, 0o600));

    // A later run resumes from them. It touches no other file, whatever its name, and nothing through a link.
    open_to_others(&file("diary"), "Dear diary\n");
    symlink(file("diary"), file("report.new")).unwrap();
    for name in ["report", "checkpoint"] {
        fs::set_permissions(file(name), Permissions::from_mode(0o644)).unwrap();
    }
    let names = || fs::read_dir(folder.path()).unwrap().count();
    let before = names();
    assert_eq!(import_to(&emulator, &folder, &options).code, Some(0));
    assert_eq!((mode(&file("report")), mode(&file("checkpoint"))), (0o600, 0o600));
    assert_eq!(fs::read_to_string(file("diary")).unwrap(), "Dear diary\n");
    assert_eq!((mode(&file("diary")), names()), (0o666, before));

    // Nor is the lock taken through one.
    fs::remove_file(file("checkpoint.lock")).unwrap();
    symlink(file("diary"), file("checkpoint.lock")).unwrap();
    let said = import_to(&emulator, &folder, &options).error(2);
    assert!(
        said.contains("checkpoint.lock`, which is locked while it is used, is not a regular file"),
        "{said}"
    );
    assert_eq!(mode(&file("diary")), 0o666);
}

#[test]
fn another_programs_file_keeps_its_mode() {
    let folder = folder();
    let path = folder.path().join("diary");
    open_to_others(&path, "Dear diary\n");
    for option in ["--report", "--checkpoint"] {
        import(&folder, &[option, "diary"]).error(2);
    }
    assert_eq!(mode(&path), 0o666);
}

#[test]
fn nothing_is_made_through_a_symbolic_link() {
    let folder = folder();
    let (link, target) = (folder.path().join("link"), folder.path().join("target"));
    symlink(&target, &link).unwrap();
    for option in ["--report", "--checkpoint"] {
        import(&folder, &[option, "link"]).error(2);
    }
    run(&mut ca_in(&link)).error(1);
    assert!(!target.exists());
}

#[test]
fn the_ca_takes_the_place_of_a_file_and_is_private() {
    let folder = folder();
    let (path, other) = (folder.path().join("ca.pem"), folder.path().join("other"));
    open_to_others(&path, "before");
    fs::hard_link(&path, &other).unwrap();
    run(&mut ca_in(&path)).data();
    assert_eq!(mode(&path), 0o600);
    assert!(fs::read_to_string(&path).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    assert_eq!(fs::read_to_string(&other).unwrap(), "before");

    let link = folder.path().join("link");
    symlink(&other, &link).unwrap();
    let said = run(&mut ca_in(&link)).error(1);
    assert!(said.starts_with("error: the file of `--tls-ca` cannot be written: "), "{said}");
    assert!(said.contains("it is not a regular file"), "{said}");
    assert_eq!(fs::read_to_string(&other).unwrap(), "before");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "nothing is left beside them");
}

/// A pipe in the folder, and what comes out of it.
fn pipe(folder: &TempDir, name: &str) -> JoinHandle<String> {
    let path = folder.path().join(name);
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    std::thread::spawn(move || fs::read_to_string(path).unwrap())
}

#[test]
fn pipes_and_terminals_are_written_to_as_they_are() {
    let folder = folder();
    let emulator = emulator_with_alice();
    let qr_file = |name: &str| {
        let mut command = iampass_at(emulator.base_url());
        command.current_dir(folder.path()).args(["device", "link", "alice", "--qr-file", name]);
        run(&mut command)
    };
    let read = pipe(&folder, "code.svg");
    qr_file("code.svg").data();
    assert!(read.join().unwrap().contains("<svg "));
    assert!(qr_file("/dev/stdout").data().contains("<svg "));
    qr_file("/dev/null").data();

    let mut command = iampass();
    command.args(["emulator", "exec", "--export", "/dev/stdout", "--", "true"]);
    assert!(run(&mut command).data().contains("\"applications\""));

    let read = pipe(&folder, "report.csv");
    import(&folder, &["--report", "report.csv"]);
    assert_eq!(read.join().unwrap(), "line,id,outcome,number,reason\n1,alice,created,1,\n");
}

/// Whoever has put the pipe there would read who the users are.
#[test]
fn a_report_is_not_written_into_a_pipe_of_another_user() {
    let folder = folder();
    let read = pipe(&folder, "report");
    let path = folder.path().join("report");
    while !path.exists() {
        std::thread::yield_now();
    }
    if std::os::unix::fs::chown(&path, Some(65_534), None).is_ok() {
        let said = import(&folder, &["--report", "report"]).error(2);
        assert!(said.contains("it is another user's pipe"), "{said}");
    } else {
        eprintln!("skipped: this user can give no file away");
        fs::write(&path, "").unwrap();
    }
    assert_eq!(read.join().unwrap(), "");
}

/// A session is read again, and somebody would have to write into the pipe first.
#[test]
fn a_pipe_is_no_session_file() {
    let folder = folder();
    let read = pipe(&folder, "session");
    let emulator = emulator_with_alice();
    let mut command = iampass_at(emulator.base_url());
    command.current_dir(folder.path()).args(["sign-in", "alice", "--session-file", "session"]);
    let said = run(&mut command).error(2);
    assert!(said.contains("it is not a regular file"), "{said}");
    fs::write(folder.path().join("session"), "").unwrap();
    read.join().unwrap();
}

#[test]
fn a_qr_file_is_not_made_through_a_link() {
    let folder = folder();
    let (link, target) = (folder.path().join("code.png"), folder.path().join("target"));
    symlink(&target, &link).unwrap();
    let emulator = emulator_with_alice();
    let before = emulator.requests().len();
    let mut command = iampass_at(emulator.base_url());
    run(command.args(["device", "link", "alice", "--qr-file"]).arg(&link)).error(1);
    assert!(!target.exists());
    fs::write(&target, "kept").unwrap();
    run(&mut command).error(2);
    assert_eq!(fs::read_to_string(&target).unwrap(), "kept");
    assert_eq!(emulator.requests().len(), before);
}

#[test]
fn man_pages_take_the_place_of_links_and_everybody_can_read_them() {
    let folder = folder();
    let (page, diary) = (folder.path().join("iampass.1"), folder.path().join("diary"));
    fs::write(&diary, "Dear diary\n").unwrap();
    symlink(&diary, &page).unwrap();
    run(iampass().arg("man").arg(folder.path())).data();
    assert_eq!(fs::read_to_string(&diary).unwrap(), "Dear diary\n");
    assert_eq!(mode(&page), 0o644);
}
