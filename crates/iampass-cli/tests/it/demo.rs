//! `iampass demo`.

use iampass_authentication::generated::{self as authentication, operations};
use iampass_management::generated as management;

use crate::support::{iampass, run, stable};

#[test]
fn shows_every_call() {
    let shown = run(iampass().arg("demo")).data();
    let given_urls = [&operations::SESSION_STATUS, &operations::END_SESSION];
    let all = management::OPERATIONS.into_iter().chain(authentication::OPERATIONS).chain(given_urls);
    for operation in all {
        assert!(shown.contains(&format!(" {}\n", operation.id)), "{} is not shown", operation.id);
    }
    for line in shown.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    stable(|| insta::assert_snapshot!("demo", shown));
}

/// The refusal quotes the text that the emulator was to find signed: nonce, URL and time.
#[test]
fn the_headers_shown_are_those_that_were_sent() {
    let shown = run(iampass().arg("demo")).data();
    let (shown_before, _) = shown.split_once("Refused,").unwrap();
    let last =
        |start: &str| shown_before.lines().filter_map(|line| line.trim().strip_prefix(start)).next_back();
    let nonce = last("> Authentication: hmac demo:").and_then(|rest| rest.split(':').next()).unwrap();
    let time = last("> X-IAMPASS-Authentication-Timestamp: ").unwrap();
    let base_url = last("A local IAMPASS is listening on http://").unwrap().trim_end_matches('.');
    let signed = format!("\"{nonce}{base_url}/management/add_users/demo{time}\"");
    assert!(shown.contains(&signed), "{signed} is not in\n{shown}");
}

#[test]
fn looks_at_no_setting() {
    let settings =
        ["IAMPASS_SERVER", "IAMPASS_APPLICATION_ID", "IAMPASS_APPLICATION_SECRET"].map(|name| (name, " \n"));
    run(iampass().arg("demo").envs(settings)).data();
}
