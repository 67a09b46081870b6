//! The file of a report: whose it is, and that nothing in it is lost.

use iampass_emulator::Fault;

use crate::bulk::support::{Desk, mark};

/// Also a file that is shorter than the header of a report.
#[test]
fn a_file_that_is_there_is_not_written_over() {
    let desk = Desk::new();
    desk.write("users.txt", "alice\n");
    for (name, content) in
        [("report.csv", "id\nalice\n"), ("report.csv", "line,id,outcome,number,reason\n\n"), ("report", "\n")]
    {
        desk.write(name, content);
        let said = desk.run(&["import", "users.txt", "--report", name]).error(2);
        assert!(said.contains("it is there already"), "{said}");
        assert_eq!(desk.read(name), content);
    }
    assert!(desk.requests().is_empty());
}

/// A run that was killed before its first request leaves the header, or a part of it.
#[test]
fn a_report_that_has_no_line_is_begun_anew() {
    for there in ["", "line,id,ou", "line,id,outcome,number,reason\n"] {
        let desk = Desk::new();
        desk.write("users.txt", "alice\n");
        desk.write("report.csv", there);
        desk.run(&["import", "users.txt", "--report", "report.csv"]).data();
        assert_eq!(desk.read("report.csv"), "line,id,outcome,number,reason\n1,alice,created,1,\n");
    }
}

/// The name of a report says its format, and a resumed run keeps to it.
#[test]
fn a_report_that_was_renamed_does_not_get_lines_of_another_format() {
    for (before, after) in [("report.csv", "report.jsonl"), ("report.jsonl", "report.csv")] {
        let desk = Desk::new();
        desk.write("users.txt", "alice\n");
        let arguments = ["import", "users.txt", "--checkpoint", "checkpoint", "--report"];
        desk.run(&[&arguments[..], &[before]].concat()).data();
        std::fs::rename(desk.path(before), desk.path(after)).unwrap();
        let report = desk.read(after);
        desk.write("users.txt", "alice\nbob\n");
        let said = desk.run(&[&arguments[..], &[after]].concat()).error(2);
        assert!(said.contains("it was begun with a report in ") && said.contains("CSV"), "{said}");
        assert_eq!(desk.read(after), report);
        assert_eq!(desk.users(), ["alice"]);
    }
}

/// Program and report would each write from the file's beginning.
#[cfg(unix)]
#[test]
fn a_file_that_is_standard_output_is_no_report() {
    let desk = Desk::new();
    desk.write("users.txt", "alice\n");
    for name in ["/dev/stdout", "out"] {
        let file = std::fs::File::create(desk.path("out")).unwrap();
        let mut command = desk.command(&["import", "users.txt", "--report", name]);
        let run = command.stdout(file).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let run = run.wait_with_output().unwrap();
        assert_eq!((run.status.code(), desk.read("out").as_str()), (Some(2), ""));
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(said.contains("it is standard output, where the summary goes"), "{said}");
    }
    assert!(desk.requests().is_empty());
}

/// Also while it has no line yet, and without a checkpoint.
#[cfg(unix)]
#[test]
fn a_report_is_one_run_s_at_a_time() {
    let desk = Desk::new();
    desk.write("users.txt", "alice\n");
    desk.emulator.inject(Fault::delay(std::time::Duration::from_secs(60)).always()).unwrap();
    let arguments = ["import", "users.txt", "--report", "report"];
    let mut first =
        desk.command(&[&arguments[..], &["--checkpoint", "checkpoint"]].concat()).spawn().unwrap();
    while mark(&desk.path("checkpoint")).open.is_empty() {
        std::thread::yield_now();
    }
    let second = desk.run(&arguments).error(2);
    assert!(second.contains("another run is using it"), "{second}");
    first.kill().unwrap();
    first.wait().unwrap();
}
