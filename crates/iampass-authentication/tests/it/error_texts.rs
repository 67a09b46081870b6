//! Every text of an error that only this API has, read aloud.

use std::fmt::Write as _;

use iampass_authentication::Error;
use iampass_fixture_service::shown;

use crate::support::{
    RawServer, SESSION_SECRET, STARTED, TOKEN, client, session, session_at, sign_in_of, status_of,
};

async fn every_error() -> Vec<(&'static str, Error)> {
    let refused = RawServer::json("200 OK", r#"{"status":false}"#);
    let unknown = RawServer::json("401 Unauthorized", TOKEN);
    let gone = RawServer::json("404 Not Found", TOKEN);
    let of = |server: &RawServer| session(&client(&server.base_url()));
    let started = |from: &str, to: &str| STARTED.replace(&format!("\"{from}\""), to);
    vec![
        ("no token", sign_in_of("202 Accepted", &started(TOKEN, "null")).await.unwrap_err()),
        (
            "a token that cannot be signed with",
            sign_in_of("202 Accepted", &started(TOKEN, "\"a:b\"")).await.unwrap_err(),
        ),
        (
            "a secret that cannot be signed with",
            sign_in_of("202 Accepted", &started(SESSION_SECRET, "\"\"")).await.unwrap_err(),
        ),
        ("no state", status_of("{}").await.unwrap_err()),
        (
            "a URL of another origin",
            session_at(&client(&gone.base_url()), "https://marker.example/", "").status().await.unwrap_err(),
        ),
        ("a session that is not known", of(&unknown).status().await.unwrap_err()),
        ("a URL that is not known", of(&gone).end().await.unwrap_err()),
        ("status: false", of(&refused).end().await.unwrap_err()),
    ]
}

#[tokio::test]
async fn every_error_says_what_happened_and_nothing_personal() {
    let mut told = String::new();
    for (name, error) in every_error().await {
        writeln!(told, "{name}\n    {error}").unwrap();
        let shown = shown(&error).to_lowercase();
        assert!(!shown.contains("marker") && !shown.contains("://"), "{name}: {shown}");
    }
    insta::assert_snapshot!(told);
}
