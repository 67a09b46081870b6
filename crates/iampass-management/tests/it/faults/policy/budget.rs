//! An outage is not multiplied by the client's retries.

use iampass_management::CallPolicy;

use super::{SAFE, builder, built, calls, client};
use crate::support::Server;
use crate::support::call;
use iampass_fixture_service::network::Network;
use iampass_fixture_service::reply::{Reply, Step};
use iampass_fixture_service::virtual_time;

fn unavailable() -> Reply {
    Reply::status("503 Service Unavailable", "")
}

#[test]
fn a_hundred_calls_in_an_outage_send_twenty_requests_more() {
    for fault in [unavailable, || Reply::status("500 x", ""), || Reply::to_request([Step::Reset])] {
        virtual_time::run(async {
            let server = Server::start(vec![fault()]).await;
            let outcomes = calls(&client(&server), 100).await;
            assert_eq!(server.log().requests.len(), 120);
            assert_eq!(
                outcomes.iter().map(|outcome| outcome.as_ref().unwrap_err().attempts()).sum::<u32>(),
                120
            );
        });
    }
    virtual_time::run(async {
        let server = Network::Refuses.start(vec![Reply::success()]).await;
        let outcomes = calls(&client(&server), 100).await;
        assert_eq!(outcomes.iter().map(|outcome| outcome.as_ref().unwrap_err().attempts()).sum::<u32>(), 120);
    });
}

#[test]
fn ten_completed_calls_give_one_retry_back() {
    virtual_time::run(async {
        let mut script: Vec<_> = (0..120).map(|_| unavailable()).collect();
        script.extend((0..10).map(|_| Reply::success()));
        script.extend([unavailable(), Reply::success(), unavailable(), Reply::success()]);
        let server = Server::start(script).await;
        let client = client(&server);
        calls(&client, 100).await;
        for _ in 0..10 {
            call(&client, SAFE).await.unwrap();
        }
        assert_eq!(server.log().requests.len(), 130);
        // This one is retried, and the next one is not.
        call(&client, SAFE).await.unwrap();
        assert_eq!(call(&client, SAFE).await.unwrap_err().attempts(), 1);
        call(&client, SAFE).await.unwrap();
    });
}

#[test]
fn it_can_be_chosen() {
    for (retries, requests) in [(0, 50), (7, 57), (1000, 200)] {
        virtual_time::run(async {
            let server = Server::start(vec![unavailable()]).await;
            calls(&built(builder(&server).retry_budget(retries, 10)), 50).await;
            assert_eq!(server.log().requests.len(), requests);
        });
    }
    virtual_time::run(async {
        let script = vec![unavailable(), Reply::success(), unavailable(), Reply::success()];
        let server = Server::start(script).await;
        // Each completed call gives the next one its retry.
        let client = built(builder(&server).retry_budget(1, 1));
        for _ in 0..2 {
            call(&client, SAFE).await.unwrap();
        }
        assert_eq!(server.log().requests.len(), 4);
    });
}

#[test]
fn clones_share_the_budget_and_other_clients_do_not() {
    virtual_time::run(async {
        let server = Server::start(vec![unavailable()]).await;
        let first = client(&server);
        calls(&first, 50).await;
        let stubborn = first.with_policy(CallPolicy::default().with_max_attempts(9));
        for (client, attempts) in [(first.clone(), 1), (stubborn, 1), (client(&server), 4)] {
            assert_eq!(call(&client, SAFE).await.unwrap_err().attempts(), attempts);
        }
    });
}
