//! A run outlasts what a service goes through.

use std::process::Command;
use std::thread;
use std::time::Duration;

use iampass_emulator::{Emulator, Fault};

use crate::bulk::support::{Desk, json};
use crate::support::{Run, answers_with, closed_port, credentials, run};

const IDS: usize = 50_000;
const AWAY: Duration = Duration::from_millis(1_500);

/// A folder with so many ids in `users.txt`.
fn desk(emulator: Emulator, ids: usize) -> Desk {
    let desk = Desk::at(emulator);
    let ids: Vec<_> = (0..ids).map(|number| format!("user{number}@example.com")).collect();
    desk.write("users.txt", ids.join("\n"));
    desk
}

fn emulator() -> Emulator {
    Emulator::builder().application(credentials()).start().unwrap()
}

/// Imports all while the service goes through something; all must be there afterwards, with one row each.
fn all_arrive(desk: &Desk, meanwhile: impl FnOnce(&Emulator) + Send) -> Run {
    let arguments = ["import", "users.txt", "--report", "report", "--output", "json"];
    let done = thread::scope(|scope| {
        let meanwhile = scope.spawn(|| meanwhile(&desk.emulator));
        let done = desk.run(&arguments);
        meanwhile.join().unwrap();
        done
    });
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let counts = json(&done);
    assert_eq!((counts["failed"].as_u64(), counts["not_sent"].as_u64()), (Some(0), Some(0)), "{done:?}");
    assert_eq!(desk.users().len(), IDS);
    let report = desk.report("report");
    assert_eq!(report.len(), IDS);
    assert!(report.values().all(|outcomes| outcomes == &["created"] || outcomes == &["existing"]));
    done
}

fn pauses_and_resumes(run: &Run, because: &str) {
    let lines: Vec<_> = run.stderr.lines().collect();
    let paused = format!("paused: {because}");
    assert!(lines.iter().any(|line| line.starts_with(&paused)), "{}", run.stderr);
    assert!(lines.iter().any(|line| line.starts_with("resumed after ")), "{}", run.stderr);
}

#[test]
fn a_service_that_is_away_for_a_while() {
    let desk = desk(emulator(), IDS);
    desk.emulator.stop_listening().unwrap();
    let run = all_arrive(&desk, |emulator| {
        thread::sleep(AWAY);
        emulator.start_listening().unwrap();
    });
    pauses_and_resumes(&run, "could not connect to the service; the next attempt is in 1s");
}

#[test]
fn a_service_that_says_429_for_a_while() {
    let desk = desk(emulator(), IDS);
    desk.emulator.inject(Fault::status(429).header("Retry-After", "1").always()).unwrap();
    let run = all_arrive(&desk, |emulator| {
        thread::sleep(AWAY);
        emulator.clear_faults();
    });
    pauses_and_resumes(&run, "unexpected response: 429 Too Many Requests; the next attempt is in 1s");
    // It did not ask all the time.
    assert!(desk.requests().len() < IDS / 1_000 + 20, "{}", desk.requests().len());
}

#[test]
fn a_service_that_breaks_in_the_middle() {
    let desk = desk(emulator(), IDS);
    desk.emulator.inject(Fault::status(503).with_probability(0.3, 7)).unwrap();
    desk.emulator.inject(Fault::reset().applied().with_probability(0.2, 8)).unwrap();
    all_arrive(&desk, |emulator| {
        thread::sleep(AWAY);
        emulator.clear_faults();
    });
}

#[test]
fn a_service_that_takes_64_kib_at_a_time() {
    const LIMIT: usize = 64 * 1024;
    let emulator = Emulator::builder().application(credentials()).body_limit(LIMIT).start().unwrap();
    let desk = desk(emulator, IDS);
    let arguments = ["import", "users.txt", "--chunk", "10000", "--report", "report", "--output", "json"];
    let run = desk.run(&arguments);
    assert_eq!((run.code, json(&run)["created"].as_u64()), (Some(0), Some(IDS as u64)), "{run:?}");
    assert_eq!(desk.users().len(), IDS);
    assert!(desk.report("report").values().all(|outcomes| outcomes == &["created"]));
}

/// An id that is too large by itself; the others of its chunk arrive.
#[test]
fn an_id_that_is_too_large_fails_alone() {
    let emulator = Emulator::builder().application(credentials()).body_limit(1_000).start().unwrap();
    let desk = desk(emulator, 0);
    let ids: Vec<_> = (0..100)
        .map(|number| if number == 42 { "x".repeat(2_000) } else { format!("user{number}") })
        .collect();
    desk.write("users.txt", ids.join("\n"));
    let arguments = ["import", "users.txt", "--checkpoint", "checkpoint", "--report", "report"];
    for earlier in [0, 99] {
        let run = desk.run(&[&arguments[..], &["--output", "json"]].concat());
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stderr.contains("1 id in 1 chunk failed"), "{run:?}");
        assert!(run.stderr.contains("413"), "{run:?}");
        let counts = json(&run);
        let counts = ["created", "failed"]
            .map(|name| counts[name].as_u64())
            .into_iter()
            .chain([counts["earlier"]["created"].as_u64()]);
        assert!(counts.eq([Some(99), Some(1), Some(earlier)]), "{run:?}");
    }
    assert_eq!(desk.users().len(), 99);
    let report = desk.report("report");
    assert_eq!(report.len(), 100);
    assert_eq!(report[&ids[42]].last().unwrap(), "failed");
}

/// A part of the same chunk has failed before, for a reason of its own.
#[test]
fn what_ends_the_run_is_named_and_not_what_failed_before_in_the_chunk() {
    let works = || Fault::delay(Duration::ZERO);
    let fails = Fault::status;
    for faults in [
        // Of two ids, the first one fails alone.
        vec![fails(413), fails(413), fails(404).always()],
        // Of four, the first half succeeds.
        vec![fails(413), works(), fails(413), fails(413), fails(404).always()],
    ] {
        let desk = desk(emulator(), faults.len() - 1);
        for fault in faults {
            desk.emulator.inject(fault).unwrap();
        }
        let run = desk.run(&["import", "users.txt"]);
        assert_eq!(run.code, Some(4), "{run:?}");
        let error = run.stderr.lines().find(|line| line.starts_with("error: ")).unwrap();
        assert!(error.contains("all other requests would fail in the same way"), "{run:?}");
        assert!(!error.contains("413"), "{run:?}");
    }
}

/// What is removed is removed, whatever happens meanwhile.
#[test]
fn a_removal_outlasts_an_outage_too() {
    let desk = desk(emulator(), 3_000);
    assert_eq!(desk.run(&["import", "users.txt"]).code, Some(0));
    desk.emulator.inject(Fault::status(502).times(6)).unwrap();
    let run = desk.run(&["remove", "users.txt", "--yes"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(desk.users().is_empty());
}

const WITH_CHECKPOINT: [&str; 6] =
    ["import", "users.txt", "--checkpoint", "state of it", "--give-up-after", "1s"];

#[test]
fn an_outage_that_lasts_too_long_ends_the_run_and_the_command_that_it_names_resumes() {
    let desk = desk(emulator(), 3_000);
    let server = desk.emulator.base_url().to_owned();
    desk.emulator.stop_listening().unwrap();
    let first = desk.run(&WITH_CHECKPOINT);
    assert_eq!(first.code, Some(6), "{first:?}");
    assert!(
        first.stderr.contains("error: stopped, because the service has been away for too long"),
        "{first:?}"
    );
    // Word by word.
    assert!(first.stderr.contains("the same command sends what is missing"), "{first:?}");
    let command = first.stderr.rsplit_once("  to continue: ").unwrap().1;
    let words = shlex::split(command).unwrap();
    assert_eq!(words[..2], ["iampass", "users"]);
    assert_eq!(words[2..], WITH_CHECKPOINT);
    desk.emulator.start_listening().unwrap();
    assert_eq!(desk.emulator.base_url(), server);
    let words: Vec<_> = words[2..].iter().map(String::as_str).collect();
    assert_eq!(desk.run(&words).code, Some(0));
    assert_eq!(desk.users().len(), 3_000);
}

#[test]
fn without_a_wait_a_run_ends_at_once() {
    let desk = desk(emulator(), 10);
    let server = closed_port();
    let run = desk.run(&["import", "users.txt", "--give-up-after", "0s", "--server", &server]);
    assert_eq!(run.code, Some(6), "{run:?}");
    assert!(!run.stderr.contains("paused"), "{run:?}");
    let hint = format!(
        "hint: check that {server} (IAMPASS_SERVER) is right and can be reached from here; then the same"
    );
    assert!(run.stderr.contains(&hint), "{run:?}");
    let command = format!(
        "  to continue: iampass users import users.txt --give-up-after 0s --server {server}
"
    );
    assert!(run.stderr.ends_with(&command), "{run:?}");
}

/// A report that has lines is not begun anew.
#[test]
fn with_a_report_and_no_checkpoint_the_same_command_would_be_refused() {
    let desk = desk(emulator(), 10);
    desk.emulator.inject(Fault::status(503).always()).unwrap();
    let run = desk.run(&["import", "users.txt", "--report", "report", "--give-up-after", "0s"]);
    assert!(
        run.stderr.contains("hint: the same command, with another name for the report, can safely"),
        "{run:?}"
    );
    assert!(!run.stderr.contains("to continue:"), "{run:?}");
    let run = desk.piped(&["import", "-", "--report", "second", "--give-up-after", "0s"], "alice\n");
    assert!(
        run.stderr.contains("with the same ids on standard input and another name for the report, can"),
        "{run:?}"
    );
}

/// All requests would meet the same proxy.
#[test]
fn a_proxy_that_wants_a_password_ends_the_run_at_once() {
    let desk = desk(emulator(), 10);
    let proxy = answers_with(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
    let mut command = desk.command(&["import", "users.txt", "--server", "https://iam.example.com"]);
    let run = run(command.env("HTTPS_PROXY", proxy));
    assert_eq!(run.code, Some(6), "{run:?}");
    assert!(!run.stderr.contains("paused"), "{run:?}");
    assert!(run.stderr.contains("hint: write them into HTTPS_PROXY, as in"), "{run:?}");
    assert!(run.stderr.contains("; then the same command can safely be repeated"), "{run:?}");
}

/// It names the wait, and how to ask less often.
#[test]
fn a_service_that_asks_for_a_wait_that_is_too_long() {
    let desk = desk(emulator(), 10);
    desk.emulator.inject(Fault::status(429).header("Retry-After", "7200").always()).unwrap();
    for (rate, suggested) in [(None, "--rate 1`"), (Some("5"), "--rate 2.5`")] {
        let rate: Vec<_> = rate.into_iter().flat_map(|rate| ["--rate", rate]).collect();
        let run = desk.run(&[&["import", "users.txt"][..], &rate].concat());
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(
            run.stderr.contains("stopped, because the service has asked to slow down for too long"),
            "{run:?}"
        );
        assert!(
            run.stderr.contains("hint: wait for 2h, as the service asks; then the same command"),
            "{run:?}"
        );
        assert!(run.stderr.contains(suggested), "{run:?}");
    }
}

#[test]
fn ids_from_standard_input_have_to_be_given_again() {
    let desk = desk(emulator(), 0);
    desk.emulator.inject(Fault::status(503).always()).unwrap();
    let run = desk.piped(&["import", "-", "--give-up-after", "0s"], "alice\n");
    assert!(
        run.stderr.contains("hint: the same command, with the same ids on standard input, can safely"),
        "{run:?}"
    );
}

#[test]
fn a_quiet_run_does_not_tell_of_pauses() {
    let desk = desk(emulator(), 10);
    desk.emulator.inject(Fault::status(503).times(5)).unwrap();
    let run = desk.run(&["import", "users.txt", "--quiet"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
}

/// Nobody waits for the end of an outage.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_pause_at_once() {
    use crate::terminal::Terminal;

    let desk = desk(emulator(), 10);
    desk.emulator.inject(Fault::status(503).header("Retry-After", "200").always()).unwrap();
    let command: Command = desk.command(&["import", "users.txt", "--checkpoint", "checkpoint"]);
    let terminal = Terminal::run(&command, 120);
    terminal.until("the next attempt is in 3m 20s");
    terminal.until("paused 0 of 10");
    terminal.enter("\u{3}");
    let ended = terminal.end();
    assert_eq!(ended.status.code(), Some(130), "{}", ended.screen);
    assert!(ended.screen.contains("error: stopped by Ctrl-C"), "{}", ended.screen);
    desk.emulator.clear_faults();
    assert_eq!(run(&mut desk.command(&["import", "users.txt", "--checkpoint", "checkpoint"])).code, Some(0));
}
