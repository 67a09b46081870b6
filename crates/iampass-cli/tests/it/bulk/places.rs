//! Places that cannot be written to or read from.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::path::Path;
use std::process::Command;

use crate::bulk::support::{Desk, mark};
use crate::support::{plain, run};

fn many(ids: usize) -> String {
    (0..ids).fold(String::new(), |text, number| text + &format!("user{number:06}@example.com\n"))
}

/// A folder that even its owner cannot write in: for root modes mean nothing, but `/sys` is the kernel's.
fn read_only(desk: &Desk) -> Option<String> {
    let folder = desk.path("read-only");
    std::fs::create_dir(&folder).unwrap();
    let mut mode = std::fs::metadata(&folder).unwrap().permissions();
    mode.set_readonly(true);
    std::fs::set_permissions(&folder, mode).unwrap();
    [folder.as_path(), Path::new("/sys")].into_iter().find_map(|folder| {
        let probe = folder.join("probe");
        let refused = folder.is_dir() && std::fs::write(&probe, "").is_err();
        std::fs::remove_file(probe).ok();
        refused.then(|| folder.to_str().unwrap().to_owned())
    })
}

#[test]
fn a_read_only_folder_is_told_before_anything_is_sent() {
    let desk = Desk::new();
    desk.write("users.txt", "alice\n");
    let Some(folder) = read_only(&desk) else {
        eprintln!("skipped: this user can write everywhere");
        return;
    };
    for option in ["--checkpoint", "--report"] {
        let place = format!("{folder}/file");
        let said = desk.run(&["import", "users.txt", option, &place]).error(2);
        assert!(said.contains(&place), "{said}");
        assert!(said.contains("cannot be opened"), "{said}");
        assert!(said.contains("hint: name a file in a folder that you can write in"), "{said}");
    }
    assert_eq!(desk.requests(), [0; 0]);
}

#[test]
fn what_is_no_file_is_no_checkpoint() {
    let desk = Desk::new();
    desk.write("users.txt", "alice\n");
    for (place, said) in [(".", "it is not a regular file"), ("missing/checkpoint", "it cannot be opened")] {
        let error = desk.run(&["import", "users.txt", "--checkpoint", place]).error(2);
        assert!(error.contains(said), "{error}");
    }
    if Path::new("/dev/full").exists() {
        desk.run(&["import", "users.txt", "--checkpoint", "/dev/full"]).error(2);
    }
    assert_eq!(desk.requests(), [0; 0]);
}

/// The kernel's own full disk.
#[test]
fn a_report_that_cannot_be_written_stops_the_run() {
    if !Path::new("/dev/full").exists() {
        eprintln!("skipped: there is no /dev/full");
        return;
    }
    let desk = Desk::new();
    desk.write("users.txt", many(1_000));
    let arguments = ["import", "users.txt", "--chunk", "10", "--concurrency", "2"];
    let run = desk.run(&[&arguments[..], &["--report", "/dev/full"]].concat());
    assert_eq!(run.code, Some(1), "{run:?}");
    plain(|| insta::assert_snapshot!("full_report", run.stderr));
    assert!(desk.requests().len() <= 3, "it stops at once: {}", desk.requests().len());
}

/// A file that may not grow any more: what a full disk looks like to a program, wherever tests run.
#[test]
fn a_disk_that_fills_up_loses_nothing() {
    let desk = Desk::new();
    desk.write("users.txt", many(2_000));
    let arguments =
        ["import", "users.txt", "--chunk", "10", "--checkpoint", "checkpoint", "--report", "report"];
    let program = desk.command(&arguments);
    for blocks in [1, 2, 8, 64] {
        // The signal that would end the program is ignored, as on a disk that is full.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut limited = Command::new("bash");
        limited.args(["-c", &script]).arg(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            if let Some(value) = value {
                limited.env(name, value);
            }
        }
        let run = run(limited.current_dir(desk.folder.path()));
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stderr.contains("it cannot be written"), "{run:?}");
        assert!(run.stderr.contains("hint: make room, then run the same command again"), "{run:?}");
        assert!(!mark(&desk.path("checkpoint")).is_all_of(2_000), "{blocks}");
    }
    finish(&desk, &arguments, 4);
}

/// After so many runs that were stopped, with 4 chunks in flight at the most.
fn finish(desk: &Desk, arguments: &[&str], stopped: usize) {
    let run = desk.run(arguments);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(desk.users().len(), 2_000);
    let report = desk.report("report");
    assert_eq!(report.len(), 2_000);
    let outcomes: Vec<_> = report.values().flatten().collect();
    assert_eq!(outcomes.len(), 2_000, "one for each id");
    assert!(outcomes.iter().all(|outcome| ["created", "sent_again"].contains(&outcome.as_str())));
    assert!(desk.requests().len() <= 200 + 4 * stopped, "{}", desk.requests().len());
}

/// The real thing, where the system lets the test have it.
#[test]
fn a_small_disk_that_is_full_loses_nothing() {
    let desk = Desk::new();
    desk.write("users.txt", many(2_000));
    let small = desk.path("disk");
    std::fs::create_dir(&small).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=32k", "tmpfs"]).arg(&small).output();
    if !mounted.as_ref().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: a tmpfs cannot be mounted here: {mounted:?}");
        return;
    }
    let _unmounted = Unmount(&small);
    let arguments = [
        "import",
        "users.txt",
        "--chunk",
        "10",
        "--checkpoint",
        "disk/checkpoint",
        "--report",
        "disk/report",
    ];
    let run = desk.run(&arguments);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("No space left on device"), "{run:?}");
    // A bigger disk.
    for name in ["checkpoint", "report"] {
        std::fs::copy(small.join(name), desk.path(name)).unwrap();
    }
    let arguments =
        ["import", "users.txt", "--chunk", "10", "--checkpoint", "checkpoint", "--report", "report"];
    finish(&desk, &arguments, 1);
}

struct Unmount<'a>(&'a Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        Command::new("umount").arg(self.0).status().ok();
    }
}
