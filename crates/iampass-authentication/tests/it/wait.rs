//! Waiting for the user, in virtual time: server and client run on one paused clock, which jumps to the next timer
//! only when no byte is on its way (`virtual_time` of the fixture tells how).

use std::time::Duration;

use iampass_authentication::{ErrorKind, SessionStatus};
use iampass_fixture_service::network::Network;
use iampass_fixture_service::reply::{Reply, Step};
use iampass_fixture_service::virtual_time;
use tokio::time::{Instant, sleep, timeout};

use crate::support::{MINUTE, Server, persistent_client, session, session_at};

fn state(word: &str) -> Reply {
    Reply::body(format!(r#"{{"session_status":"{word}"}}"#))
}

/// What a wait came to, when each request came, and how long it took, in milliseconds.
struct Waited {
    outcome: Result<String, String>,
    requests: Vec<u128>,
    millis: u128,
}

/// Waits for a session of a service that replies by this script.
fn wait(script: Vec<Reply>, time: Duration) -> Waited {
    virtual_time::run(async {
        let server = Server::start(script).await;
        let session = session(&persistent_client(&server));
        let started = Instant::now();
        let outcome = session.wait(time).await;
        let millis = started.elapsed().as_millis();
        // Nothing goes on in the background.
        sleep(10 * MINUTE).await;
        let requests = server.log().requests.iter().map(|request| request.at.as_millis()).collect();
        let outcome = outcome.map(|status| status.to_string());
        Waited { outcome: outcome.map_err(|error| error.kind().name().to_owned()), requests, millis }
    })
}

/// Timers are rounded up to milliseconds.
fn assert_about(times: &[u128], expected: &[u128]) {
    let is_about = |(time, expected): (&u128, &u128)| (*expected..=expected + 20).contains(time);
    assert_eq!(times.len(), expected.len(), "{times:?}");
    assert!(times.iter().zip(expected).all(is_about), "{times:?}");
}

#[test]
fn it_asks_at_once_and_then_less_and_less_often() {
    let script = (0..9).map(|_| state("pending")).chain([state("active")]).collect();
    let waited = wait(script, Duration::MAX);
    assert_eq!(waited.outcome.as_deref(), Ok("active"));
    let expected = [0, 1_000, 2_500, 4_750, 8_125, 13_125, 18_125, 23_125, 28_125, 33_125];
    assert_about(&waited.requests, &expected);
}

#[test]
fn whatever_the_user_does_ends_it() {
    for word in ["active", "walkaway", "failed", "cancelled", "timeout", "closed"] {
        let waited = wait(vec![state("pending"), state("identifying"), state(word)], MINUTE);
        assert_eq!(waited.outcome.as_deref(), Ok(word));
        assert_about(&waited.requests, &[0, 1_000, 2_500]);
    }
}

#[test]
fn a_word_that_is_not_known_may_become_one_that_is() {
    let waited = wait(vec![state("thinking"), state("active")], MINUTE);
    assert_eq!(waited.outcome.as_deref(), Ok("active"));
    let waited = wait(vec![state("thinking")], Duration::from_secs(2));
    assert_eq!(waited.outcome.as_deref(), Ok("thinking"));
}

#[test]
fn at_its_end_it_asks_once_more_and_returns_what_that_brings() {
    let waited = wait(vec![state("pending")], Duration::from_secs(6));
    assert_eq!(waited.outcome.as_deref(), Ok("pending"));
    assert_about(&waited.requests, &[0, 1_000, 2_500, 4_750, 6_000]);
    assert_about(&[waited.millis], &[6_000]);
    let script = [state("pending"), state("pending"), state("active")].into();
    let waited = wait(script, Duration::from_millis(1_200));
    assert_eq!(waited.outcome.as_deref(), Ok("active"));
    assert_about(&waited.requests, &[0, 1_000, 1_200]);
}

#[test]
fn without_any_time_it_asks_once() {
    let waited = wait(vec![state("pending")], Duration::ZERO);
    assert_eq!(waited.outcome.as_deref(), Ok("pending"));
    assert_eq!((waited.requests, waited.millis), (vec![0], 0));
}

#[test]
fn a_response_that_comes_after_the_time_still_counts() {
    let slow = state("pending");
    let late = Reply::to_request([Step::Wait(Duration::from_secs(4)), Step::send(ok("active"))]);
    let waited = wait(vec![slow, late], Duration::from_secs(2));
    assert_eq!(waited.outcome.as_deref(), Ok("active"));
    assert_about(&[waited.millis], &[5_000]);
}

fn ok(word: &str) -> Vec<u8> {
    iampass_fixture_service::reply::http("200 OK", "", format!(r#"{{"session_status":"{word}"}}"#))
}

/// The call's own policy obeys up to 20 seconds and then ends; what it leaves to its caller, the wait obeys.
#[test]
fn a_retry_after_is_obeyed() {
    let busy = |header: &str| Reply::status("429 Too Many Requests", header);
    let waited = wait(vec![busy("retry-after: 3\r\n"), state("active")], MINUTE);
    assert_eq!(waited.outcome.as_deref(), Ok("active"));
    assert_about(&waited.requests, &[0, 3_000]);
    let waited = wait(vec![busy("retry-after: 40\r\n"), state("active")], MINUTE);
    assert_eq!(waited.outcome.as_deref(), Ok("active"));
    assert_about(&waited.requests, &[0, 40_000]);
    let waited = wait(vec![state("pending"), busy("retry-after: 25\r\n"), state("active")], MINUTE);
    assert_about(&waited.requests, &[0, 1_000, 26_000]);
}

#[test]
fn a_retry_after_that_does_not_end_in_time_ends_the_wait_at_once() {
    for (header, time) in [
        ("retry-after: 30\r\n", Duration::from_secs(25)),
        ("retry-after: 30\r\n", Duration::from_secs(30)),
        ("retry-after: 99999999999999999999\r\n", MINUTE),
        ("retry-after: 3153600000\r\n", MINUTE),
    ] {
        let waited = wait(vec![Reply::status("503 Service Unavailable", header), state("active")], time);
        assert_eq!(waited.outcome.as_deref(), Err(&"unexpected_status".to_owned()), "{header}");
        assert_eq!((waited.requests, waited.millis), (vec![0], 0), "{header}");
    }
}

/// Nobody waits that long; what must not be is a panic.
#[test]
fn a_time_and_a_retry_after_beyond_all_measure_do_no_harm() {
    for header in ["retry-after: 99999999999999999999\r\n", "retry-after: 18446744073709551615\r\n"] {
        virtual_time::run(async {
            let busy = Reply::status("503 Service Unavailable", header);
            let server = Server::start(vec![busy, state("active")]).await;
            let session = session(&persistent_client(&server));
            assert!(timeout(1_000 * MINUTE, session.wait(Duration::MAX)).await.is_err());
            assert_eq!(server.log().requests.len(), 1);
        });
    }
}

#[test]
fn it_goes_on_after_errors_that_may_pass() {
    let unavailable = || Reply::status("503 Service Unavailable", "");
    // Each question is four attempts until the retry budget is used up, and one from then on.
    let script = (0..30).map(|_| unavailable()).chain([state("pending"), state("active")]).collect();
    let waited = wait(script, 10 * MINUTE);
    assert_eq!(waited.outcome.as_deref(), Ok("active"));
    assert_eq!(waited.requests.len(), 32);
    for reply in [
        || Reply::to_request([Step::Close]),
        || Reply::to_request([Step::Reset]),
        || Reply::status("500 x", ""),
        || Reply::status("502 x", ""),
        || Reply::status("429 x", ""),
        || Reply::to_request([Step::Hold]),
        || Reply::body(""),
    ] {
        // One question, with all of its retries.
        let script = (0..4).map(|_| reply()).chain([state("active")]).collect();
        let waited = wait(script, 10 * MINUTE);
        assert_eq!(waited.outcome.as_deref(), Ok("active"), "{:?}", waited.requests);
    }
}

#[test]
fn it_stops_at_errors_that_do_not_pass() {
    for (reply, kind) in [
        (Reply::status("401 Unauthorized", ""), "unauthorized"),
        (Reply::status("404 Not Found", ""), "not_found"),
        (Reply::status("400 Bad Request", ""), "bad_request"),
        (Reply::status("403 Forbidden", "retry-after: 1\r\n"), "unexpected_status"),
        (Reply::status("302 Found", "location: /\r\n"), "unexpected_status"),
        (Reply::body("<html>"), "decode"),
        (Reply::body(r#"{"authenticated":true}"#), "decode"),
    ] {
        let waited = wait(vec![state("pending"), reply, state("active")], MINUTE);
        assert_eq!(waited.outcome.as_deref(), Err(&kind.to_owned()));
        assert_about(&waited.requests, &[0, 1_000]);
    }
    virtual_time::run(async {
        let server = Server::start(vec![state("active")]).await;
        let session = session_at(&persistent_client(&server), "https://iampass.example/x", "");
        let error = session.wait(MINUTE).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::ForeignUrl), "{error}");
        assert!(server.log().connections.is_empty());
    });
}

#[test]
fn at_its_end_it_returns_the_error_that_the_last_question_brought() {
    virtual_time::run(async {
        let nobody: Server = Network::Refuses.start(vec![state("active")]).await;
        let session = session(&persistent_client(&nobody));
        let started = Instant::now();
        let error = session.wait(Duration::from_secs(20)).await.unwrap_err();
        assert!(error.is_connect(), "{error}");
        assert!(started.elapsed() >= Duration::from_secs(20), "{:?}", started.elapsed());
    });
}

#[test]
fn a_wait_that_is_dropped_asks_no_more_and_leaves_the_session_alone() {
    let silence = || Reply::to_request([Step::Hold]);
    let unavailable = || Reply::status("503 x", "retry-after: 9\r\n");
    for (script, requests) in [
        // Between two questions, before a response, and before a retry.
        (vec![state("pending"), state("pending"), state("active")], 2),
        (vec![silence(), state("active")], 1),
        (vec![unavailable(), state("active")], 1),
    ] {
        virtual_time::run(async {
            let server = Server::start(script).await;
            let session = session(&persistent_client(&server));
            assert!(timeout(Duration::from_secs(2), session.wait(MINUTE)).await.is_err());
            sleep(10 * MINUTE).await;
            assert_eq!(server.log().requests.len(), requests);
            // The session is none the worse for it.
            assert_eq!(session.wait(MINUTE).await.unwrap(), SessionStatus::Active);
        });
    }
}
