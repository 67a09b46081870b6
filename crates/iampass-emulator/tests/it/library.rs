//! Looking into the state without HTTP.

use iampass_emulator::{ApplicationId, Emulator, StateError};
use serde_json::json;

use crate::support::{Backend, credentials, user};

#[test]
fn applications_can_be_given_and_added() {
    let builder = Emulator::builder().application(credentials("b", "B"));
    let emulator = builder.application(credentials("c", "C")).start().unwrap();
    assert_eq!(emulator.credentials(), &credentials("b", "B"));
    emulator.add_application(credentials("a", "A")).unwrap();
    let ids: Vec<_> = emulator.applications().iter().map(ToString::to_string).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    let error = emulator.add_application(credentials("b", "X")).unwrap_err();
    assert_eq!(error.to_string(), "there is an application `b` already");
}

#[test]
fn what_is_not_there_is_an_error() {
    let backend = Backend::with_users(&["alice"]);
    let stranger = ApplicationId::new("stranger").unwrap();
    let unknown = StateError::UnknownApplication { application_id: stranger.clone() };
    assert_eq!(backend.emulator.users(&stranger), Err(unknown.clone()));
    assert_eq!(backend.emulator.has_device(&stranger, &user("alice")), Err(unknown));
    let error = backend.emulator.has_device(backend.application_id(), &user("bob")).unwrap_err();
    // Messages end up in logs, and user ids do not belong there.
    assert_eq!(error.to_string(), "the application `app` has no such user");
}

#[test]
fn debug_shows_no_secret_and_no_user() {
    let backend = Backend::with_users(&["marker-user"]);
    backend.post("add_users", &json!({"users": ["marker-user"]}));
    let builder = Emulator::builder().application(credentials("app", crate::support::SECRET));
    for debug in [format!("{:#?}", backend.emulator), format!("{builder:#?}")] {
        assert!(!debug.contains(crate::support::SECRET), "{debug}");
        assert!(!debug.contains("marker-user"), "{debug}");
    }
}
