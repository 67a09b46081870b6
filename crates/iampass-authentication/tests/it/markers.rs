//! Nothing secret and nothing personal is shown, whatever happens to a call.

use iampass_authentication::generated::types::AuthenticateUserResponse;
use iampass_authentication::{SessionSecret, SignIn, SignInOptions, StoredSession};
use iampass_fixture_service::reply::Reply;
use iampass_fixture_service::{Api, Capture, look_through, shown, table, virtual_time};

use crate::faults::bodies;
use crate::support::{
    Authentication, MINUTE, STARTED, Server, TOKEN, USER, persistent_client, session, sign_in_of, user,
};

#[test]
fn in_connections_that_break() {
    look_through::<Authentication>(table::connections);
}

#[test]
fn in_responses_that_are_not_http() {
    look_through::<Authentication>(table::framing);
}

#[test]
fn in_responses_that_are_not_the_contract_s() {
    look_through::<Authentication>(table::bodies);
    look_through::<Authentication>(bodies);
}

#[test]
fn in_error_statuses() {
    look_through::<Authentication>(table::statuses);
}

#[test]
fn in_refused_signatures_and_connections_that_are_used_again() {
    look_through::<Authentication>(table::clock);
    look_through::<Authentication>(table::keep_alive);
}

fn assert_shows_nothing(text: &str) {
    let text = text.to_lowercase();
    assert!(!text.contains("marker") && !text.contains("hmac "), "{text}");
}

/// Down to `trace`: tokens, secrets, URLs, ids and reasons are in no span and no event.
#[test]
fn in_a_sign_in_that_is_waited_for_and_ended() {
    let capture = Capture::begin();
    let refused = r#"{"authentication_status":{"authenticated":false,"reason":"marker-user has no phone"}}"#;
    virtual_time::run(async {
        let states = ["pending", "marker-word", "active"];
        let states = states.map(|word| Reply::body(format!(r#"{{"session_status":"{word}"}}"#)));
        let script = [Reply::body(STARTED), Reply::body(refused)].into_iter().chain(states);
        let server = Server::start(script.chain([Reply::success()]).collect()).await;
        let client = persistent_client(&server);
        client.authenticate(&user(USER)).await.unwrap().started().unwrap();
        let refused = client.authenticate(&user(USER)).await.unwrap();
        let session = session(&client);
        session.wait(MINUTE).await.unwrap();
        session.end().await.unwrap();
        assert_shows_nothing(&format!("{refused:?}{refused:#?}{client:?}{session:?}{session:#?}"));
    });
    let text = capture.take();
    assert!(text.contains("authenticate_user") && text.contains("session_status"), "{text}");
    assert_shows_nothing(&text);
}

#[tokio::test]
async fn in_what_programs_print() {
    let sign_in = sign_in_of("202 Accepted", STARTED).await.unwrap();
    assert_shows_nothing(&format!("{sign_in:?}{sign_in:#?}"));
    let SignIn::Started(session) = sign_in else { panic!() };
    let stored: StoredSession = session.store_with_secret();
    assert_shows_nothing(&format!(
        "{session:?}{session:#?}{stored:?}{stored:#?}{:?}",
        SignInOptions::default()
    ));
    assert_shows_nothing(&format!("{:?}", SessionSecret::new("marker")));
    // The generated types show what identifies, and no secret.
    let response: AuthenticateUserResponse = serde_json::from_str(STARTED).unwrap();
    let text = format!("{response:?}{response:#?}");
    assert!(text.contains(TOKEN) && !text.contains("MarkerSessionSecret"), "{text}");
}

/// A token that cannot be signed with may be anything, a secret among them.
#[tokio::test]
async fn in_errors_about_credentials_that_the_service_gave() {
    for (good, bad) in [(TOKEN, "marker:token"), ("MarkerSessionSecret0123456789", " marker secret ")] {
        let error = sign_in_of("202 Accepted", &STARTED.replace(good, bad)).await.unwrap_err();
        assert_shows_nothing(&shown(&error));
    }
}

/// What is looked for can be found: each call has spans, and each success of the table has a marker in it or about it.
#[test]
fn every_call_is_told_of() {
    let capture = Capture::begin();
    for operation in Authentication::operations() {
        virtual_time::run(async {
            let server = Server::start(vec![Reply::success()]).await;
            Authentication::call(persistent_client(&server).connection(), operation).await.unwrap();
        });
        assert!(capture.take_own().contains(&format!("iampass.operation=\"{}\"", operation.id)));
    }
}
