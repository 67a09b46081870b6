//! Starting from a state in JSON.

use iampass_auth::Signer;
use iampass_emulator::{Application, Builder, Emulator, ImportError, Snapshot, StartError};
use serde_json::{Value, json};

use crate::data::place;
use crate::support::{Backend, SECRET, credentials, user};

fn with(fixture: Value) -> Builder {
    Emulator::builder().import(serde_json::from_value(fixture).unwrap())
}

fn export(emulator: &Emulator) -> Value {
    serde_json::to_value(emulator.export().unwrap()).unwrap()
}

#[test]
fn it_starts_with_what_another_has_exported() {
    let state = json!({"version": 1, "applications": [
        {"id": "app", "secret": SECRET, "users": [
            {"id": "alice", "has_device": true, "phone_token": "00112233445566778899aabbccddeeff"},
            {"id": "bob", "has_device": false,
                "links": [{"token": "0123456789abcdef0123456789abcdef", "display_name": "Bob",
                    "made_at": 1_700_000_000}]},
        ]},
        {"id": "an earlier one in the alphabet".replace(' ', "-"), "secret": "S", "users": []},
    ]});
    let emulator = with(state.clone()).start().unwrap();
    assert_eq!(export(&emulator), state);
    assert_eq!(emulator.credentials(), &credentials("app", SECRET));
    let backend = Backend { emulator, signer: Signer::new(credentials("app", SECRET)) };
    assert!(backend.has_device("alice"));
}

#[test]
fn what_can_be_made_up_may_be_left_out() {
    let fixture = json!({"applications": [
        {"users": [{"id": "alice", "links": [{}, {"display_name": "Alice"}]}, {}]},
        {"id": "named"},
    ]});
    let emulator = with(fixture.clone()).start().unwrap();
    let [first, named] = &emulator.export().unwrap().applications[..] else { panic!() };
    assert_eq!((first.id.len(), named.id.as_str()), (32, "named"));
    assert_eq!(emulator.credentials(), &credentials(&first.id, first.secret.as_ref().unwrap()));
    assert_ne!(first.secret, named.secret);
    assert_eq!(first.users.len(), 2);
    let links = &first.users.iter().find(|user| user.id == "alice").unwrap().links;
    assert_eq!(links.len(), 2);
    let link = format!("{}/register/{}", emulator.base_url(), links[1].token);
    emulator.register_device(&link).unwrap();
    assert_eq!(emulator.has_device(emulator.credentials().application_id(), &user("alice")), Ok(true));

    let other = with(fixture).start().unwrap();
    assert_ne!(other.credentials(), emulator.credentials());
}

#[test]
fn applications_that_are_given_are_served_beside_it_and_know_their_secret() {
    let fixture = json!({"applications": [
        {"id": "app", "users": [{"id": "alice"}]}, {"id": "changed", "secret": "OLD"},
    ]});
    let emulator = with(fixture)
        .application(credentials("app", SECRET))
        .application(Application::new("changed", "NEW").unwrap())
        .application(Application::new("more", "S").unwrap())
        .start()
        .unwrap();
    assert_eq!(emulator.credentials(), &credentials("app", SECRET));
    let secrets = emulator.export().unwrap().applications.into_iter().map(|one| (one.id, one.secret));
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        secrets.collect::<Vec<_>>(),
        [("app".into(), None), ("changed".into(), text("NEW")), ("more".into(), text("S"))]
    );
    let backend = Backend { emulator, signer: Signer::new(credentials("app", SECRET)) };
    assert!(!backend.has_device("alice"));
}

#[test]
fn it_takes_the_place_of_what_the_data_file_has_but_for_secrets_that_are_left_out() {
    let place = place();
    let start = |builder: Builder| builder.data(&place.path).start().unwrap();
    let before = json!({"applications": [{"id": "app", "secret": SECRET, "users": [{"id": "alice"}]}]});
    drop(start(with(before)));
    drop(start(with(json!({"applications": [{"id": "app", "users": [{"id": "bob"}]}]}))));
    let emulator = start(Emulator::builder());
    let expected = json!({"version": 1, "applications": [
        {"id": "app", "secret": SECRET, "users": [{"id": "bob", "has_device": false}]},
    ]});
    assert_eq!(export(&emulator), expected);
}

#[test]
fn without_an_application_there_is_one_all_the_same() {
    let emulator = with(json!({"applications": []})).start().unwrap();
    assert_eq!(emulator.applications(), [emulator.credentials().application_id().clone()]);
}

#[test]
fn what_cannot_be_a_state_stops_the_start_and_leaves_the_data_file_as_it_is() {
    let place = place();
    drop(Emulator::builder().application(Application::new("app", SECRET).unwrap()).data(&place.path).start());
    let twice = json!({"applications": [{"id": "x"}, {"id": "x"}]});
    let error = with(twice).data(&place.path).start().unwrap_err();
    assert!(matches!(error, StartError::Import(ImportError::Repeated)), "{error:?}");
    let emulator = Emulator::builder().data(&place.path).start().unwrap();
    assert_eq!(emulator.credentials(), &credentials("app", SECRET));
    assert!(serde_json::from_value::<Snapshot>(json!({"applications": [{"ident": "x"}]})).is_err());
}
