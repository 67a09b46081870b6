//! Checkpoints: going on, and refusing what does not belong together.

use iampass_emulator::Fault;

use crate::bulk::support::{Desk, chunks, json};
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
    assert!(report.values().all(|outcomes| *outcomes == ["created"]), "{report:?}");
    // And once more: nothing is left to send.
    assert_eq!(desk.run(&again), run);
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

/// A chunk whose answer was lost, because the run was killed: what it made comes back as existing.
#[test]
fn what_may_have_been_sent_before_is_told_apart() {
    let desk = half_done(&["--report", "report.jsonl"]);
    let text = desk.read("checkpoint");
    let header = text.lines().next().unwrap();
    // As if it had been killed with the first chunk in flight.
    desk.write("checkpoint", format!("{header}\n{{\"begun\":0}}\n{{\"be"));
    let run = desk.run(&[&ARGUMENTS[..], &["--report", "report.jsonl"]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    stable(|| insta::assert_snapshot!("sent_again", run.stdout));
    let report = desk.report("report.jsonl");
    assert_eq!(report["alice"], ["sent_again"]);
    assert_eq!(report["bob"], ["created"]);
    // Nothing says that this one was on its way.
    assert_eq!(report["carol"], ["existing"]);
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
    refused(&["import", "users.txt", "--checkpoint", "checkpoint"]);
    refused(&[&ARGUMENTS[..], &["--report", "report.jsonl"]].concat());
    refused(&[&ARGUMENTS[..], &["--keep-duplicates"]].concat());
    refused(&[&ARGUMENTS[..], &["--format", "csv", "--column", "alice"]].concat());
    refused(&[&ARGUMENTS[..], &["--application-id", "another"]].concat());
    refused(&[&ARGUMENTS[..], &["--server", "https://main.iam-api.com"]].concat());
    desk.write("users.txt", "alice\nbob\ncarol\ndave\n");
    refused(&ARGUMENTS);
    desk.write("users.txt", "alice\nbob\ncarla\n");
    refused(&ARGUMENTS);
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
        whole.replacen("{\"begun\":0}", "{\"begun\":", 1),
        whole.replacen("checkpoint\":1", "checkpoint\":9", 1),
    ] {
        desk.write("checkpoint", &content);
        said.extend([&desk.run(&ARGUMENTS).error(2), "\n"]);
        assert_eq!(desk.read("checkpoint"), content);
    }
    stable(|| insta::assert_snapshot!("checkpoint_damaged", said));
    assert_eq!(desk.requests().len(), sent);
}

#[test]
fn a_report_that_does_not_belong_to_the_checkpoint_is_refused() {
    let desk = half_done(&["--report", "report.jsonl"]);
    let sent = desk.requests().len();
    let again = [&ARGUMENTS[..], &["--report", "report.jsonl"]].concat();
    desk.write("report.jsonl", "");
    let mut said = desk.run(&again).error(2);
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

/// Standard input cannot be looked at before: chunks that are done are compared as they come.
#[test]
fn a_changed_pipe_is_noticed_where_it_has_changed() {
    let desk = Desk::new();
    let arguments = [
        "import",
        "-",
        "--chunk",
        "1",
        "--concurrency",
        "1",
        "--checkpoint",
        "checkpoint",
        "--output",
        "json",
    ];
    let first = desk.piped(&arguments, "a\nb\nc\n");
    assert_eq!(json(&first)["created"], 3);
    // More at the end is no change of what was done.
    let more = desk.piped(&arguments, "a\nb\nc\nd\n");
    assert_eq!((json(&more)["created"].as_u64(), more.code), (Some(4), Some(0)), "{more:?}");
    assert_eq!(desk.requests().len(), 4);
    let mut said = String::new();
    for input in ["a\nx\nc\nd\n", "a\nb\n"] {
        let run = desk.piped(&arguments, input);
        assert_eq!(run.code, Some(1), "{run:?}");
        said.extend([&run.stderr, "\n"]);
    }
    stable(|| insta::assert_snapshot!("changed_pipe", said));
    assert_eq!(desk.requests().len(), 4);
    assert_eq!(chunks(&desk.path("checkpoint")).0, [0, 1, 2, 3]);
}
