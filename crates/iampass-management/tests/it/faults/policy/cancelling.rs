//! A call whose future is dropped sends nothing more, wherever it was.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::{SAFE, builder, built, client, millis};
use crate::support::Server;
use crate::support::call;
use iampass_fixture_service::reply::{Reply, Step};
use iampass_fixture_service::virtual_time;

#[test]
fn while_it_waits_to_try_again() {
    virtual_time::run(async {
        let server =
            Server::start(vec![Reply::status("503 x", "retry-after: 10\r\n"), Reply::success()]).await;
        let client = client(&server);
        assert!(timeout(Duration::from_secs(5), call(&client, SAFE)).await.is_err());
        sleep(Duration::from_secs(60)).await;
        assert_eq!(millis(&server), [0]);
        // The client is none the worse for it.
        call(&client, SAFE).await.unwrap();
    });
}

#[test]
fn while_it_waits_for_a_response() {
    for begun in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"] {
        virtual_time::run(async {
            let server = Server::start(vec![Reply::raw(begun).then([Step::Hold]), Reply::success()]).await;
            let client = client(&server);
            assert!(timeout(Duration::from_secs(5), call(&client, SAFE)).await.is_err());
            sleep(Duration::from_secs(60)).await;
            assert_eq!(millis(&server), [0]);
            // What is left of the response is not taken for the next one.
            call(&client, SAFE).await.unwrap();
            assert_eq!(server.log().connections.len(), 2);
        });
    }
}

#[test]
fn while_it_waits_for_the_rate_limit() {
    virtual_time::run(async {
        let server = Server::start(vec![Reply::success()]).await;
        let client = built(builder(&server).requests_per_second(0.1));
        call(&client, SAFE).await.unwrap();
        for _ in 0..5 {
            assert!(timeout(Duration::from_secs(1), call(&client, SAFE)).await.is_err());
        }
        // Those that went away hold no place in the queue.
        call(&client, SAFE).await.unwrap();
        assert_eq!(millis(&server), [0, 10_000]);
        sleep(Duration::from_secs(60)).await;
        assert_eq!(server.log().requests.len(), 2);
    });
}
