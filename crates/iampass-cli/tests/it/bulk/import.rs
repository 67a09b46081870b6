//! What is sent, and what is said of it when all goes well.

use crate::bulk::support::{Desk, json, mark};
use crate::support::{iampass, plain, run};

const STAFF: &str = "alice\nbob\n\n..\nalice\ncarol\n";

#[test]
fn import_ends_with_a_table_and_a_report() {
    let desk = Desk::new();
    desk.run(&["add", "bob"]).data();
    desk.write("staff.txt", STAFF);
    let run = desk.run(&["import", "staff.txt", "--report", "report.jsonl"]);
    assert_eq!(run.code, Some(1), "an id is invalid");
    plain(|| insta::assert_snapshot!("import_table", run.stdout));
    plain(|| insta::assert_snapshot!("import_said", run.stderr));
    plain(|| insta::assert_snapshot!("import_report_json", desk.read("report.jsonl")));
    assert_eq!(desk.users(), ["alice", "bob", "carol"]);

    let run = desk.run(&["import", "staff.txt", "--report", "report.csv", "--output", "json", "--quiet"]);
    assert_eq!(run.code, Some(1));
    plain(|| insta::assert_snapshot!("import_json", run.stdout));
    plain(|| insta::assert_snapshot!("import_report_csv", desk.read("report.csv")));
    assert!(run.stderr.starts_with("error: "), "no warnings: {run:?}");
}

#[test]
fn the_outcomes_are_records_too() {
    let desk = Desk::new();
    desk.write("staff.txt", "alice\nbob\n");
    let run = |format| desk.run(&["import", "staff.txt", "--output", format]).data();
    plain(|| insta::assert_snapshot!("import_jsonl", run("jsonl")));
    plain(|| insta::assert_snapshot!("import_columns", run("table")));
}

#[test]
fn remove_deletes() {
    let desk = Desk::new();
    desk.run(&["add", "alice", "bob", "carol"]).data();
    desk.write("leavers.txt", "alice\nnobody\nalice\n");
    let table = desk.run(&["remove", "leavers.txt", "--yes", "--report", "report.jsonl"]).data();
    plain(|| insta::assert_snapshot!("remove_table", table));
    plain(|| insta::assert_snapshot!("remove_report", desk.read("report.jsonl")));
    assert_eq!(desk.users(), ["bob", "carol"]);
    let run = desk.run(&["remove", "leavers.txt", "-y", "--output", "json"]);
    plain(|| insta::assert_snapshot!("remove_json", run.data()));
}

/// 50,000 users must not be gone because the wrong line of a shell's history was taken.
#[test]
fn remove_needs_a_terminal_or_a_yes() {
    let desk = Desk::new();
    desk.run(&["add", "alice"]).data();
    desk.write("leavers.txt", "alice\n");
    let before = desk.requests();
    for (said, hint) in [
        (
            desk.run(&["remove", "leavers.txt", "--checkpoint", "state", "--report", "report.csv"]),
            "nothing was done: there is no terminal to ask on\n  hint: --yes does it without asking\n",
        ),
        (
            desk.piped(&["remove", "-"], "alice\n"),
            "nothing was done: what comes through a pipe cannot be counted before it is deleted\n  hint: write it \
             into a file, or let --yes do it without asking\n",
        ),
    ] {
        assert_eq!(said.error(2), format!("error: {hint}"));
    }
    assert_eq!((desk.requests(), desk.users()), (before, vec!["alice".to_owned()]));
    assert!(!desk.path("state").exists() && !desk.path("report.csv").exists());
    desk.run(&["remove", "leavers.txt", "--dry-run"]).data();
    desk.run(&["remove", "leavers.txt", "--curl"]).data();
    desk.piped(&["remove", "-", "--yes"], "alice\n").data();
    assert_eq!(desk.users(), [""; 0]);
}

#[test]
fn every_format_from_files_and_from_a_pipe() {
    let desk = Desk::new();
    desk.write("a.csv", "name,id\n\"Doe, J.\",a1\nx,a2\n");
    desk.write("b.csv", "name,e-mail\nx,b1\n");
    desk.write("c.jsonl", "\"c1\"\n{\"id\":\"c2\"}\n");
    desk.write("d", "{\"user\":\"d1\"}\n");
    desk.write("e.csv", "id,name\n");
    for arguments in [
        &["a.csv"][..],
        &["b.csv", "--column", "e-mail"],
        &["c.jsonl"],
        &["d", "--format", "jsonl", "--column", "user"],
        &["e.csv", "--format", "lines"],
    ] {
        desk.run(&[&["import"], arguments].concat()).data();
    }
    let pipes: [(&[&str], &str); 3] = [
        (&["-"], "f1\r\nf2"),
        (&["-", "--format", "csv", "--column", "b"], "\u{feff}a,b\r\n1,f3\r\n"),
        (&["-", "--format", "jsonl"], "\"f4\"\n"),
    ];
    for (arguments, input) in pipes {
        desk.piped(&[&["import"], arguments].concat(), input).data();
    }
    assert_eq!(desk.users(), ["a1", "a2", "b1", "c1", "c2", "d1", "f1", "f2", "f3", "f4", "id,name"]);
}

#[test]
fn a_dry_run_reads_all_sends_nothing_and_needs_no_settings() {
    let desk = Desk::new();
    desk.write("staff.txt", STAFF);
    let dry = |arguments: &[&str]| {
        let mut command = iampass();
        let command = command.current_dir(desk.folder.path()).args(["users", "import", "--dry-run"]);
        run(command.args(["--checkpoint", "checkpoint"]).args(arguments))
    };
    let said = dry(&["staff.txt"]);
    assert_eq!(said.code, Some(1), "an id is invalid");
    plain(|| insta::assert_snapshot!("dry_run", format!("{}---\n{}", said.stdout, said.stderr)));
    desk.write("right.txt", "alice\nbob\nalice");
    let said = dry(&["right.txt", "--output", "json"]);
    plain(|| insta::assert_snapshot!("dry_run_json", said.data()));
    let files = std::fs::read_dir(desk.folder.path()).unwrap().count();
    assert_eq!(files, 2, "it writes no checkpoint");
    assert_eq!(desk.requests(), [0; 0]);
}

#[test]
fn a_dry_run_writes_the_report_that_is_asked_for() {
    let desk = Desk::new();
    desk.write("staff.txt", STAFF);
    let arguments = ["import", "staff.txt", "--dry-run", "--quiet", "--report"];
    for (report, chunk) in [("report.csv", "1000"), ("chunks.csv", "1")] {
        let run = desk.run(&[&arguments[..], &[report, "--chunk", chunk]].concat());
        assert_eq!(run.code, Some(1), "{run:?}");
        let rows: Vec<_> = desk
            .read(report)
            .lines()
            .map(|row| row.split(',').take(4).collect::<Vec<_>>().join(","))
            .collect();
        let expected = [
            "line,id,outcome,number",
            "1,alice,valid,1",
            "2,bob,valid,2",
            "4,..,invalid,3",
            "5,alice,duplicate,4",
            "6,carol,valid,5",
        ];
        assert_eq!(rows, expected);
    }
    // Nor does it write over one.
    desk.run(&[&arguments[..], &["report.csv"]].concat()).error(2);
    assert_eq!(desk.requests(), [0; 0]);
}

#[test]
fn a_dry_run_counts_what_is_odd_and_shows_the_first_ids() {
    let desk = Desk::new();
    desk.write("staff.csv", "ID,name\na ,x\nb\u{200b},x\nc,\"x\ny\"\nd,x\n");
    let run = desk.run(&["import", "staff.csv", "--dry-run", "--quiet", "--output", "json"]);
    assert_eq!((json(&run)["odd"].as_u64(), json(&run)["valid"].as_u64()), (Some(3), Some(4)));
    assert_eq!(json(&run)["first_ids"], serde_json::json!(["a ", "b\u{200b}", "c"]));
    let text = desk.run(&["import", "staff.csv", "--dry-run", "--quiet", "--trim"]).data();
    assert!(
        text.ends_with("odd        2\n\nthe first ids, as they would be sent:\n  a\n  b\\u{200b}\n  c\n"),
        "{text}"
    );
    assert_eq!(desk.requests(), [0; 0]);
}

#[test]
fn chunks_and_duplicates_are_as_asked_for() {
    let desk = Desk::new();
    desk.write("staff.txt", "a\nb\na\nc\nd\ne\n");
    let run = desk.run(&["import", "staff.txt", "--chunk", "2", "--concurrency", "1", "--output", "json"]);
    assert_eq!(json(&run)["duplicate"], 1);
    let body = |ids: u64| 11 + 4 * ids;
    assert_eq!(desk.requests(), [body(2), body(2), body(1)]);
    let remove = ["remove", "staff.txt", "--yes", "--keep-duplicates", "--rate", "1000", "--output", "json"];
    let run = desk.run(&remove);
    assert_eq!((json(&run)["deleted"].as_u64(), json(&run)["duplicate"].as_u64()), (Some(6), Some(0)));
    assert_eq!(desk.requests().last(), Some(&body(6)));
}

#[test]
fn an_id_that_cannot_be_sent_is_invalid_each_time_and_no_request_is_made_for_it() {
    let desk = Desk::new();
    desk.write("staff.txt", "a\n..\na\n..\nb\n");
    let arguments = ["import", "staff.txt", "--chunk", "1", "--checkpoint", "checkpoint", "--output", "json"];
    let run = desk.run(&arguments);
    let count = |name: &str| json(&run)[name].as_u64().unwrap();
    assert_eq!((count("created"), count("invalid"), count("duplicate")), (2, 2, 1), "{run:?}");
    assert_eq!(desk.requests().len(), 2);
    let mark = mark(&desk.path("checkpoint"));
    assert!(mark.is_all_of(5), "{mark:?}");
    // And once more: nothing is left to send, and nothing is counted twice.
    let again = desk.run(&arguments);
    assert_eq!((again.code, json(&again)["earlier"].take()), (run.code, earlier(&json(&run))));
    assert_eq!(json(&again)["invalid"], 2);
    assert_eq!(desk.requests().len(), 2);
}

#[test]
fn arguments_that_make_no_sense_are_2() {
    let desk = Desk::new();
    desk.write("staff.txt", "a\n");
    for arguments in [
        &["import"][..],
        &["import", "staff.txt", "--chunk", "0"],
        &["import", "staff.txt", "--concurrency", "0"],
        &["import", "staff.txt", "--rate", "0"],
        &["import", "staff.txt", "--rate", "-1"],
        &["import", "staff.txt", "--rate", "NaN"],
        &["import", "staff.txt", "--format", "xml"],
        &["import", "staff.txt", "--report", "staff.txt"],
        &["import", "staff.txt", "--report", "x", "--checkpoint", "x"],
        &["import", "staff.txt", "--report", "x", "--checkpoint", "./x"],
        &["import", "-", "--secret-file", "-"],
        &["remove", "missing.txt"],
        &["remove", "."],
    ] {
        desk.run(arguments).error(2);
    }
    assert_eq!(desk.requests(), [0; 0]);
    assert_eq!(desk.read("staff.txt"), "a\n");
}

/// As a run counts what the one before it has counted.
fn earlier(summary: &serde_json::Value) -> serde_json::Value {
    let names = ["created", "existing", "sent_again", "unlisted", "invalid", "duplicate", "failed"];
    names.iter().map(|name| ((*name).to_owned(), summary[*name].clone())).collect()
}
