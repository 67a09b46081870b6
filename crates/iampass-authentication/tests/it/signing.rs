//! A sign-in is started with the application's signature; its session is asked for and ended with its own.

use std::collections::HashSet;

use iampass_auth::{ApplicationSecret, PresentedHeaders, Verifier};
use iampass_authentication::AuthenticationClient;
use iampass_authentication::generated::OPERATIONS;
use iampass_fixture_service::Api;

use crate::support::{
    APPLICATION_ID, Authentication, RawRequest, RawServer, SECRET, SESSION_SECRET, TOKEN, client, connection,
    session, session_at, user,
};

/// Checks a request as a server would, for the URL that it saw; tells who has signed.
fn signer(request: &RawRequest) -> String {
    let verifier = Verifier::new(|id: &str| match id {
        APPLICATION_ID => Some(ApplicationSecret::new(SECRET).unwrap()),
        TOKEN => Some(ApplicationSecret::new(SESSION_SECRET).unwrap()),
        _ => None,
    });
    let headers = request.headers();
    let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let presented = PresentedHeaders::from_pairs(pairs);
    let url = format!("http://{}{}", request.header("host")[0], request.target());
    let accepted =
        verifier.verify(&presented, &url).unwrap_or_else(|refusal| panic!("{refusal}\n{}", request.text()));
    accepted.application_id.to_string()
}

fn given_signer(operation: &str) -> &'static str {
    if OPERATIONS.iter().any(|of_application| of_application.id == operation) {
        APPLICATION_ID
    } else {
        TOKEN
    }
}

#[tokio::test]
async fn every_operation_of_the_table_and_the_given_urls_are_signed() {
    for operation in Authentication::operations() {
        for path in ["", "/gateway/v1"] {
            let server = RawServer::json("200 OK", Authentication::success(operation.id).0);
            let base_url = format!("{}{path}", server.base_url());
            Authentication::call(&connection(&base_url), operation).await.unwrap();
            let request = server.only_request();
            assert_eq!(signer(&request), given_signer(operation.id), "{}", operation.id);
            assert!(
                request.text().starts_with(&format!("{} {path}/", operation.method)),
                "{}",
                request.text()
            );
            assert_eq!(request.header("x-iampass-authentication-version"), ["1"], "{}", operation.id);
            assert_eq!(request.header("x-iamoass-authentication-version"), ["1"], "{}", operation.id);
            assert_eq!(request.header("cache-control"), ["no-cache"], "{}", operation.id);
            assert_eq!(request.header("accept"), ["application/json"], "{}", operation.id);
            assert_eq!(request.header("api-version"), [""; 0], "{}", operation.id);
            assert_eq!(request.header("authorization"), [""; 0], "{}", operation.id);
        }
    }
}

/// The vendor's package sends a `Content-Length` with a `POST` without a body, and servers may ask for one.
#[tokio::test]
async fn no_call_has_a_body_and_each_post_says_so() {
    for operation in Authentication::operations() {
        let server = RawServer::json("200 OK", Authentication::success(operation.id).0);
        Authentication::call(&connection(&server.base_url()), operation).await.unwrap();
        let request = server.only_request();
        assert!(request.text().ends_with("\r\n\r\n"), "{}", request.text());
        let length: &[&str] = if operation.method == "POST" { &["0"] } else { &[] };
        assert_eq!(request.header("content-length"), length, "{}", operation.id);
        assert_eq!(request.header("transfer-encoding"), [""; 0], "{}", operation.id);
    }
}

/// Even the session's own calls do not sign with the application's secret, whichever client took the session up.
#[tokio::test]
async fn a_session_signs_as_itself_and_its_client_goes_on_as_the_application() {
    let server = RawServer::json("200 OK", r#"{"status":true,"session_status":"active"}"#);
    let client = client(&server.base_url());
    let session = session(&client);
    session.status().await.unwrap();
    let _ = client.authenticate(&user("alice")).await;
    session.end().await.unwrap();
    let signers: Vec<_> = server.requests().iter().map(signer).collect();
    assert_eq!(signers, [TOKEN, APPLICATION_ID, TOKEN]);
}

#[tokio::test]
async fn a_session_that_has_started_signs_with_what_it_was_given() {
    let started = |base: &str| {
        format!(
            r#"{{"authentication_status":{{"authenticated":true,"session_token":"{TOKEN}",
                "session_secret":"{SESSION_SECRET}","status_url":"{base}/s","logout_url":"{base}/e"}},
                "session_status":"active","status":true}}"#
        )
    };
    // The base URL must be known before the response is.
    let status = RawServer::json("200 OK", r#"{"status":true,"session_status":"active"}"#);
    let base = status.base_url();
    let start = RawServer::json("202 Accepted", &started(&base));
    let sign_in = client(&start.base_url()).authenticate(&user("alice")).await.unwrap();
    let stored = sign_in.started().unwrap().store_with_secret();
    let session = client(&base).session(stored);
    session.status().await.unwrap();
    session.end().await.unwrap();
    let requests = status.requests();
    assert_eq!(requests.iter().map(RawRequest::target).collect::<Vec<_>>(), ["/s", "/e"]);
    assert!(requests.iter().all(|request| signer(request) == TOKEN));
}

#[tokio::test]
async fn the_query_of_a_given_url_is_sent_and_signed_as_it_is() {
    let server = RawServer::json("200 OK", r#"{"session_status":"active"}"#);
    let base = server.base_url();
    let client = client(&base);
    for query in ["?", "?a=b", "?session=a%2Fb&x=%20+%2B", "?methods=a,b;c", "?a=b?c=/d"] {
        let session = session_at(&client, &format!("{base}/%73essions//7{query}"), "");
        session.status().await.unwrap();
        let request = server.only_request();
        assert_eq!(request.target(), format!("/%73essions//7{query}"));
        assert_eq!(signer(&request), TOKEN);
    }
}

#[tokio::test]
async fn no_two_calls_of_a_session_share_a_nonce() {
    let server = RawServer::json("200 OK", r#"{"session_status":"active"}"#);
    let session = session(&AuthenticationClient::from(connection(&server.base_url())));
    let copy = session.clone();
    for _ in 0..10 {
        session.status().await.unwrap();
        copy.status().await.unwrap();
    }
    let requests = server.requests();
    let values: HashSet<_> = requests.iter().map(|request| request.header("authentication")).collect();
    assert_eq!(values.len(), 20);
}
