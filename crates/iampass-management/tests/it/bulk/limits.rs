//! How fast, how often, how much.

use std::time::Duration;

use iampass_management::generated::types::UserList;
use iampass_management::{CallPolicy, ChunkResult, DecodeError, Error, ErrorKind, ManagementClient, UserId};
use tokio::time::Instant;

use super::server::{ChunkServer, Reply as ChunkReply};
use super::{numbers, reports};
use crate::faults::policy::{builder, built, client, millis};
use crate::support::Server;
use iampass_fixture_service::reply::Reply;
use iampass_fixture_service::virtual_time;

fn limited_client(server: &Server, rate: f64) -> ManagementClient {
    built(builder(server).requests_per_second(rate))
}

async fn doing_all() -> Server {
    Server::start(vec![Reply::success()]).await
}

#[test]
fn requests_are_spread_and_retries_count() {
    virtual_time::run(async {
        let unavailable = || Reply::status("503 Service Unavailable", "");
        let server = Server::start(vec![unavailable(), unavailable(), Reply::success()]).await;
        let quick = CallPolicy::default().with_backoff(Duration::ZERO, Duration::ZERO);
        let client = client(&server).with_policy(quick).with_rate_limit(50.0);
        let bulk = client.add_users_in_bulk(numbers(5)).chunk_size(1).concurrency(1);
        let reports = reports(bulk).await;
        assert!(reports.iter().all(|report| matches!(report.result, ChunkResult::Done(_))));
        assert_eq!(millis(&server), [0, 20, 40, 60, 80, 100, 120]);
    });
}

#[test]
fn the_client_s_limit_is_kept_with_a_limit_of_the_bulk_s_own_and_without() {
    for own in [None, Some(1000.0), Some(50.0)] {
        virtual_time::run(async {
            let server = doing_all().await;
            let mut client = limited_client(&server, if own == Some(50.0) { 1000.0 } else { 50.0 });
            if let Some(rate) = own {
                client = client.with_rate_limit(rate);
            }
            let bulk = client.delete_users_in_bulk(numbers(6)).chunk_size(1).concurrency(6);
            assert_eq!(reports(bulk).await.len(), 6);
            let times = millis(&server);
            assert_eq!(times.len(), 6);
            assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= 20), "{own:?}: {times:?}");
            assert!(times[5] <= 106, "{own:?}: {times:?}");
        });
    }
}

#[test]
fn a_rate_that_is_none_is_no_limit() {
    virtual_time::run(async {
        let server = doing_all().await;
        let started = Instant::now();
        for rate in [0.0, -1.0, f64::NAN] {
            let client = client(&server).with_rate_limit(rate);
            assert_eq!(reports(client.add_users_in_bulk(numbers(10)).chunk_size(1)).await.len(), 10);
        }
        assert_eq!(started.elapsed(), Duration::ZERO);
    });
}

/// The last chunk waits for the rate limit longer than a call may take.
#[test]
fn waiting_for_the_rate_limit_does_not_count_against_the_deadline() {
    for own in [true, false] {
        virtual_time::run(async {
            let server = doing_all().await;
            let mut client = limited_client(&server, if own { 0.0 } else { 10.0 });
            if own {
                client = client.with_rate_limit(10.0);
            }
            let policy = CallPolicy::one_attempt().with_deadline(Duration::from_millis(300));
            let client = client.with_policy(policy);
            for report in reports(client.add_users_in_bulk(numbers(6)).chunk_size(1).concurrency(6)).await {
                assert!(report.error().is_none(), "{:?}", report.error());
            }
            assert_eq!(millis(&server), [0, 100, 200, 300, 400, 500]);
        });
    }
}

#[tokio::test]
async fn a_call_tries_as_hard_as_the_policy_says() {
    let server = ChunkServer::start(|_| ChunkReply::Status(503));
    let persistent = server.persistent_client();
    let client = persistent.with_policy(persistent.policy().clone().with_max_attempts(3));
    let reports = reports(client.add_users_in_bulk(["a"]).give_up_after(Duration::ZERO)).await;
    let error = reports[0].error().unwrap();
    assert_eq!((error.attempts(), server.sent().len()), (3, 3));
}

/// A list of 1.6 MB, which the usual limit of 1 MiB would refuse after the service has acted.
#[tokio::test]
async fn one_call_with_many_ids_has_room_for_them_too() {
    let ids: Vec<_> = (0..20_000).map(|number| UserId::new(format!("{number:080}")).unwrap()).collect();
    let client = ChunkServer::doing_all().client();
    let outcome = client.add_users(ids.clone()).await.unwrap();
    assert_eq!(outcome.created, ids);
    let body = UserList { users: ids.clone() };
    let response = client.generated().add_users(client.application_id(), &body).await.unwrap();
    assert_eq!(response.into_inner().users.unwrap().created.unwrap(), ids);
}

#[tokio::test]
async fn there_is_room_for_the_ids_in_the_response_and_for_no_more() {
    let long = |number: usize| format!("{number:<3000}");
    let policy = || CallPolicy::one_attempt().with_response_limit(100);
    // 3 MB, three times the usual limit.
    let server = ChunkServer::doing_all();
    let bulk = server.client().with_policy(policy()).add_users_in_bulk((0..1000).map(long));
    let [report] = &reports(bulk).await[..] else { panic!() };
    let ChunkResult::Done(outcome) = &report.result else { panic!("{:?}", report.error()) };
    assert_eq!(outcome.created.len(), 1000);
    let server =
        ChunkServer::start(|_| ChunkReply::Text(format!(r#"{{"status":true,"x":"{}"}}"#, "x".repeat(500))));
    let too_large = |error: Option<&Error>| match error.map(Error::kind) {
        Some(ErrorKind::Decode(DecodeError::TooLarge { limit })) => *limit,
        other => panic!("{other:?}"),
    };
    let reports_of_adding = reports(server.client().with_policy(policy()).add_users_in_bulk(["alice"])).await;
    let room = 10 * r#"{"users":["alice"]}"#.len();
    assert_eq!(too_large(reports_of_adding[0].error()), 100 + room);
    let reports_of_deleting =
        reports(server.client().with_policy(policy()).delete_users_in_bulk(["alice"])).await;
    assert_eq!(too_large(reports_of_deleting[0].error()), 100 + room);
}
