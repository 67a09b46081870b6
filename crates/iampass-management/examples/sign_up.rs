//! A sign-up service: a form posts a user, who is added to IAMPASS and gets the link that registers a phone.
//!
//! With a local IAMPASS, to be tried in a browser at <http://127.0.0.1:3000>:
//!
//! ```text
//! iampass emulator exec -- cargo run -p iampass-management --example sign_up
//! ```

#![allow(clippy::print_stdout, reason = "it tells where it listens")]

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use iampass_management::{CallPolicy, Error, ErrorKind, ManagementClient, UserId};
use serde::Deserialize;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Somebody is waiting in front of the form: five seconds, then say that it did not work.
    let policy = CallPolicy::default().with_deadline(Duration::from_secs(5));
    let client = ManagementClient::from_env()?.with_policy(policy);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, service(client)).await?;
    Ok(())
}

fn service(client: ManagementClient) -> Router {
    // The client is cheap to clone; axum clones it for each request.
    Router::new().route("/", get(form)).route("/sign-up", post(sign_up)).with_state(client)
}

async fn form() -> Html<&'static str> {
    Html(concat!(
        r#"<form method="post" action="/sign-up"><input name="user" required placeholder="user name">"#,
        r#"<input name="display_name" placeholder="shown on the phone"><button>Sign up</button></form>"#,
    ))
}

#[derive(Deserialize)]
struct SignUp {
    user: String,
    display_name: Option<String>,
}

/// The link is for this user alone: show it, as a QR code for example, to whoever has just proved to be that user.
async fn sign_up(
    State(client): State<ManagementClient>,
    Form(SignUp { user, display_name }): Form<SignUp>,
) -> Result<Json<Value>, SignUpError> {
    let user = UserId::new(user).map_err(Error::from)?;
    // Whether the user is new is no question for `add_users`: when its first response is lost, the retry lists a new
    // user as existing. Who has a phone has signed up before.
    client.add_users([&user]).await?;
    if client.has_registered_mobile_device(&user).await? {
        return Err(SignUpError::Taken);
    }
    let link = client.device_registration_link(&user, display_name.as_deref()).await?;
    Ok(Json(json!({ "link": link.as_str() })))
}

enum SignUpError {
    Taken,
    Iampass(Error),
}

impl From<Error> for SignUpError {
    fn from(error: Error) -> Self {
        Self::Iampass(error)
    }
}

impl IntoResponse for SignUpError {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Taken => return (StatusCode::CONFLICT, "this user has a phone already").into_response(),
            Self::Iampass(error) => error,
        };
        if matches!(error.kind(), ErrorKind::UserId(_)) {
            return (StatusCode::UNPROCESSABLE_ENTITY, "please choose another user name").into_response();
        }
        // It shows no user id, so it can be logged.
        tracing::error!(%error, "a sign-up failed");
        if error.is_retryable() {
            return (StatusCode::SERVICE_UNAVAILABLE, "please try again in a minute").into_response();
        }
        (StatusCode::INTERNAL_SERVER_ERROR, "this did not work, and we have been told").into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use iampass_emulator::{Emulator, Fault};
    use iampass_management::Settings;
    use tower::ServiceExt as _;

    use super::*;

    fn service_on(iampass: &Emulator) -> Router {
        let settings = Settings::new(iampass.base_url().parse().unwrap(), iampass.credentials().clone());
        // No retries: the tests are about what the service makes of a failure.
        service(ManagementClient::new(settings).unwrap().with_policy(CallPolicy::one_attempt()))
    }

    async fn post(service: &Router, form: &'static str) -> (StatusCode, String) {
        let request = Request::post("/sign-up")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        let response = service.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 64 * 1024).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_new_user_gets_a_link_and_signs_up_once() {
        let iampass = Emulator::start().unwrap();
        let service = service_on(&iampass);

        let (status, body) = post(&service, "user=alice%40example.com&display_name=Alice").await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        iampass.register_device(body["link"].as_str().unwrap()).unwrap();

        let alice = UserId::new("alice@example.com").unwrap();
        assert!(iampass.has_device(iampass.credentials().application_id(), &alice).unwrap());
        assert_eq!(post(&service, "user=alice%40example.com").await.0, StatusCode::CONFLICT);
    }

    #[tokio::test]
    async fn who_has_not_registered_a_phone_gets_another_link() {
        let iampass = Emulator::start().unwrap();
        let service = service_on(&iampass);
        let first = post(&service, "user=bob").await;
        let second = post(&service, "user=bob").await;
        assert_eq!((first.0, second.0), (StatusCode::OK, StatusCode::OK));
        assert_ne!(first.1, second.1);
    }

    #[tokio::test]
    async fn an_id_that_cannot_be_used_is_the_visitor_s_to_change() {
        let iampass = Emulator::start().unwrap();
        let service = service_on(&iampass);
        for form in ["user=", "user=..", "user=."] {
            assert_eq!(post(&service, form).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        }
        assert!(iampass.requests().is_empty());
    }

    #[tokio::test]
    async fn failures_of_iampass_are_told_apart() {
        let iampass = Emulator::start().unwrap();
        let service = service_on(&iampass);

        iampass.inject(Fault::status(503)).unwrap();
        assert_eq!(post(&service, "user=carol").await.0, StatusCode::SERVICE_UNAVAILABLE);
        iampass.stop_listening().unwrap();
        assert_eq!(post(&service, "user=carol").await.0, StatusCode::SERVICE_UNAVAILABLE);
        iampass.start_listening().unwrap();

        let refusal = Fault::status(200).header("content-type", "application/json");
        iampass.inject(refusal.body(r#"{"status": false, "reason": "no more users"}"#)).unwrap();
        assert_eq!(post(&service, "user=carol").await.0, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(post(&service, "user=carol").await.0, StatusCode::OK);
    }
}
