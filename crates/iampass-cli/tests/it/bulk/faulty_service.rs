//! A service that does not do what it should.

use httpmock::MockServer;
use iampass_emulator::Fault;

use crate::bulk::support::{Desk, json};
#[cfg(target_os = "linux")]
use crate::support::{Home, another_authority, tls_emulator};
use crate::support::{WRONG_SECRET, iampass_at, run, stable};

const ARGUMENTS: [&str; 8] =
    ["import", "users.txt", "--chunk", "1", "--concurrency", "2", "--checkpoint", "checkpoint"];
const ONE_BY_ONE: [&str; 6] = ["import", "users.txt", "--chunk", "1", "--concurrency", "1"];

fn desk() -> Desk {
    let desk = Desk::new();
    let ids: Vec<_> = (0..1_000).map(|number| format!("user{number}")).collect();
    desk.write("users.txt", ids.join("\n"));
    desk
}

/// It would answer a million times what it answers once.
#[test]
fn a_wrong_secret_stops_at_the_first_answer() {
    let desk = desk();
    let run = run(desk.command(&ARGUMENTS).env("IAMPASS_APPLICATION_SECRET", WRONG_SECRET));
    assert_eq!(run.code, Some(5), "{run:?}");
    assert!(run.stderr.contains("stopped, because all other requests would fail in the same way"), "{run:?}");
    assert!(run.stdout.contains("not sent"), "{run:?}");
    assert!(desk.requests().len() <= 3);
    // With the right one the same command resumes.
    let run = desk.run(&[&ARGUMENTS[..], &["--output", "json"]].concat());
    assert_eq!((run.code, json(&run)["created"].as_u64()), (Some(0), Some(1_000)));
}

#[test]
fn an_unknown_application_stops_at_the_first_answer() {
    let desk = desk();
    let run = desk.run(&[&ARGUMENTS[..], &["--application-id", "unknown"]].concat());
    assert_eq!(run.code, Some(4), "{run:?}");
    assert!(desk.requests().len() <= 3);
}

#[cfg(target_os = "linux")]
#[test]
fn a_certificate_that_is_not_trusted_stops_at_once() {
    let (desk, home, emulator) = (desk(), Home::new(), tls_emulator());
    let mut command = desk.command(&[&ARGUMENTS[..], &["--output", "json"]].concat());
    command.env("IAMPASS_SERVER", emulator.base_url()).env("SSL_CERT_FILE", another_authority(&home));
    let run = run(command.env_remove("SSL_CERT_DIR"));
    assert_eq!(run.code, Some(6), "{run:?}");
    assert!(run.stderr.contains("stopped, because all other requests would fail in the same way"), "{run:?}");
    assert!(run.stderr.contains("SSL_CERT_FILE") && run.stderr.contains("the same command sends"), "{run:?}");
    assert!(json(&run)["failed"].as_u64() <= Some(2), "{run:?}");
}

#[test]
fn a_service_that_refuses_everything_stops_after_ten() {
    let server = MockServer::start();
    let refuse = server.mock(|_when, then| {
        then.status(200).json_body(serde_json::json!({"status": false, "reason": "licence is used up"}));
    });
    let desk = desk();
    let mut command = iampass_at(&server.base_url());
    let run = run(command.current_dir(desk.folder.path()).arg("users").args(ONE_BY_ONE));
    assert_eq!(run.code, Some(3), "{run:?}");
    stable(|| insta::assert_snapshot!("refuses_everything", run.stderr));
    assert_eq!(refuse.calls(), 10);
}

/// Single failures, and answers that get lost: all comes right in the end.
#[test]
fn failures_now_and_then_stop_nothing() {
    let desk = desk();
    desk.emulator.inject(Fault::status(400).with_probability(0.05, 1)).unwrap();
    desk.emulator.inject(Fault::cut_body().applied().with_probability(0.02, 2)).unwrap();
    let arguments = [&ARGUMENTS[..], &["--report", "report", "--output", "json"]].concat();
    let first = desk.run(&arguments);
    let failed = json(&first)["failed"].as_u64().unwrap();
    assert!((10..200).contains(&failed), "{first:?}");
    assert_eq!((first.code, json(&first)["not_sent"].as_u64()), (Some(1), Some(0)));
    let listed = desk.report("report");
    assert_eq!(listed.values().filter(|outcomes| *outcomes == &["failed"]).count() as u64, failed);
    assert_eq!(listed.len(), 1_000);
    desk.emulator.clear_faults();
    let second = desk.run(&arguments);
    assert_eq!((second.code, json(&second)["failed"].as_u64()), (Some(0), Some(0)), "{second:?}");
    assert_eq!(desk.users().len(), 1_000);
    let listed = desk.report("report");
    assert_eq!(listed.len(), 1_000);
    let (again, once): (Vec<_>, Vec<_>) = listed.values().partition(|outcomes| outcomes.len() > 1);
    assert_eq!(again.len() as u64, failed);
    assert!(again.iter().all(|outcomes| outcomes.len() == 2 && outcomes[0] == "failed"), "{again:?}");
    assert!(once.iter().chain(&again).all(|outcomes| outcomes.last().unwrap() != "failed"));
}

/// A success that does not list all ids.
#[test]
fn what_the_service_does_not_list_is_told() {
    let server = MockServer::start();
    server.mock(|_when, then| {
        then.status(201).json_body(serde_json::json!({"status": true, "users": {"created": ["user1"]}}));
    });
    let desk = Desk::new();
    desk.write("users.txt", "user1\nuser2\n");
    let mut command = iampass_at(&server.base_url());
    let command = command.current_dir(desk.folder.path()).args(["users", "import", "users.txt"]);
    stable(|| insta::assert_snapshot!("unlisted", run(command).data()));
}
