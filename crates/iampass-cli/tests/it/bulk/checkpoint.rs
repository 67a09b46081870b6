//! Checkpoints: resuming, and refusing what does not belong together.

use iampass_emulator::Fault;
use serde_json::{Value, json};

use crate::bulk::support::{Desk, json, mark};
use crate::support::{SECRET, stable};

const ARGUMENTS: [&str; 8] =
    ["import", "users.txt", "--chunk", "1", "--concurrency", "1", "--checkpoint", "checkpoint"];

/// A desk with three users to import, of which the second is refused in the first run.
fn half_done(more: &[&str]) -> Desk {
    let desk = Desk::new();
    desk.write("users.txt", "alice\nbob\ncarol\n");
    desk.emulator.inject(Fault::delay(std::time::Duration::ZERO)).unwrap();
    desk.emulator.inject(Fault::status(400).body("not this one")).unwrap();
    let run = desk.run(&[&ARGUMENTS[..], more].concat());
    assert_eq!(run.code, Some(1), "{run:?}");
    desk
}

#[test]
fn the_same_command_sends_what_is_missing() {
    let desk = half_done(&["--report", "report.jsonl"]);
    stable(|| insta::assert_snapshot!("checkpoint", desk.read("checkpoint")));
    assert!(!desk.read("checkpoint").contains(SECRET));
    stable(|| insta::assert_snapshot!("checkpoint_report", desk.read("report.jsonl")));
    assert_eq!(desk.users(), ["alice", "carol"]);
    let again = [&ARGUMENTS[..], &["--report", "report.jsonl", "--output", "json"]].concat();
    let run = desk.run(&again);
    assert_eq!((json(&run)["created"].as_u64(), run.code), (Some(3), Some(0)), "{run:?}");
    assert_eq!(desk.users(), ["alice", "bob", "carol"]);
    assert_eq!(desk.requests().len(), 4);
    let report = desk.report("report.jsonl");
    assert_eq!(report.len(), 3);
    // A line stays; the last one says what became of an id.
    assert_eq!(report["bob"], ["failed", "created"]);
    assert_eq!(
        (&report["alice"][..], &report["carol"][..]),
        (&["created".to_owned()][..], &["created".to_owned()][..])
    );
    assert_eq!(
        (json(&run)["earlier"]["created"].as_u64(), json(&run)["failed"].as_u64()),
        (Some(2), Some(0))
    );
    assert_eq!(run.stderr, "1 id that failed or got no response is sent again\n");
    // And once more: nothing is left to send.
    assert!(mark(&desk.path("checkpoint")).is_all_of(3));
    let once_more = desk.run(&again);
    assert_eq!((json(&once_more)["created"].as_u64(), once_more.code), (Some(3), Some(0)));
    assert_eq!(json(&once_more)["earlier"]["created"], 3);
    assert_eq!(once_more.stderr, "all of it is done already\n");
    assert_eq!(desk.requests().len(), 4);
    assert_eq!(desk.report("report.jsonl"), report);
}

#[test]
fn a_failure_of_one_chunk_is_told_and_stops_no_other() {
    let desk = Desk::new();
    desk.write("users.txt", "alice\nbob\ncarol\n");
    desk.emulator.inject(Fault::status(400).body("not this one")).unwrap();
    let run = desk.run(&ARGUMENTS);
    assert_eq!(run.code, Some(1));
    stable(|| insta::assert_snapshot!("failure", format!("{}---\n{}", run.stdout, run.stderr)));
    assert_eq!(desk.users(), ["bob", "carol"]);
}

/// The run in which it failed has said what is odd about it.
#[test]
fn what_is_odd_about_an_id_that_failed_is_not_said_again() {
    let desk = Desk::new();
    desk.write("users.txt", "alice\nbob \n");
    desk.emulator.inject(Fault::delay(std::time::Duration::ZERO)).unwrap();
    desk.emulator.inject(Fault::status(400)).unwrap();
    assert!(desk.run(&ARGUMENTS).stderr.contains("\\u{20}"));
    let again = desk.run(&ARGUMENTS);
    assert_eq!(
        (again.code, again.stderr.as_str()),
        (Some(0), "1 id that failed or got no response is sent again\n")
    );
}

/// Makes the checkpoint that of a run that was killed.
fn killed_with(desk: &Desk, changes: &[(&str, Value)]) {
    let mut checkpoint: Value = serde_json::from_str(&desk.read("checkpoint")).unwrap();
    for (name, value) in changes {
        checkpoint["mark"][*name] = value.clone();
    }
    desk.write("checkpoint", format!("{checkpoint}\n"));
}

/// A chunk whose answer was lost, because the run was killed: what it made comes back as existing.
#[test]
fn what_may_have_been_sent_before_is_told_apart() {
    let desk = Desk::new();
    desk.write("users.txt", "alice\nbob\ncarol\n");
    desk.run(&["add", "bob"]).data();
    desk.run(&ARGUMENTS).data();
    killed_with(&desk, &[("open", json!([[1, 1]])), ("outcomes", json!({"created": 1, "existing": 1}))]);
    // Nothing says that dave was on its way.
    desk.write("users.txt", "alice\nbob\ncarol\ndave\n");
    desk.run(&["add", "dave"]).data();
    let run = desk.run(&ARGUMENTS);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stderr, "resumes at id 4 of 4; 1 id that failed or got no response is sent again\n");
    stable(|| insta::assert_snapshot!("sent_again", run.stdout));
    assert_eq!(desk.requests().len(), 7);
}

/// The run was killed when the report had the answer, and the checkpoint had not.
#[test]
fn what_the_report_has_of_an_id_stays_and_is_not_written_again() {
    for (report, torn) in [
        ("report.jsonl", ["", "{\"line\":3,\"id\":\"caro", "\0\0\0"]),
        ("report.csv", ["", "3,carol,crea", "3,\"ca\n\"\"rol"]),
    ] {
        for torn in torn {
            for answered in [true, false] {
                let desk = Desk::new();
                let arguments = [&ARGUMENTS[..], &["--report", report, "--output", "json"]].concat();
                desk.write("users.txt", "alice\n");
                desk.run(&arguments).data();
                let before: Value = serde_json::from_str(&desk.read("checkpoint")).unwrap();
                let first = desk.read(report).len();
                desk.write("users.txt", "alice\n\"b\"\n");
                assert_eq!(desk.run(&arguments).code, Some(0));
                let text = desk.read(report);
                let kept = if answered { &text } else { &text[..first] };
                desk.write(report, format!("{kept}{torn}"));
                let mut changes: Vec<_> =
                    ["outcomes", "report"].map(|name| (name, before["mark"][name].clone())).to_vec();
                changes.push(("open", json!([[2, 2]])));
                killed_with(&desk, &changes);
                desk.write("users.txt", "alice\n\"b\"\ncarol\ncarol\n..\n");
                let run = desk.run(&arguments);
                let count = |name: &str| json(&run)[name].as_u64().unwrap();
                let created = if answered { 3 } else { 2 };
                assert_eq!(desk.requests().len(), if answered { 3 } else { 4 });
                assert_eq!(
                    (count("created"), count("sent_again")),
                    (created, 3 - created),
                    "{report} {torn}"
                );
                assert_eq!((count("existing"), count("duplicate"), count("invalid")), (0, 1, 1));
                let now = desk.read(report);
                let rows = rows(&now);
                assert_eq!(rows.len(), 5, "{now}");
                assert!(now.starts_with(kept), "{now}");
                assert_eq!(rows[1], (2, if answered { "created" } else { "sent_again" }.to_owned()), "{now}");
            }
        }
    }
}

/// Of each line of a report, the id's number and the outcome.
fn rows(report: &str) -> Vec<(u64, String)> {
    if let Some(table) = report.strip_prefix("line,") {
        let rows = table.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
        return rows.map(|row| (row[3].parse().unwrap(), row[2].to_owned())).collect();
    }
    let rows = report.lines().map(|row| serde_json::from_str::<Value>(row).unwrap());
    rows.map(|row| (row["number"].as_u64().unwrap(), row["outcome"].as_str().unwrap().to_owned())).collect()
}

/// What is done is told by how many ids were read, so a later run may send them in other chunks.
#[test]
fn chunk_size_and_concurrency_may_differ() {
    let desk = Desk::new();
    let ids: Vec<_> = (0..30).map(|number| format!("user{number:02}")).collect();
    desk.write("users.txt", ids.join("\n"));
    desk.emulator.inject(Fault::delay(std::time::Duration::ZERO)).unwrap();
    desk.emulator.inject(Fault::status(400)).unwrap();
    let run = |chunk: &str, concurrency: &str| {
        let arguments = ["import", "users.txt", "--chunk", chunk, "--concurrency", concurrency];
        desk.run(&[&arguments[..], &["--checkpoint", "checkpoint", "--output", "json"]].concat())
    };
    assert_eq!(run("10", "1").code, Some(1));
    assert_eq!(mark(&desk.path("checkpoint")).failed, [(11, 20)]);
    desk.emulator.inject(Fault::status(400)).unwrap();
    assert_eq!(run("4", "1").code, Some(1));
    assert_eq!(mark(&desk.path("checkpoint")).failed, [(11, 14)]);
    let last = run("1000", "8");
    assert_eq!((last.code, json(&last)["created"].as_u64()), (Some(0), Some(30)), "{last:?}");
    // A body with so many ids.
    let body = |ids: u64| 11 + 9 * ids;
    assert_eq!(desk.requests(), [body(10), body(10), body(10), body(4), body(4), body(2), body(4)]);
}

#[test]
fn a_checkpoint_of_something_else_is_refused() {
    let desk = half_done(&[]);
    let (checkpoint, sent) = (desk.read("checkpoint"), desk.requests().len());
    let mut said = String::new();
    let mut refused = |arguments: &[&str]| {
        let error = desk.run(arguments).error(2);
        said.extend(["$ iampass users ", &arguments.join(" "), "\n", &error, "\n"]);
        assert_eq!(desk.read("checkpoint"), checkpoint, "it is left as it is");
    };
    let remove = ARGUMENTS.map(|argument| if argument == "import" { "remove" } else { argument });
    refused(&[&remove[..], &["--yes"]].concat());
    refused(&[&ARGUMENTS[..], &["--report", "report.jsonl"]].concat());
    refused(&[&ARGUMENTS[..], &["--keep-duplicates"]].concat());
    refused(&[&ARGUMENTS[..], &["--format", "csv", "--column", "alice"]].concat());
    refused(&[&ARGUMENTS[..], &["--application-id", "another"]].concat());
    refused(&[&ARGUMENTS[..], &["--server", "https://main.iam-api.com"]].concat());
    for input in ["alice\nbob\ncarla\n", "alice\nbobc\narol\n", "dave\nalice\nbob\ncarol\n", "alice\nbob\n"] {
        desk.write("users.txt", input);
        refused(&ARGUMENTS);
    }
    stable(|| insta::assert_snapshot!("checkpoint_of_another", said));
    assert_eq!(desk.requests().len(), sent);
}

#[test]
fn a_checkpoint_that_cannot_be_read_is_left_as_it_is() {
    let desk = half_done(&[]);
    let whole = desk.read("checkpoint");
    let sent = desk.requests().len();
    let mut said = String::new();
    for content in [
        "alice\nbob\n".to_owned(),
        "\u{0}\u{0}\u{0}".to_owned(),
        whole.replacen("\"begun\":3", "\"begun\":", 1),
        whole.replacen("\"begun\":3", "\"begun\":1", 1),
        whole.replacen("\"begun\":3", "\"begun\":18446744073709551615", 1),
        whole.replacen("[[2,2]]", "[[3,2]]", 1),
        whole.replacen("\"open\":[]", "\"open\":[[1,2]]", 1),
        whole.replacen("\"failed\"", "\"more\":0,\"failed\"", 1),
        whole.replacen("\"created\":2", "\"created\":18446744073709551615,\"existing\":3", 1),
        whole.replacen("\"created\":2", "\"failed\":2", 1),
        whole.replacen("checkpoint\":2", "checkpoint\":9", 1),
        // As the program had it before.
        "{\"iampass_checkpoint\":1,\"operation\":\"import\"}\n{\"begun\":0}\n".to_owned(),
    ] {
        assert_ne!(content, whole);
        desk.write("checkpoint", &content);
        said.extend([&desk.run(&ARGUMENTS).error(2), "\n"]);
        assert_eq!(desk.read("checkpoint"), content);
    }
    // Not a text.
    desk.write("checkpoint", [0x89, b'P', b'N', b'G', 0xFF]);
    let image = desk.run(&ARGUMENTS).error(2);
    assert!(image.contains("it is no checkpoint of this program"), "{image}");
    stable(|| insta::assert_snapshot!("checkpoint_damaged", said));
    assert_eq!(desk.requests().len(), sent);
}

#[test]
fn a_report_that_does_not_belong_to_the_checkpoint_is_refused() {
    let desk = half_done(&["--report", "report.jsonl"]);
    let sent = desk.requests().len();
    let again = [&ARGUMENTS[..], &["--report", "report.jsonl"]].concat();
    let report = desk.read("report.jsonl");
    let mut said = String::new();
    for other in ["", &report.replace('\n', " "), &format!("{report}of last year\n")] {
        desk.write("report.jsonl", other);
        said = desk.run(&again).error(2);
        assert_eq!(desk.read("report.jsonl"), other);
    }
    std::fs::remove_file(desk.path("report.jsonl")).unwrap();
    said.extend(["\n", &desk.run(&again).error(2)]);
    // And a new run does not write over a report.
    desk.write("old.jsonl", "of last year\n");
    said.extend(["\n", &desk.run(&["import", "users.txt", "--report", "old.jsonl"]).error(2)]);
    said.extend([
        "\n",
        &desk.run(&["import", "users.txt", "--report", "old.jsonl", "--checkpoint", "new"]).error(2),
    ]);
    assert_eq!(desk.read("old.jsonl"), "of last year\n");
    stable(|| insta::assert_snapshot!("report_of_another", said));
    assert_eq!(desk.requests().len(), sent);
}

/// Also of standard input, nothing is sent before all that was done has been compared.
#[test]
fn a_changed_pipe_is_noticed_before_anything_is_sent() {
    let desk = Desk::new();
    let arguments = ["import", "-", "--chunk", "1", "--concurrency", "1"];
    let arguments = [&arguments[..], &["--checkpoint", "checkpoint", "--output", "json"]].concat();
    desk.emulator.inject(Fault::status(400)).unwrap();
    let first = desk.piped(&arguments, "a\nb\nc\n");
    assert_eq!((json(&first)["created"].as_u64(), json(&first)["failed"].as_u64()), (Some(2), Some(1)));
    let mut said = String::new();
    for input in ["a\nx\nc\nd\n", "a\nb\n"] {
        said.extend([&desk.piped(&arguments, input).error(2), "\n"]);
    }
    stable(|| insta::assert_snapshot!("changed_pipe", said));
    assert_eq!(desk.requests().len(), 3);
    // More at the end is no change of what was done.
    let more = desk.piped(&arguments, "a\nb\nc\nd\n");
    assert_eq!((json(&more)["created"].as_u64(), more.code), (Some(4), Some(0)), "{more:?}");
    assert_eq!(desk.requests().len(), 5);
}

/// A checkpoint is one run's at a time.
#[test]
fn a_second_run_is_refused_while_the_first_one_is_at_work() {
    let desk = Desk::new();
    desk.write("users.txt", "alice\n");
    desk.emulator.inject(Fault::delay(std::time::Duration::from_secs(60)).always()).unwrap();
    let mut first = desk.command(&ARGUMENTS).spawn().unwrap();
    while mark(&desk.path("checkpoint")).open.is_empty() {
        std::thread::yield_now();
    }
    let second = desk.run(&ARGUMENTS).error(2);
    assert!(second.contains("another run is using it"), "{second}");
    first.kill().unwrap();
    first.wait().unwrap();
    desk.emulator.clear_faults();
    let third = desk.run(&ARGUMENTS);
    assert_eq!(third.code, Some(0), "{third:?}");
}
