//! Each form of response that the sources show, and those that they do not.

use iampass_authentication::DecodeError;
use iampass_authentication::{Error, ErrorKind, SessionStatus, SignIn};
use serde_json::{Value, json};

use crate::support::{
    RawServer, SESSION_SECRET, STARTED, TOKEN, USER, client, session, sign_in_of, status_of, told, user,
};

/// What cannot be decoded, less its place.
fn undecodable(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Decode(DecodeError::Shape { .. }) => "shape".to_owned(),
        ErrorKind::Decode(DecodeError::Missing(member)) => format!("missing {member}"),
        ErrorKind::Decode(DecodeError::Unusable(member)) => format!("unusable {member}"),
        other => panic!("{other:?}"),
    }
}

/// The response that starts a sign-in, with one member changed.
fn started_with(member: &str, value: Value) -> String {
    let mut started: Value = serde_json::from_str(STARTED).unwrap();
    started["authentication_status"][member] = value;
    started.to_string()
}

#[tokio::test]
async fn a_sign_in_starts_with_202_or_200() {
    for status in ["202 Accepted", "200 OK"] {
        let sign_in = sign_in_of(status, STARTED).await.unwrap();
        assert!(!sign_in.lacks_mobile_device());
        let session = sign_in.started().unwrap();
        assert_eq!(session.token(), TOKEN);
        let stored = serde_json::to_value(session.store_with_secret()).unwrap();
        assert_eq!(stored["session_secret"], SESSION_SECRET);
        assert_eq!(stored["status_url"], "https://marker.example/status");
        assert_eq!(stored["logout_url"], "https://marker.example/end");
    }
}

/// `authenticated` says that the phone asks the user, whatever state the session is said to be in.
#[tokio::test]
async fn what_the_session_does_not_need_may_be_missing_or_new() {
    for (member, value) in [
        ("session_status", Value::Null),
        ("session_status", json!("a word of tomorrow")),
        ("reason", json!("none")),
        ("reason", Value::Null),
        ("more", json!({"a": [1]})),
    ] {
        let sign_in = sign_in_of("202 Accepted", &started_with(member, value)).await.unwrap();
        assert!(matches!(sign_in, SignIn::Started(_)), "{member}");
    }
}

#[tokio::test]
async fn a_sign_in_that_started_without_all_of_its_session_is_an_error_that_names_the_member() {
    for member in ["session_token", "session_secret", "status_url", "logout_url"] {
        let error = sign_in_of("202 Accepted", &started_with(member, Value::Null)).await.unwrap_err();
        assert_eq!(undecodable(&error), format!("missing {member}"));
        // The phone asks by now, and another call would have it ask again.
        assert!(!error.is_retryable(), "{error}");
        let mut started: Value = serde_json::from_str(STARTED).unwrap();
        started["authentication_status"].as_object_mut().unwrap().remove(member).unwrap();
        let error = sign_in_of("202 Accepted", &started.to_string()).await.unwrap_err();
        assert_eq!(undecodable(&error), format!("missing {member}"));
    }
    for (member, value) in [
        ("session_token", "a:b"),
        ("session_token", "two words"),
        ("session_token", ""),
        ("session_secret", ""),
        ("session_secret", "line\nbreak"),
    ] {
        let error = sign_in_of("202 Accepted", &started_with(member, value.into())).await.unwrap_err();
        assert_eq!(undecodable(&error), format!("unusable {member}"));
    }
}

#[tokio::test]
async fn other_types_than_the_contract_s_are_errors() {
    for body in [
        "{}",
        r#"{"authentication_status":null}"#,
        r#"{"authentication_status":[]}"#,
        r#"{"authentication_status":{}}"#,
        r#"{"authentication_status":{"authenticated":null}}"#,
        r#"{"authentication_status":{"authenticated":"true"}}"#,
        r#"{"authentication_status":{"authenticated":1}}"#,
        r#"{"authentication_status":[true,"pending",null,"t","s","u","v"]}"#,
        r#"[{"authenticated":false}]"#,
        // Flat, as no source shows it.
        r#"{"authenticated":true,"session_token":"t","session_secret":"s","status_url":"u","logout_url":"v"}"#,
        // A sign-in that may or may not have started.
        r#"{"authentication_status":{"authenticated":true,"authenticated":false}}"#,
    ] {
        let error = sign_in_of("202 Accepted", body).await.unwrap_err();
        assert_eq!(undecodable(&error), "shape", "{body}");
    }
    let error = sign_in_of("202 Accepted", &started_with("status_url", json!(["u"]))).await.unwrap_err();
    assert_eq!(undecodable(&error), "shape");
}

#[tokio::test]
async fn a_sign_in_that_did_not_start_tells_why() {
    for (reason, told_reason, lacks_device) in [
        (r#","reason":"NO_MOBILE_DEVICE""#, "Some(\"NO_MOBILE_DEVICE\")", true),
        (r#","reason":"no_mobile_device""#, "Some(\"no_mobile_device\")", false),
        (r#","reason":"the moon is full""#, "Some(\"the moon is full\")", false),
        (r#","reason":null"#, "None", false),
        ("", "None", false),
        // The vendor's package reads no more of it than the reason.
        (r#","session_status":"failed","session_token":null,"status_url":null"#, "None", false),
    ] {
        let body = format!(r#"{{"authentication_status":{{"authenticated":false{reason}}}}}"#);
        // The status is 200 by the contract, and does not decide.
        for status in ["200 OK", "202 Accepted"] {
            let sign_in = sign_in_of(status, &body).await.unwrap();
            assert_eq!(told(&sign_in), format!("not started: {told_reason}"));
            assert_eq!(sign_in.lacks_mobile_device(), lacks_device, "{body}");
            assert!(sign_in.started().is_none());
        }
    }
}

#[tokio::test]
async fn a_user_who_is_not_known_is_told_from_an_application() {
    let text = "Client Application 0123 or User marker-user not found.";
    let server = RawServer::json("404 Not Found", text);
    let error = client(&server.base_url()).authenticate(&user(USER)).await.unwrap_err();
    assert!(error.is_not_found() && error.server_message() == Some(text), "{error}");
    let server = RawServer::json("404 Not Found", "Client Application 0123 not found");
    let error = client(&server.base_url()).authenticate(&user(USER)).await.unwrap_err();
    assert!(error.is_unknown_application(), "{error}");
}

#[tokio::test]
async fn a_state_is_read_flat_nested_or_both() {
    for (body, expected) in [
        (r#"{"session_status":"active"}"#, "active"),
        (r#"{"authenticated":true,"session_status":"walkaway"}"#, "walkaway"),
        (r#"{"authentication_status":{"session_status":"active"}}"#, "active"),
        (r#"{"authentication_status":{"authenticated":false,"session_status":"failed"}}"#, "failed"),
        // The vendor's package reads the nested one.
        (r#"{"session_status":"active","authentication_status":{"session_status":"closed"}}"#, "closed"),
        (r#"{"session_status":"active","authentication_status":null}"#, "active"),
        (r#"{"session_status":"active","authentication_status":{}}"#, "active"),
        (r#"{"session_status":"active","authentication_status":{"session_status":null}}"#, "active"),
        (r#"{"session_status":null,"authentication_status":{"session_status":"active"}}"#, "active"),
        (r#"{"session_status":"closed","more":{"a":[1]}}"#, "closed"),
    ] {
        assert_eq!(status_of(body).await.unwrap().as_str(), expected, "{body}");
    }
}

#[tokio::test]
async fn every_word_is_read_and_none_that_is_unknown_is_signed_in() {
    for known in SessionStatus::KNOWN {
        let body = format!(r#"{{"session_status":"{known}"}}"#);
        assert_eq!(status_of(&body).await.unwrap(), known);
        assert_eq!(known.is_active(), known == SessionStatus::Active);
    }
    assert_eq!(status_of(r#"{"session_status":"time_out"}"#).await.unwrap(), SessionStatus::Timeout);
    for word in ["", "Active", "ACTIVE", " active", "signed_in", "aktiv\u{1f511}"] {
        let status = status_of(&json!({"session_status": word}).to_string()).await.unwrap();
        assert_eq!(status, SessionStatus::Unknown(word.to_owned()));
        assert_eq!(status.as_str(), word);
        assert!(!status.is_active() && !status.is_in_progress() && !status.is_final(), "{word}");
    }
}

/// In one state at a time: going on, signed in (within reach or not), or over.
#[test]
fn each_state_is_in_progress_signed_in_or_final() {
    use SessionStatus::{Active, Cancelled, Closed, Failed, Identifying, Pending, Timeout, Walkaway};
    for (states, expected) in [
        (&[Pending, Identifying][..], (true, false, false)),
        (&[Active], (false, true, false)),
        (&[Walkaway], (false, false, false)),
        (&[Failed, Cancelled, Timeout, Closed], (false, false, true)),
    ] {
        for state in states {
            assert_eq!((state.is_in_progress(), state.is_active(), state.is_final()), expected, "{state}");
        }
    }
}

#[tokio::test]
async fn a_state_that_is_not_there_or_no_text_is_an_error() {
    for body in [
        "{}",
        r#"{"authenticated":true}"#,
        r#"{"session_status":null}"#,
        r#"{"authentication_status":{"authenticated":true}}"#,
        r#"{"session_status":null,"authentication_status":null}"#,
        r#"{"status":"active"}"#,
    ] {
        assert_eq!(undecodable(&status_of(body).await.unwrap_err()), "missing session_status", "{body}");
    }
    for body in [
        r#"{"session_status":1}"#,
        r#"{"session_status":{"active":true}}"#,
        r#"{"session_status":["active"]}"#,
        r#"{"session_status":"active","authenticated":"yes"}"#,
        r#"{"session_status":"active","session_status":"failed"}"#,
        r#"{"session_status":"active","authentication_status":["active"]}"#,
        r#"{"authentication_status":"active"}"#,
        r#"[true,null,"active"]"#,
        r#"[true,{"session_status":"active"},null]"#,
        r#""active""#,
    ] {
        assert_eq!(undecodable(&status_of(body).await.unwrap_err()), "shape", "{body}");
    }
}

#[tokio::test]
async fn a_session_that_does_not_end_is_a_refusal() {
    for (body, expected) in [
        (r#"{"status":true}"#, Ok(())),
        (r#"{"status":true,"session_status":"closed"}"#, Ok(())),
        (r#"{"status":false}"#, Err("refused")),
        (r#"{"status":false,"reason":"no"}"#, Err("refused")),
        ("{}", Err("decode")),
        (r#"{"status":null}"#, Err("decode")),
        (r#"{"status":"true"}"#, Err("decode")),
        ("[true]", Err("decode")),
    ] {
        let server = RawServer::json("200 OK", body);
        let ended = session(&client(&server.base_url())).end().await;
        assert_eq!(ended.map_err(|error| error.kind().name()), expected, "{body}");
    }
}

/// Of a call whose URL the service gave: it does not know the session, or not the URL.
#[tokio::test]
async fn a_session_that_is_not_known_is_told_from_a_url() {
    let server = RawServer::json("401 Unauthorized", "no such session");
    let session_of = |server: &RawServer| session(&client(&server.base_url()));
    let error = session_of(&server).status().await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_retryable(), "{error}");
    let server = RawServer::json("404 Not Found", "User marker-user not found");
    let error = session_of(&server).end().await.unwrap_err();
    assert!(error.is_not_found() && !error.is_unknown_user() && !error.is_unknown_application(), "{error}");
    assert!(error.to_string().contains("URL"), "{error}");
}
