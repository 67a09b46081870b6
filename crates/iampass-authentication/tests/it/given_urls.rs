//! A session's signature goes to the service's own origin, and nowhere else.

use iampass_authentication::ErrorKind;
use iampass_fixture_service::ClosedPort;

use crate::support::{RawServer, SECRET, SESSION_SECRET, STARTED, client, session_at, user};

/// URLs that are not of the service's origin, though they may look so; the service listens on `port` of 127.0.0.1.
fn foreign_urls(port: u16, other: &RawServer) -> Vec<String> {
    let elsewhere = other.address;
    [
        "",
        "/sessions/7",
        "sessions/7",
        "?session=7",
        "//127.0.0.1/sessions/7",
        "not a url",
        "http://",
        "http://127.0.0.1/sessions/7",
        "https://127.0.0.1:PORT/sessions/7",
        "http://localhost:PORT/sessions/7",
        "http://127.0.0.2:PORT/sessions/7",
        "http://[::1]:PORT/sessions/7",
        "http://[::ffff:127.0.0.1]:PORT/sessions/7",
        "http://127.0.0.1:PORT@ELSEWHERE/sessions/7",
        "http://127.0.0.1:PORT\\@ELSEWHERE/sessions/7#f",
        "http://user@127.0.0.1:PORT/sessions/7",
        "http://:password@127.0.0.1:PORT/sessions/7",
        "http://127.0.0.1:PORT/sessions/7#fragment",
        "http://127.0.0.1.evil.example:PORT/sessions/7",
        "http://ELSEWHERE/127.0.0.1:PORT",
        "http://ELSEWHERE/sessions/7",
        "ws://127.0.0.1:PORT/sessions/7",
        "ftp://127.0.0.1:PORT/sessions/7",
        "blob:http://127.0.0.1:PORT/sessions/7",
        "javascript:alert(1)",
        "data:application/json,{}",
        "file:///etc/passwd",
    ]
    .map(|url| url.replace("PORT", &port.to_string()).replace("ELSEWHERE", &elsewhere.to_string()))
    .into()
}

#[tokio::test]
async fn a_url_of_another_origin_is_an_error_and_nothing_is_sent_anywhere() {
    let own = RawServer::json("200 OK", r#"{"status":true,"session_status":"active"}"#);
    let other = RawServer::json("200 OK", r#"{"status":true,"session_status":"active"}"#);
    let client = client(&own.base_url());
    for url in foreign_urls(own.address.port(), &other) {
        let session = session_at(&client, &url, &url);
        for (ended, operation) in [
            (session.status().await.map(drop), "session_status"),
            (session.end().await, "end_session"),
            (session.wait(std::time::Duration::ZERO).await.map(drop), "session_status"),
        ] {
            let error = ended.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::ForeignUrl), "{url}: {error}");
            assert_eq!((error.operation().unwrap().id, error.attempts()), (operation, 0));
            assert!(!error.is_retryable());
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("sessions/7") && !shown.contains("7f000001"), "{shown}");
        }
    }
    assert!(own.requests().is_empty() && other.requests().is_empty());
}

/// Each URL on its own: the one that is not called does not matter to the other one.
#[tokio::test]
async fn each_of_the_two_urls_is_looked_at_when_it_is_called() {
    let own = RawServer::json("200 OK", r#"{"status":true,"session_status":"active"}"#);
    let client = client(&own.base_url());
    let url = format!("{}/x", own.base_url());
    session_at(&client, &url, "https://evil.example/").status().await.unwrap();
    session_at(&client, "https://evil.example/", &url).end().await.unwrap();
    assert_eq!(own.requests().len(), 2);
}

/// A service that stands behind another name gives URLs that its caller cannot use: the sign-in has started, and the
/// error says what is wrong when the state is asked for.
#[tokio::test]
async fn a_sign_in_whose_urls_are_foreign_has_started() {
    let server = RawServer::json("202 Accepted", STARTED);
    let session = client(&server.base_url()).authenticate(&user("alice")).await.unwrap().started().unwrap();
    let error = session.status().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ForeignUrl), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_url_of_the_origin_may_be_written_in_other_ways() {
    let own = RawServer::json("200 OK", r#"{"session_status":"active"}"#);
    let port = own.address.port();
    let client = client(&format!("{}/gateway/", own.base_url()));
    // The base URL's path is not part of the origin.
    for url in ["HTTP://127.0.0.1:PORT/sessions/7", "http://0x7f.1:PORT", " http://127.0.0.1:PORT/a "] {
        session_at(&client, &url.replace("PORT", &port.to_string()), "").status().await.unwrap();
    }
    assert_eq!(own.requests().len(), 3);
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_a_session_s_signature() {
    let elsewhere = RawServer::json("200 OK", r#"{"status":true,"session_status":"active"}"#);
    for status in
        ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let server = RawServer::responding(format!(
            "HTTP/1.1 {status}\r\nlocation: {}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            elsewhere.base_url()
        ));
        let url = format!("{}/x", server.base_url());
        let session = session_at(&client(&server.base_url()), &url, &url);
        for error in [session.status().await.unwrap_err(), session.end().await.unwrap_err()] {
            assert!(error.status().is_some_and(|status| status.is_redirection()), "{error}");
        }
        assert_eq!(server.requests().len(), 2);
    }
    assert!(elsewhere.requests().is_empty());
}

/// Nor does a secret travel: neither the session's nor the application's is in any request.
#[tokio::test]
async fn no_request_holds_a_secret() {
    let server = RawServer::json("200 OK", r#"{"status":true,"session_status":"active"}"#);
    let client = client(&server.base_url());
    let url = format!("{}/x", server.base_url());
    let session = session_at(&client, &url, &url);
    session.status().await.unwrap();
    session.end().await.unwrap();
    let _ = client.authenticate(&user("alice")).await;
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert!(!request.text().contains(SESSION_SECRET) && !request.text().contains(SECRET));
    }
}

#[tokio::test]
async fn a_service_that_is_gone_is_no_foreign_one() {
    let closed = ClosedPort::take();
    let url = format!("{}/x", closed.base_url());
    let error = session_at(&client(&closed.base_url()), &url, &url).status().await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable(), "{error}");
}
