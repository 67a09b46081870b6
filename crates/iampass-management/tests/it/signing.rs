//! Every operation's request is signed, for the URL that goes out, with a nonce of its own.

use std::collections::HashSet;
use std::sync::{Arc, mpsc};

use iampass_auth::{ApplicationSecret, PresentedHeaders, Verifier};
use iampass_management::generated::{OPERATIONS, SERVERS};
use iampass_management::{ApplicationId, Credentials, ErrorKind, ManagementClient, Settings, UserId};

use crate::support::{APPLICATION_ID, RawRequest, RawServer, SECRET, call, call_for, client, user};

/// Checks a request as a server would: the URL is what the server saw, not what the client meant.
fn verify(verifier: &Verifier, request: &RawRequest) {
    let headers = request.headers();
    let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let presented = PresentedHeaders::from_pairs(pairs);
    let url = format!("http://{}{}", request.header("host")[0], request.target());
    let accepted =
        verifier.verify(&presented, &url).unwrap_or_else(|refusal| panic!("{refusal}\n{}", request.text()));
    assert_eq!(accepted.application_id.as_str(), APPLICATION_ID);
}

fn verifier() -> Verifier {
    Verifier::new(|id: &str| (id == APPLICATION_ID).then(|| ApplicationSecret::new(SECRET).unwrap()))
}

#[tokio::test]
async fn every_operation_of_the_table_is_signed() {
    for operation in &OPERATIONS {
        let server = RawServer::json("200 OK", r#"{"status":true}"#);
        // Whether the response is enough for the operation does not matter here.
        let _ = call(&client(&server.base_url()), operation.id).await;
        let request = server.only_request();
        verify(&verifier(), &request);
        assert!(request.text().starts_with(operation.method.as_str()), "{}", operation.id);
        assert_eq!(request.header("x-iampass-authentication-version"), ["1"], "{}", operation.id);
        assert_eq!(request.header("x-iamoass-authentication-version"), ["1"], "{}", operation.id);
        assert_eq!(request.header("cache-control"), ["no-cache"], "{}", operation.id);
        assert_eq!(request.header("api-version"), [""; 0], "{}", operation.id);
        assert_eq!(request.header("authorization"), [""; 0], "{}", operation.id);
    }
}

#[tokio::test]
async fn a_base_url_with_a_path_is_part_of_what_is_signed() {
    for operation in &OPERATIONS {
        let server = RawServer::json("200 OK", r#"{"status":true}"#);
        let _ = call(&client(&format!("{}/gateway/v1/", server.base_url())), operation.id).await;
        let request = server.only_request();
        assert!(request.target().starts_with("/gateway/v1/management/"), "{}", request.target());
        verify(&verifier(), &request);
    }
}

#[tokio::test]
async fn no_two_calls_share_a_nonce() {
    let server = RawServer::json("200 OK", r#"{"status":true,"device_registered":true}"#);
    let client = client(&server.base_url());
    // One verifier for all of them: it refuses a nonce that it has seen.
    let verifier = verifier();
    for _ in 0..20 {
        call(&client, "has_registered_mobile_device").await.unwrap();
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 20);
    for request in &requests {
        verify(&verifier, request);
    }
    let values: HashSet<_> = requests.iter().map(|request| request.header("authentication")).collect();
    assert_eq!(values.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_that_share_a_client_do_not_share_nonces() {
    const TASKS: usize = 256;
    const CALLS: usize = 100;
    let (sender, caught) = mpsc::channel();
    let client = client("http://127.0.0.1:9").with_dry_run(move |request| sender.send(request).unwrap());
    let client = Arc::new(client);
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let client = Arc::clone(&client);
            tokio::spawn(async move {
                for _ in 0..CALLS {
                    let ended = client.has_registered_mobile_device(&user("user1")).await;
                    assert!(matches!(ended.unwrap_err().kind(), ErrorKind::DryRun));
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let nonces: HashSet<u64> = caught
        .try_iter()
        .map(|request| {
            let authentication = request.headers["authentication"].to_str().unwrap();
            authentication.split(':').nth(1).unwrap().parse().unwrap()
        })
        .collect();
    assert_eq!(nonces.len(), TASKS * CALLS);
}

/// Ids that the service sent are taken as they are; sent back to it, they must not move a request.
#[tokio::test]
async fn a_request_that_would_reach_another_endpoint_is_not_sent() {
    let server = RawServer::json("200 OK", r#"{"status":true}"#);
    let client = client(&server.base_url());
    for id in ["", ".", ".."] {
        let user: UserId = serde_json::from_value(id.into()).unwrap();
        for operation in OPERATIONS.iter().filter(|operation| operation.path.contains("{user_id}")) {
            let error = call_for(&client, operation.id, &user).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::NotSent(_)), "{id:?} {}: {error}", operation.id);
        }
    }
    assert_eq!(server.requests().len(), 0);
}

/// A session's token must not get into a URL, where the application's id belongs.
#[tokio::test]
async fn with_other_credentials_the_client_stays_the_application_s() {
    let server = RawServer::json("200 OK", r#"{"status":true}"#);
    let session =
        Credentials::new(ApplicationId::new("marker-token").unwrap(), ApplicationSecret::new("x").unwrap());
    let connection = client(&server.base_url()).connection().signed_by(session);
    assert!(!format!("{connection:?}").contains("marker-token"));
    let client = ManagementClient::from(connection);
    assert_eq!(client.application_id().as_str(), APPLICATION_ID);
    client.delete_users([user("alice")]).await.unwrap();
    let request = server.only_request();
    assert!(!request.target().contains("marker-token"));
    assert!(request.header("authentication")[0].starts_with("hmac marker-token:"));
}

/// The runtime does not read contracts.
#[test]
fn the_default_server_is_the_contract_s_first() {
    let settings = Settings::from_variables(|name| (name != "IAMPASS_SERVER").then(|| "any".into())).unwrap();
    assert_eq!(settings.base_url.as_str(), SERVERS[0]);
}

#[tokio::test]
async fn the_generated_client_signs_too() {
    let server = RawServer::json("200 OK", r#"{"status":false,"reason":"no"}"#);
    let client = client(&server.base_url());
    let body = iampass_management::generated::types::UserList { users: vec![] };
    let response = client.generated().delete_users(client.application_id(), &body).await.unwrap();
    assert!(!response.status);
    verify(&verifier(), &server.only_request());
}

#[tokio::test]
async fn a_redirect_is_an_error_and_nothing_is_sent_after_it() {
    let elsewhere = RawServer::json("200 OK", r#"{"status":true,"device_registered":true}"#);
    for status in ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        for operation in &OPERATIONS {
            let server = RawServer::responding(format!(
                "HTTP/1.1 {status}\r\nlocation: {}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                elsewhere.base_url()
            ));
            let error = call(&client(&server.base_url()), operation.id).await.unwrap_err();
            assert!(error.status().is_some_and(|status| status.is_redirection()), "{error}");
            assert_eq!(server.requests().len(), 1);
        }
    }
    assert_eq!(elsewhere.requests().len(), 0);
}
