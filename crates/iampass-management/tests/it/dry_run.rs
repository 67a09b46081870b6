//! Requests that are made and signed, but not sent.

use std::sync::{Arc, Mutex};

use iampass_auth::{ApplicationSecret, PresentedHeaders, Verifier};
use iampass_management::generated::OPERATIONS;
use iampass_management::{ErrorKind, SignedRequest};

use crate::support::{APPLICATION_ID, RawServer, SECRET, call, persistent_client, user};

#[tokio::test]
async fn every_operation_is_caught_as_it_would_be_sent() {
    let server = RawServer::json("200 OK", r#"{"status":true}"#);
    let caught: Arc<Mutex<Vec<SignedRequest>>> = Arc::default();
    let sink = Arc::clone(&caught);
    let client = persistent_client(&server.base_url());
    let dry = client.with_dry_run(move |request| sink.lock().unwrap().push(request));
    let verifier =
        Verifier::new(|id: &str| (id == APPLICATION_ID).then(|| ApplicationSecret::new(SECRET).unwrap()));
    for operation in &OPERATIONS {
        let ended = call(&dry, operation.id).await;
        let error = ended.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::DryRun), "{}", operation.id);
        assert_eq!(error.attempts(), 0);
        let request = caught.lock().unwrap().pop().unwrap();
        assert!(caught.lock().unwrap().is_empty(), "one request, and no more");
        assert_eq!(request.method, operation.method);
        assert_eq!(request.body.is_empty(), operation.method == "GET");
        let pairs = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        verifier.verify(&PresentedHeaders::from_pairs(pairs), &request.url).unwrap();
        let shown = format!("{request:?}");
        assert!(!shown.contains("hmac") && !shown.contains(APPLICATION_ID), "{shown}");
    }
    // The generated client of a dry one sends nothing either, nor does its bulk.
    let ended = dry.generated().has_registered_mobile_device(dry.application_id(), &user("alice")).await;
    assert!(ended.is_err());
    let report = dry.delete_users_in_bulk(["alice"]).reports().next().await.unwrap();
    assert!(matches!(report.error().unwrap().kind(), ErrorKind::DryRun));
    assert_eq!(caught.lock().unwrap().len(), 2);
    // The client itself goes on sending: this is the only request that the server saw.
    let _ = client.has_registered_mobile_device(&user("alice")).await;
    server.only_request();
}
