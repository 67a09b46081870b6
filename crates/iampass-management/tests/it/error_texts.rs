//! Every error's text, read aloud; and what must not be in any of them.

use std::error::Error as _;
use std::fmt::Write as _;
use std::time::Duration;

use iampass_management::{CallPolicy, Error, InvalidBaseUrl, InvalidUserId, UserId};

use crate::responses::response_with;
use crate::support::{ClosedPort, RawServer, SECRET, call, call_for, client, user};

const USER: &str = "marker-user";

/// One of every kind of error that a call can end in.
async fn every_error() -> Vec<(&'static str, Error)> {
    let echo = format!("User {USER} is not known. {SECRET}");
    let json = format!(r#"{{"status":"{USER}"}}"#);
    let refused = format!(r#"{{"status":false,"reason":"{echo}"}}"#);
    let response = async |status, body: &str| {
        response_with("has_registered_mobile_device", status, "application/json", body).await.unwrap_err()
    };
    let closed = ClosedPort::take();
    let cut = RawServer::responding("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{");
    let compressed = RawServer::responding(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\u{1f}\u{b}",
    );
    let garbage = RawServer::responding("SSH-2.0-OpenSSH\r\n");
    let dots: UserId = serde_json::from_str("\"..\"").unwrap();
    let wrong = |id: &str| InvalidUserId::to_string(&UserId::new(id).unwrap_err());
    assert!(!wrong("..").is_empty());
    vec![
        (
            "a malformed base URL",
            "http://marker.example".parse::<iampass_management::BaseUrl>().unwrap_err().into(),
        ),
        (
            "nobody listens",
            call_for(&client(&closed.base_url()), "lost_user_mobile_device", &user(USER)).await.unwrap_err(),
        ),
        (
            "an id that would move the request",
            call_for(&client(&cut.base_url()), "lost_user_mobile_device", &dots).await.unwrap_err(),
        ),
        (
            "a response cut off",
            call_for(&client(&cut.base_url()), "lost_user_mobile_device", &user(USER)).await.unwrap_err(),
        ),
        ("no HTTP", call(&client(&garbage.base_url()), "add_users").await.unwrap_err()),
        ("status: false", response(200, &refused).await),
        ("400", response(400, &echo).await),
        ("401", response(401, &echo).await),
        ("404", response(404, &echo).await),
        ("429", response(429, &echo).await),
        ("500", response(500, &echo).await),
        ("302", response(302, &echo).await),
        ("empty", response(200, "").await),
        ("not JSON", response(200, &echo).await),
        ("compressed", call(&client(&compressed.base_url()), "add_users").await.unwrap_err()),
        ("cut JSON", response(200, &refused[..refused.len() - 2]).await),
        ("another shape", response(200, &json).await),
        ("a link that is none", link().await),
        ("a response that is too long", too_long().await),
        ("no response in time", late().await),
        ("a member missing", response(200, r#"{"status":true}"#).await),
    ]
}

async fn link() -> Error {
    let body = format!(r#"{{"status":true,"register_url":"javascript:{USER}"}}"#);
    response_with("lost_user_mobile_device", 200, "application/json", &body).await.unwrap_err()
}

async fn too_long() -> Error {
    let server = RawServer::json("200 OK", r#"{"status":true}"#);
    let client = client(&server.base_url());
    let client = client.with_policy(CallPolicy::one_attempt().with_response_limit(10));
    call(&client, "has_registered_mobile_device").await.unwrap_err()
}

/// From a server that takes the connection and says nothing.
async fn late() -> Error {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = client(&format!("http://{}", silent.local_addr().unwrap()));
    let policy = CallPolicy::one_attempt().with_attempt_timeout(Duration::from_millis(20));
    call(&client.with_policy(policy), "delete_users").await.unwrap_err()
}

#[tokio::test]
async fn every_error_says_what_happened_and_nothing_personal() {
    insta::assert_snapshot!(told(every_error().await));
}

/// What each error says, once it is sure that none says what it must not.
fn told(errors: Vec<(&str, Error)>) -> String {
    let mut told = String::new();
    for (name, error) in errors {
        writeln!(told, "{name}\n    {error}").unwrap();
        let mut chain = format!("{error}\n{error:?}\n");
        let mut source = error.source();
        while let Some(cause) = source {
            writeln!(chain, "{cause}\n{cause:?}").unwrap();
            source = cause.source();
        }
        for secret in [USER, SECRET, "signature", "hmac", "http://", "/management/"] {
            let shown =
                chain.replace("signature was not accepted", "").replace("`http://proxy.example:3128`", "");
            assert!(!shown.contains(secret), "{name}: `{secret}` in {shown}");
        }
    }
    told
}

/// The words are those of rustls and of reqwest with it.
#[cfg(feature = "rustls")]
#[test]
fn what_no_client_can_be_made_of() {
    use iampass_management::{Connection, ConnectionBuilder, Settings};

    let made = |change: fn(ConnectionBuilder) -> ConnectionBuilder| {
        let settings =
            Settings::new("https://iampass.example".parse().unwrap(), crate::support::credentials());
        change(Connection::builder(settings)).build().unwrap_err()
    };
    insta::assert_snapshot!(told(vec![
        ("a certificate that is none", made(|builder| builder.add_root_certificates_pem(USER))),
        ("a proxy that is none", made(|builder| builder.proxy(format!("http://{USER}:{SECRET}@[:1")))),
    ]));
}

#[test]
fn the_texts_of_refused_ids_and_urls() {
    let texts = [
        UserId::new("").unwrap_err().to_string(),
        UserId::new("..").unwrap_err().to_string(),
        InvalidBaseUrl::NotAUrl.to_string(),
        InvalidBaseUrl::Scheme.to_string(),
        InvalidBaseUrl::UserInfo.to_string(),
        InvalidBaseUrl::QueryOrFragment.to_string(),
        InvalidBaseUrl::PlainHttp.to_string(),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}
