//! A session outside of a program's memory.

use iampass_authentication::{AuthenticationClient, SessionSecret, Settings, StoredSession};
use serde_json::{Value, json};

use crate::support::{RawServer, SESSION_SECRET, TOKEN, client, session};

fn members() -> Value {
    json!({
        "session_token": TOKEN,
        "session_secret": SESSION_SECRET,
        "status_url": "https://iampass.example/s?x=1",
        "logout_url": "https://iampass.example/e",
    })
}

#[test]
fn it_is_stored_with_four_members_and_read_again() {
    let stored: StoredSession = serde_json::from_value(members()).unwrap();
    assert_eq!(serde_json::to_value(&stored).unwrap(), members());
    let text = serde_json::to_string(&stored).unwrap();
    let again: StoredSession = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
}

#[tokio::test]
async fn a_session_that_was_stored_is_taken_up_by_another_client() {
    let server = RawServer::json("200 OK", r#"{"status":true,"session_status":"walkaway"}"#);
    let text = serde_json::to_string(&session(&client(&server.base_url())).store_with_secret()).unwrap();
    let again = client(&server.base_url()).session(serde_json::from_str(&text).unwrap());
    assert_eq!(again.token(), TOKEN);
    assert_eq!(again.status().await.unwrap().as_str(), "walkaway");
    again.end().await.unwrap();
    assert!(server.requests()[1].header("authentication")[0].starts_with(&format!("hmac {TOKEN}:")));
}

/// A program that only takes up sessions needs no application's credentials.
#[tokio::test]
async fn a_stored_session_s_own_credentials_are_enough_for_a_client() {
    let server = RawServer::json("200 OK", r#"{"session_status":"active"}"#);
    let stored = session(&client(&server.base_url())).store_with_secret();
    let settings = Settings::new(server.base_url().parse().unwrap(), stored.credentials().clone());
    AuthenticationClient::new(settings).unwrap().session(stored).status().await.unwrap();
    assert!(server.only_request().header("authentication")[0].starts_with(&format!("hmac {TOKEN}:")));
}

/// As `Session.Schema().dump` of the vendor's package 0.0.32 writes it.
#[test]
fn the_vendor_s_serialised_session_is_read() {
    let mut vendors = members();
    vendors["session_status"] = "pending".into();
    vendors["failure_reason"] = Value::Null;
    let stored: StoredSession = serde_json::from_value(vendors).unwrap();
    assert_eq!(serde_json::to_value(&stored).unwrap(), members());
    // One that did not start has no credentials to call with.
    let failed = json!({"session_status": "failed", "failure_reason": "NO_MOBILE_DEVICE", "session_token": null,
        "session_secret": null, "status_url": null, "logout_url": null});
    assert!(serde_json::from_value::<StoredSession>(failed).is_err());
}

#[test]
fn what_cannot_be_signed_with_is_refused_and_not_shown() {
    for (member, value) in [
        ("session_token", ""),
        ("session_token", ".."),
        ("session_token", "marker:token"),
        ("session_token", "marker token"),
        ("session_token", "márker"),
        ("session_secret", ""),
        ("session_secret", " marker"),
        ("session_secret", "marker\n"),
        ("session_secret", "mar\u{0}ker"),
    ] {
        let mut stored = members();
        stored[member] = value.into();
        let error = serde_json::from_value::<StoredSession>(stored.clone()).unwrap_err().to_string();
        assert!(error.contains(member) && !error.contains("mar"), "{error}");
        let text = |member: &str| stored[member].as_str().unwrap().to_owned();
        let secret = SessionSecret::new(text("session_secret"));
        let error = StoredSession::new(&text("session_token"), secret, "", "").unwrap_err();
        assert_eq!(error.member(), member);
        assert!(!format!("{error} {error:?}").contains("mar"), "{error:?}");
    }
}

#[test]
fn a_session_that_lacks_a_member_is_no_session() {
    for member in ["session_token", "session_secret", "status_url", "logout_url"] {
        let mut stored = members();
        stored.as_object_mut().unwrap().remove(member).unwrap();
        let error = serde_json::from_value::<StoredSession>(stored).unwrap_err().to_string();
        assert!(error.contains(member) && !error.contains("Marker"), "{error}");
    }
    // A secret of another type is not shown either.
    let mut stored = members();
    stored["session_secret"] = json!({"marker": 1});
    let error = serde_json::from_value::<StoredSession>(stored).unwrap_err().to_string();
    assert!(!error.contains("marker"), "{error}");
}

/// The text of a secret is to be had by name alone.
#[test]
fn the_secret_is_had_by_name() {
    let secret = SessionSecret::new(SESSION_SECRET.to_owned());
    assert_eq!(secret.expose(), SESSION_SECRET);
    assert_eq!(serde_json::to_value(&secret).unwrap(), SESSION_SECRET);
    assert_eq!(serde_json::from_value::<SessionSecret>("x".into()).unwrap().expose(), "x");
}
