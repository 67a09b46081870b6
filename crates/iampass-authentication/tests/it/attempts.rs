//! A sign-in is started again only when nothing of it reached the service; everything about a session is asked again.

use iampass_authentication::{AuthenticationClient, Error};
use iampass_fixture_service::network::Network;
use iampass_fixture_service::reply::{Reply, Step};
use iampass_fixture_service::server::Request;
use iampass_fixture_service::virtual_time;

use crate::support::{STARTED, Server, persistent_client, session, told, user};

/// Starts a sign-in; tells what came of it and how many requests the service saw.
fn start(script: Vec<Reply>) -> (Result<String, Error>, usize) {
    virtual_time::run(async {
        let server = Server::start(script).await;
        let outcome = persistent_client(&server).authenticate(&user("alice")).await;
        let requests = server.log().requests.len();
        (outcome.map(|sign_in| told(&sign_in)), requests)
    })
}

#[test]
fn what_may_have_asked_the_phone_is_sent_once() {
    for reply in [
        Reply::to_request([Step::Close]),
        Reply::to_request([Step::Reset]),
        Reply::to_request([Step::Hold]),
        Reply::raw("HTTP/1.1 202 Accepted\r\ncontent-length: 500\r\n\r\n{").then([Step::Close]),
        Reply::status("500 Internal Server Error", ""),
        Reply::status("502 Bad Gateway", ""),
        Reply::status("504 Gateway Timeout", "retry-after: 1\r\n"),
        Reply::body(""),
        Reply::body(&STARTED[..STARTED.len() / 2]),
    ] {
        let (outcome, requests) = start(vec![reply, Reply::success()]);
        let error = outcome.unwrap_err();
        assert_eq!((requests, error.attempts()), (1, 1), "{error}");
        // Nor is the caller told that another call would do no harm.
        assert!(!error.is_retryable(), "{error}");
    }
}

#[test]
fn what_cannot_have_asked_the_phone_is_sent_again() {
    for script in [
        vec![Reply::status("503 Service Unavailable", ""), Reply::success()],
        vec![Reply::status("429 Too Many Requests", "retry-after: 2\r\n"), Reply::success()],
        // Refused for the time that it was signed with.
        vec![Reply::unauthorized(3600), Reply::success()],
    ] {
        let (outcome, requests) = start(script);
        assert_eq!((outcome.unwrap().as_str(), requests), ("started marker-session-token", 2));
    }
    virtual_time::run(async {
        let server: Server = Network::RefusesAtFirst.start(vec![Reply::success()]).await;
        let sign_in = persistent_client(&server).authenticate(&user("alice")).await.unwrap();
        assert!(sign_in.started().is_some());
        assert_eq!(server.log().requests.len(), 1);
        let nobody: Server = Network::Refuses.start(vec![Reply::success()]).await;
        let error = persistent_client(&nobody).authenticate(&user("alice")).await.unwrap_err();
        assert!(error.is_connect() && error.is_retryable(), "{error}");
        assert_eq!(error.attempts(), 4);
    });
}

#[test]
fn the_state_is_asked_for_and_the_session_ended_until_there_is_a_response() {
    for reply in [
        || Reply::to_request([Step::Close]),
        || Reply::to_request([Step::Reset]),
        || Reply::to_request([Step::Hold]),
        || Reply::status("500 Internal Server Error", ""),
        || Reply::status("504 Gateway Timeout", ""),
    ] {
        virtual_time::run(async {
            let server = Server::start(vec![reply(), reply(), Reply::success()]).await;
            let client: AuthenticationClient = persistent_client(&server);
            session(&client).status().await.unwrap();
            assert_eq!(server.log().requests.len(), 3);
            let server = Server::start(vec![reply(), reply(), Reply::success()]).await;
            session(&persistent_client(&server)).end().await.unwrap();
            assert_eq!(server.log().requests.len(), 3);
        });
    }
}

/// A clock that a session's call has corrected is corrected for the application's, too: it is the service's.
#[test]
fn sessions_share_the_clock_of_their_connection() {
    virtual_time::run(async {
        let server = Server::start(vec![Reply::unauthorized(3600), Reply::success()]).await;
        let client = persistent_client(&server);
        session(&client).status().await.unwrap();
        client.authenticate(&user("alice")).await.unwrap().started().unwrap();
        let times: Vec<_> = server.log().requests.iter().map(Request::timestamp).collect();
        assert_eq!([times[1] - times[0], times[2] - times[1]], [3600, 0]);
    });
}
