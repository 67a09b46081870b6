//! What the tests share: a client with known credentials, and one call of each operation.

use iampass_fixture_service::{Api, server};
use iampass_management::generated::OPERATIONS;
use iampass_management::{CallPolicy, Connection, ManagementClient, Operation, Settings, UserId};

pub(crate) use iampass_fixture_service::{
    APPLICATION_ID, ClosedPort, DISPLAY_NAME, Outcome, RawRequest, RawServer, SECRET, USER, credentials, user,
};

pub(crate) type Server = server::Server<Management>;

/// The Management API, for the tests that all APIs share.
pub(crate) struct Management;

impl Api for Management {
    fn operations() -> Vec<&'static Operation> {
        OPERATIONS.to_vec()
    }

    fn success(operation: &str) -> (&'static str, &'static str) {
        success(operation)
    }

    async fn call(connection: &Connection, operation: &'static Operation) -> Outcome {
        let client = ManagementClient::from(connection.clone());
        call_naming(&client, operation.id, &user(USER), DISPLAY_NAME).await
    }
}

/// A client that sends each call once: one request, one response.
pub(crate) fn client(base_url: &str) -> ManagementClient {
    persistent_client(base_url).with_policy(CallPolicy::one_attempt())
}

/// A client with the defaults.
pub(crate) fn persistent_client(base_url: &str) -> ManagementClient {
    ManagementClient::new(Settings::new(base_url.parse().unwrap(), credentials())).unwrap()
}

/// Makes one call of an operation, for `user1`. An operation that is new in the contract must be added here
/// (`call_naming` and `success`): tests that go through the generated table panic until it is.
pub(crate) async fn call(client: &ManagementClient, operation: &str) -> Outcome {
    call_for(client, operation, &user("user1")).await
}

pub(crate) async fn call_for(client: &ManagementClient, operation: &str, user: &UserId) -> Outcome {
    call_naming(client, operation, user, "Zoë & co").await
}

pub(crate) async fn call_naming(
    client: &ManagementClient,
    operation: &str,
    user: &UserId,
    display_name: &str,
) -> Outcome {
    match operation {
        "add_users" => client.add_users([user.clone()]).await.map(|outcome| {
            let list = |ids: &[UserId]| ids.iter().map(UserId::as_str).collect::<Vec<_>>().join(",");
            format!("created {}; existing {}", list(&outcome.created), list(&outcome.existing))
        }),
        "delete_users" => client.delete_users([user.clone()]).await.map(|()| "deleted".to_owned()),
        "device_registration_link" => {
            client.device_registration_link(user, Some(display_name)).await.map(|link| link.to_string())
        }
        "has_registered_mobile_device" => {
            client.has_registered_mobile_device(user).await.map(|registered| registered.to_string())
        }
        "lost_user_mobile_device" => client.lost_user_mobile_device(user).await.map(|link| link.to_string()),
        other => panic!("the tests do not know how to call `{other}`"),
    }
}

/// The body of an operation's success, about `marker-user`, and what the call then comes back with.
pub(crate) fn success(operation: &str) -> (&'static str, &'static str) {
    match operation {
        "add_users" => (
            r#"{"status":true,"users":{"created":["marker-user"],"existing":[]}}"#,
            "created marker-user; existing ",
        ),
        "delete_users" => (r#"{"status":true}"#, "deleted"),
        "device_registration_link" => (
            r#"{"status":true,"register_url":"https://main.iam-api.com/register/0a1b2c"}"#,
            "https://main.iam-api.com/register/0a1b2c",
        ),
        "has_registered_mobile_device" => (r#"{"status":true,"device_registered":true}"#, "true"),
        "lost_user_mobile_device" => (
            r#"{"status":true,"register_url":"https://main.iam-api.com/register/3d4e5f"}"#,
            "https://main.iam-api.com/register/3d4e5f",
        ),
        other => panic!("the tests do not know a success of `{other}`"),
    }
}
