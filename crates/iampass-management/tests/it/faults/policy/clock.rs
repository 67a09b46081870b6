//! A clock that is wrong is corrected once, for all calls; a wrong secret is not taken for one.

use iampass_management::{CallPolicy, Error};

use super::{LOST, SAFE, calls, client};
use crate::support::Server;
use crate::support::{Outcome, call};
use iampass_fixture_service::reply::{Reply, Step, http, http_date};
use iampass_fixture_service::server::EPOCH;
use iampass_fixture_service::virtual_time;

const HOUR: i64 = 3600;

/// A service whose clock is that many seconds ahead, and which takes no request that is half a minute off.
fn service(ahead: i64) -> Reply {
    Reply::to_request([Step::made(move |asked| {
        let now = asked.now.saturating_add_signed(ahead);
        let status = if now.abs_diff(asked.timestamp) <= 30 { "200 OK" } else { "401 Unauthorized" };
        http(status, &format!("date: {}\r\n", http_date(now)), asked.success)
    })])
}

/// A call, and how many requests it took.
async fn cost(server: &Server, client: &iampass_management::ManagementClient) -> (Outcome, usize) {
    let before = server.log().requests.len();
    let outcome = call(client, SAFE).await;
    (outcome, server.log().requests.len() - before)
}

#[test]
fn the_correction_is_remembered_by_all_clones() {
    for ahead in [HOUR, -HOUR, 31, -31, 100 * 365 * 24 * HOUR, -50 * 365 * 24 * HOUR] {
        virtual_time::run(async {
            let server = Server::start(vec![service(ahead)]).await;
            let client = client(&server);
            let made_before = client.with_policy(CallPolicy::one_attempt());
            for (client, expected) in [(&client, 2), (&client, 1), (&made_before, 1), (&client.clone(), 1)] {
                let (outcome, requests) = cost(&server, client).await;
                assert_eq!(outcome.unwrap(), "true", "{ahead}");
                assert_eq!(requests, expected, "{ahead}");
            }
        });
    }
}

#[test]
fn a_call_that_is_not_safe_to_repeat_is_corrected_too() {
    virtual_time::run(async {
        let server = Server::start(vec![service(HOUR)]).await;
        call(&client(&server), LOST).await.unwrap();
        assert_eq!(server.log().requests.len(), 2);
    });
}

#[test]
fn it_goes_back_when_the_clocks_agree_again() {
    virtual_time::run(async {
        let server = Server::start(vec![service(HOUR), service(HOUR), service(0)]).await;
        let client = client(&server);
        for expected in [2, 2, 1] {
            let (outcome, requests) = cost(&server, &client).await;
            assert_eq!((outcome.unwrap().as_str(), requests), ("true", expected));
        }
    });
}

#[test]
fn fifty_calls_at_the_same_time_all_find_the_right_time() {
    for ahead in [HOUR, -HOUR] {
        virtual_time::run(async {
            let server = Server::start(vec![service(ahead)]).await;
            let client = client(&server);
            let outcomes = calls(&client, 50).await;
            assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
            assert!(server.log().requests.len() <= 100);
            assert_eq!(cost(&server, &client).await.1, 1);
        });
    }
}

#[test]
fn a_wrong_secret_costs_two_requests_and_leaves_the_clock_alone() {
    virtual_time::run(async {
        let server = Server::start(vec![Reply::unauthorized(HOUR)]).await;
        let client = client(&server);
        for _ in 0..3 {
            let (outcome, requests) = cost(&server, &client).await;
            assert!(outcome.unwrap_err().is_unauthorized());
            assert_eq!(requests, 2);
        }
        let signed_by: Vec<_> =
            server.log().requests.iter().map(|request| request.timestamp() - EPOCH).collect();
        assert_eq!(signed_by, [0, 3600, 0, 3600, 0, 3600]);
    });
}

#[test]
fn a_wrong_secret_of_fifty_calls_leaves_the_clock_alone() {
    virtual_time::run(async {
        let server = Server::start(vec![Reply::unauthorized(HOUR)]).await;
        let client = client(&server);
        let outcomes = calls(&client, 50).await;
        assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_err_and(Error::is_unauthorized)));
        let before = server.log().requests.len();
        assert!(before <= 100, "{before}");
        call(&client, SAFE).await.unwrap_err();
        assert_eq!(server.log().requests[before].timestamp(), EPOCH);
    });
}

#[test]
fn a_call_of_one_attempt_does_not_touch_the_clock() {
    virtual_time::run(async {
        let server = Server::start(vec![service(HOUR)]).await;
        let client = client(&server).with_policy(CallPolicy::one_attempt());
        for _ in 0..2 {
            let (outcome, requests) = cost(&server, &client).await;
            assert!(outcome.unwrap_err().is_unauthorized());
            assert_eq!(requests, 1);
        }
        assert!(server.log().requests.iter().all(|request| request.timestamp() == EPOCH));
    });
}
