//! The vendor's own examples go through the generated types.

use iampass_management::generated::types;

use crate::responses::response_with;

macro_rules! payload {
    ($name:literal) => {
        include_str!(concat!("payloads/", $name, ".json"))
    };
}

#[test]
fn the_documented_payloads_decode() {
    let added: types::AddUsersResponse = serde_json::from_str(payload!("add_users.201")).unwrap();
    let users = added.users.unwrap();
    let ids = |list: Option<Vec<iampass_management::UserId>>| {
        list.unwrap().into_iter().map(String::from).collect::<Vec<_>>()
    };
    assert!(added.status);
    assert_eq!(ids(users.created), ["user1", "user2"]);
    assert_eq!(ids(users.existing), ["existing-user1"]);
    let refused: types::AddUsersResponse = serde_json::from_str(payload!("add_users.200")).unwrap();
    assert!(!refused.status);
    assert_eq!(refused.reason.as_deref(), Some("the users are not welcome"));
}

#[tokio::test]
async fn the_documented_payloads_are_what_the_calls_return() {
    for (operation, status, body, expected) in [
        ("add_users", 201, payload!("add_users.201"), "created user1,user2; existing existing-user1"),
        ("delete_users", 200, payload!("delete_users.200"), "deleted"),
        (
            "device_registration_link",
            200,
            payload!("device_registration_link.200"),
            "https://main.iam-api.com/register/0a1b2c",
        ),
        ("has_registered_mobile_device", 200, payload!("has_registered_mobile_device.200"), "true"),
        (
            "lost_user_mobile_device",
            200,
            payload!("lost_user_mobile_device.200"),
            "https://main.iam-api.com/register/3d4e5f",
        ),
    ] {
        let outcome = response_with(operation, status, "application/json", body).await;
        assert_eq!(outcome.unwrap(), expected, "{operation}");
    }
    let error =
        response_with("add_users", 200, "application/json", payload!("add_users.200")).await.unwrap_err();
    assert!(error.is_refused());
    assert_eq!(error.server_message(), Some("the users are not welcome"));
}
