//! The request that starts a sign-in.

use std::time::Duration;

use iampass_authentication::AuthenticationMethod::{Acceptance, Device, Facial};
use iampass_authentication::{ErrorKind, SignInOptions, UserId};

use crate::support::{APPLICATION_ID, RawServer, STARTED, client, user};

/// The target of a sign-in with these options, less its path.
async fn query(options: &SignInOptions) -> String {
    let server = RawServer::json("202 Accepted", STARTED);
    client(&server.base_url()).authenticate_with(&user("alice"), options).await.unwrap().started().unwrap();
    let target = server.only_request().target();
    let path = format!("/authentication/authenticate_user/{APPLICATION_ID}/alice");
    target.strip_prefix(&path).unwrap_or_else(|| panic!("{target}")).to_owned()
}

#[tokio::test]
async fn what_is_left_to_the_service_is_not_sent() {
    assert_eq!(query(&SignInOptions::default()).await, "");
    assert_eq!(query(&SignInOptions::default().with_methods([])).await, "");
}

#[tokio::test]
async fn methods_are_one_comma_list() {
    let with = |methods: &[_]| SignInOptions::default().with_methods(methods.iter().copied());
    assert_eq!(query(&with(&[Acceptance, Device])).await, "?methods=acceptance%2Cdevice");
    assert_eq!(query(&with(&[Facial])).await, "?methods=facial");
    assert_eq!(query(&with(&[Facial]).with_methods([Device])).await, "?methods=device");
}

#[tokio::test]
async fn a_duration_is_sent_in_whole_seconds_and_never_as_none() {
    for (duration, seconds) in [
        (Duration::from_secs(90), "90"),
        (Duration::from_millis(1_001), "2"),
        (Duration::from_nanos(1), "1"),
        (Duration::ZERO, "1"),
        (Duration::MAX, "18446744073709551615"),
    ] {
        let options = SignInOptions::default().with_duration(duration);
        assert_eq!(query(&options).await, format!("?duration_seconds={seconds}"));
    }
    let both = SignInOptions::default().with_methods([Acceptance]).with_duration(Duration::from_secs(90));
    let query = query(&both).await;
    let mut members: Vec<_> = query.trim_start_matches('?').split('&').collect();
    members.sort_unstable();
    assert_eq!(members, ["duration_seconds=90", "methods=acceptance"]);
}

/// The right column was printed by Python's `urllib.parse.quote(id, safe="")`.
#[tokio::test]
async fn every_user_id_stays_in_its_segment() {
    for (id, segment) in [
        ("alice@example.com", "alice%40example.com"),
        ("a/../../end_session", "a%2F..%2F..%2Fend_session"),
        (r"a\..\..\victim", "a%5C..%5C..%5Cvictim"),
        ("a%2Fb", "a%252Fb"),
        ("x+y z", "x%2By%20z"),
        ("?methods=facial#", "%3Fmethods%3Dfacial%23"),
        ("%2e%2e", "%252e%252e"),
        ("line\r\nbreak", "line%0D%0Abreak"),
        ("日本語😀", "%E6%97%A5%E6%9C%AC%E8%AA%9E%F0%9F%98%80"),
    ] {
        let server = RawServer::json("202 Accepted", STARTED);
        let options = SignInOptions::default().with_methods([Device]);
        client(&server.base_url()).authenticate_with(&user(id), &options).await.unwrap().started().unwrap();
        let expected = format!("/authentication/authenticate_user/{APPLICATION_ID}/{segment}?methods=device");
        assert_eq!(server.only_request().target(), expected, "{id:?}");
    }
}

#[tokio::test]
async fn an_id_that_would_move_the_request_is_not_sent() {
    let server = RawServer::json("202 Accepted", STARTED);
    for id in ["", ".", ".."] {
        let user: UserId = serde_json::from_value(id.into()).unwrap();
        let error = client(&server.base_url()).authenticate(&user).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotSent(_)), "{id:?}: {error}");
    }
    assert!(server.requests().is_empty());
}
