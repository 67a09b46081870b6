//! What the tests share: clients with known credentials, a session, and one call of each operation.

use std::time::Duration;

use iampass_authentication::Operation;
use iampass_authentication::generated::operations::{AUTHENTICATE_USER, END_SESSION, SESSION_STATUS};
use iampass_authentication::{
    AuthenticationClient, CallPolicy, Connection, Error, ServerMessage, Session, SessionSecret,
    SessionStatus, Settings, SignIn, StoredSession,
};
use iampass_fixture_service::{Api, server};

pub(crate) use iampass_fixture_service::{
    APPLICATION_ID, Outcome, RawRequest, RawServer, SECRET, USER, credentials, user,
};

pub(crate) const TOKEN: &str = "marker-session-token";
pub(crate) const SESSION_SECRET: &str = "MarkerSessionSecret0123456789";

/// The response that starts a sign-in. The URLs lead nowhere.
pub(crate) const STARTED: &str = r#"{"authentication_status":{"authenticated":true,"session_status":"pending",
    "session_token":"marker-session-token","session_secret":"MarkerSessionSecret0123456789",
    "status_url":"https://marker.example/status","logout_url":"https://marker.example/end"}}"#;

pub(crate) type Server = server::Server<Authentication>;

/// The Authentication API, for the tests that all APIs share.
pub(crate) struct Authentication;

impl Api for Authentication {
    /// The contract's table, and the two calls whose URLs the service gives.
    fn operations() -> Vec<&'static Operation> {
        vec![&AUTHENTICATE_USER, &SESSION_STATUS, &END_SESSION]
    }

    fn success(operation: &str) -> (&'static str, &'static str) {
        match operation {
            "authenticate_user" => (STARTED, "started marker-session-token"),
            "session_status" => (
                r#"{"authenticated":true,"session_status":"active",
                    "authentication_status":{"authenticated":true,"session_status":"active"}}"#,
                "active",
            ),
            "end_session" => (r#"{"status":true}"#, "ended"),
            other => panic!("the tests do not know a success of `{other}`"),
        }
    }

    async fn call(connection: &Connection, operation: &'static Operation) -> Outcome {
        let client = AuthenticationClient::from(connection.clone());
        let session = session(&client);
        match operation.id {
            "authenticate_user" => client.authenticate(&user(USER)).await.map(|sign_in| told(&sign_in)),
            "session_status" => session.status().await.map(|status| status.to_string()),
            "end_session" => session.end().await.map(|()| "ended".to_owned()),
            other => panic!("the tests do not know how to call `{other}`"),
        }
    }
}

/// What came of a sign-in, in words that tests can compare.
pub(crate) fn told(sign_in: &SignIn) -> String {
    match sign_in {
        SignIn::Started(session) => format!("started {}", session.token()),
        SignIn::NotStarted { reason } => {
            format!("not started: {:?}", reason.as_ref().map(ServerMessage::as_str))
        }
        other => panic!("{other:?}"),
    }
}

pub(crate) fn connection(base_url: &str) -> Connection {
    Connection::new(Settings::new(base_url.parse().unwrap(), credentials())).unwrap()
}

/// A client that sends each call once: one request, one response.
pub(crate) fn client(base_url: &str) -> AuthenticationClient {
    connection(base_url).with_policy(CallPolicy::one_attempt()).into()
}

/// A client with the defaults, by the service's clock.
pub(crate) fn persistent_client(server: &Server) -> AuthenticationClient {
    let settings = Settings::new(server.base_url().parse().unwrap(), credentials());
    Connection::builder(settings).clock(server.clock()).build().unwrap().into()
}

/// A session of the client's service, whose URLs name the operations.
pub(crate) fn session(client: &AuthenticationClient) -> Session {
    let base = client.connection().base_url().as_str();
    session_at(client, &format!("{base}/sessions/session_status"), &format!("{base}/sessions/end_session"))
}

pub(crate) fn session_at(client: &AuthenticationClient, status_url: &str, logout_url: &str) -> Session {
    client.session(
        StoredSession::new(TOKEN, SessionSecret::new(SESSION_SECRET), status_url, logout_url).unwrap(),
    )
}

pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// The state that a body tells.
pub(crate) async fn status_of(body: &str) -> Result<SessionStatus, Error> {
    let server = RawServer::json("200 OK", body);
    let status = session(&client(&server.base_url())).status().await;
    assert_eq!(server.requests().len(), 1, "one call, one request");
    status
}

/// What a sign-in comes to with this response.
pub(crate) async fn sign_in_of(status: &str, body: &str) -> Result<SignIn, Error> {
    let server = RawServer::json(status, body);
    let sign_in = client(&server.base_url()).authenticate(&user(USER)).await;
    assert_eq!(server.requests().len(), 1, "one call, one request");
    sign_in
}
