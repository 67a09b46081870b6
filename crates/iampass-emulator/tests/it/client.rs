//! The project's own client against the emulator: a user's whole life.

use iampass_auth::{ApplicationSecret, Credentials};
use iampass_emulator::Emulator;
use iampass_management::{Error, ManagementClient, Settings, UserId};

fn client(emulator: &Emulator, credentials: Credentials) -> ManagementClient {
    let settings = Settings::new(emulator.base_url().parse().unwrap(), credentials);
    ManagementClient::new(settings).unwrap()
}

fn users(ids: &[&str]) -> Vec<UserId> {
    ids.iter().map(|id| UserId::new(*id).unwrap()).collect()
}

#[tokio::test]
async fn the_whole_life_of_a_user() {
    let emulator = Emulator::start().unwrap();
    let client = client(&emulator, emulator.credentials().clone());
    let alice = UserId::new("DOMAIN\\alice/é@example.com").unwrap();

    let added = client.add_users([alice.clone()]).await.unwrap();
    assert_eq!((added.created, added.existing), (vec![alice.clone()], vec![]));
    assert!(!client.has_registered_mobile_device(&alice).await.unwrap());

    let link = client.device_registration_link(&alice, Some("Alice & Co")).await.unwrap();
    emulator.register_device(link.as_str()).unwrap();
    assert!(client.has_registered_mobile_device(&alice).await.unwrap());

    let next = client.lost_user_mobile_device(&alice).await.unwrap();
    assert!(!client.has_registered_mobile_device(&alice).await.unwrap());
    emulator.register_device(next.as_str()).unwrap();
    assert!(client.has_registered_mobile_device(&alice).await.unwrap());

    client.delete_users([alice.clone()]).await.unwrap();
    let error = client.has_registered_mobile_device(&alice).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[tokio::test]
async fn a_wrong_secret_is_told_apart() {
    let emulator = Emulator::start().unwrap();
    let id = emulator.credentials().application_id().clone();
    let wrong = Credentials::new(id, ApplicationSecret::new("WRONG").unwrap());
    let error: Error = client(&emulator, wrong).add_users(users(&["alice"])).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    let refusal = emulator.requests().pop().unwrap().refusal.unwrap();
    assert_eq!(refusal.code, "signature_mismatch");
}

#[tokio::test]
async fn ten_thousand_users_in_one_call() {
    let emulator = Emulator::start().unwrap();
    let client = client(&emulator, emulator.credentials().clone());
    let many: Vec<_> = (0..10_000).map(|n| UserId::new(format!("user-{n}")).unwrap()).collect();
    let added = client.add_users(many.clone()).await.unwrap();
    assert_eq!(added.created, many);
    client.delete_users(many).await.unwrap();
    let application_id = emulator.credentials().application_id();
    assert!(emulator.users(application_id).unwrap().is_empty());
}
