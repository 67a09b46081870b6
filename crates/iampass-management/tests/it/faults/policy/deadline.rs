//! The time of a whole call is bounded, whatever it is spent on.

use std::time::Duration;

use iampass_management::{CallPolicy, ErrorKind};
use tokio::time::Instant;

use super::{LOST, SAFE, client, millis};
use crate::support::Server;
use crate::support::call;
use iampass_fixture_service::reply::{Reply, Step};
use iampass_fixture_service::virtual_time;

fn within(seconds: u64) -> CallPolicy {
    CallPolicy::default().with_deadline(Duration::from_secs(seconds))
}

#[test]
fn a_wait_that_would_end_after_it_is_not_begun() {
    for (asked, requests) in [(4, 2), (5, 1), (6, 1)] {
        virtual_time::run(async {
            let header = format!("retry-after: {asked}\r\n");
            let server = Server::start(vec![Reply::status("503 x", &header), Reply::success()]).await;
            let started = Instant::now();
            let outcome = call(&client(&server).with_policy(within(5)), SAFE).await;
            assert_eq!(outcome.is_ok(), requests == 2, "{asked}: {outcome:?}");
            assert_eq!(server.log().requests.len(), requests);
            assert_eq!(started.elapsed().as_secs(), if requests == 2 { asked } else { 0 });
        });
    }
}

#[test]
fn an_attempt_ends_with_it() {
    for (seconds, requests) in [(3, 1), (10, 1), (12, 2), (25, 3)] {
        virtual_time::run(async {
            let server = Server::start(vec![Reply::to_request([Step::Hold])]).await;
            let started = Instant::now();
            let error = call(&client(&server).with_policy(within(seconds)), SAFE).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Timeout(_)), "{error}");
            assert_eq!(error.attempts(), requests);
            let late = started.elapsed().checked_sub(Duration::from_secs(seconds)).unwrap();
            assert!(late <= Duration::from_millis(3), "{late:?} late");
        });
    }
}

#[test]
fn a_response_s_body_ends_with_it() {
    virtual_time::run(async {
        let drip = Step::drip(" ".repeat(100), Duration::from_secs(1));
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";
        let server = Server::start(vec![Reply::raw(head).then([drip])]).await;
        let started = Instant::now();
        let error = call(&client(&server).with_policy(within(3)), SAFE).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Timeout(_)), "{error}");
        assert_eq!(started.elapsed().as_secs(), 3);
    });
}

#[test]
fn each_attempt_has_its_own_time_limit_within_it() {
    virtual_time::run(async {
        let script = vec![Reply::to_request([Step::Hold]), Reply::to_request([Step::Hold]), Reply::success()];
        let server = Server::start(script).await;
        let policy = CallPolicy::default().with_attempt_timeout(Duration::from_secs(1));
        call(&client(&server).with_policy(policy), SAFE).await.unwrap();
        let times = millis(&server);
        assert!((1_000..=1_102).contains(&times[1]) && (2_000..=2_304).contains(&times[2]), "{times:?}");
    });
}

#[test]
fn without_any_time_nothing_is_sent() {
    for operation in [SAFE, LOST] {
        virtual_time::run(async {
            let server = Server::start(vec![Reply::success()]).await;
            let error = call(&client(&server).with_policy(within(0)), operation).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Timeout(_)), "{error}");
            assert_eq!((error.attempts(), error.is_retryable()), (0, true));
            assert_eq!(server.log().connections.len(), 0);
        });
    }
}
