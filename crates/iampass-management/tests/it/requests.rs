//! The raw request of each operation, for people to read.

use iampass_management::generated::OPERATIONS;

use crate::support::{RawServer, call, client, user};

#[tokio::test]
async fn the_raw_request_of_each_operation() {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:[port]");
    settings.add_filter(r"(hmac [0-9a-f]{32}):\d+:[A-Za-z0-9+/]{22}==", "$1:[nonce]:[signature]");
    settings.add_filter(r"(x-iampass-authentication-timestamp): \d+", "$1: [time]");
    settings.add_filter(r"iampass-client/\d+\.\d+\.\d+", "iampass-client/[version]");
    let _bound = settings.bind_to_scope();
    for operation in &OPERATIONS {
        let server = RawServer::json("404 Not Found", "");
        call(&client(&server.base_url()), operation.id).await.unwrap_err();
        insta::assert_snapshot!(operation.id, server.only_request().text().replace('\r', ""));
    }
}

#[tokio::test]
async fn ids_are_taken_borrowed_or_owned() {
    let server = RawServer::json("200 OK", r#"{"status":true}"#);
    let client = client(&server.base_url());
    let (alice, bob) = (user("alice"), user("bob"));
    let list = vec![alice.clone(), bob.clone()];
    client.add_users([&alice, &bob]).await.unwrap();
    client.add_users(&list).await.unwrap();
    client.add_users(list.iter().filter(|id| **id != user("carol"))).await.unwrap();
    client.add_users([alice.clone(), bob.clone()]).await.unwrap();
    client.delete_users([&alice, &bob]).await.unwrap();
    client.delete_users(&list[..]).await.unwrap();
    client.delete_users(list).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 7);
    assert!(requests.iter().all(|request| request.text().ends_with(r#"{"users":["alice","bob"]}"#)));
}
