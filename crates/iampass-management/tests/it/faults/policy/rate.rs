//! A limit of requests per second spreads them.

use std::time::Duration;

use iampass_management::{CallPolicy, ErrorKind};

use super::{SAFE, builder, built, calls, millis};
use crate::support::Server;
use crate::support::call;
use iampass_fixture_service::reply::Reply;
use iampass_fixture_service::virtual_time;

#[test]
fn requests_are_an_interval_apart() {
    virtual_time::run(async {
        let server = Server::start(vec![Reply::success()]).await;
        let client = built(builder(&server).requests_per_second(10.0));
        let outcomes = calls(&client, 30).await;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(millis(&server), (0..30).map(|number| number * 100).collect::<Vec<_>>());
    });
}

#[test]
fn retries_are_requests_too() {
    virtual_time::run(async {
        let server = Server::start(vec![Reply::status("503 x", "retry-after: 0\r\n")]).await;
        let client = built(builder(&server).requests_per_second(1.0));
        assert_eq!(call(&client, SAFE).await.unwrap_err().attempts(), 4);
        assert_eq!(millis(&server), [0, 1_000, 2_000, 3_000]);
    });
}

#[test]
fn a_call_waits_for_its_turn_no_longer_than_its_deadline() {
    virtual_time::run(async {
        let server = Server::start(vec![Reply::success()]).await;
        let policy = CallPolicy::default().with_deadline(Duration::from_millis(5_500));
        let client = built(builder(&server).requests_per_second(1.0).policy(policy));
        let (well, late): (Vec<_>, Vec<_>) = calls(&client, 20).await.into_iter().partition(Result::is_ok);
        assert_eq!((well.len(), late.len()), (6, 14));
        for outcome in late {
            let error = outcome.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Timeout(_)), "{error}");
            assert_eq!((error.attempts(), error.is_retryable()), (0, true));
        }
        // Those that gave up hold no place in the queue.
        call(&client, SAFE).await.unwrap();
        assert_eq!(millis(&server), [0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000]);
    });
}

#[test]
fn a_retry_whose_slot_is_too_late_is_not_made() {
    virtual_time::run(async {
        let server = Server::start(vec![Reply::status("503 x", "retry-after: 0\r\n")]).await;
        let policy = CallPolicy::default().with_deadline(Duration::from_millis(1_500));
        let client = built(builder(&server).requests_per_second(1.0).policy(policy));
        let error = call(&client, SAFE).await.unwrap_err();
        // The response that there was, not a time-out.
        assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
        assert_eq!((error.attempts(), millis(&server)), (2, vec![0, 1_000]));
    });
}
