//! Responses in the forms that the vendor shows are what the calls return.

use iampass_authentication::SessionStatus;

use crate::support::{RawServer, client, session, sign_in_of, status_of};

macro_rules! payload {
    ($name:literal) => {
        include_str!(concat!("payloads/", $name, ".json"))
    };
}

#[tokio::test]
async fn a_sign_in_starts_or_says_why_not() {
    let started = sign_in_of("202 Accepted", payload!("authenticate_user.202")).await.unwrap();
    let session = started.started().unwrap();
    assert_eq!(session.token(), "0a1b2c");
    let stored = serde_json::to_value(session.store_with_secret()).unwrap();
    let payload: serde_json::Value = serde_json::from_str(payload!("authenticate_user.202")).unwrap();
    for (member, value) in stored.as_object().unwrap() {
        assert_eq!(*value, payload["authentication_status"][member], "{member}");
    }
    let refused = sign_in_of("200 OK", payload!("authenticate_user.200")).await.unwrap();
    assert!(refused.lacks_mobile_device());
}

#[tokio::test]
async fn a_session_tells_its_state_and_ends() {
    assert_eq!(status_of(payload!("session_status.200.flat")).await.unwrap(), SessionStatus::Active);
    assert_eq!(status_of(payload!("session_status.200.nested")).await.unwrap(), SessionStatus::Identifying);
    let server = RawServer::json("200 OK", payload!("end_session.200"));
    session(&client(&server.base_url())).end().await.unwrap();
}
