//! Contract → Rust → contract: each schema that schemars derives is the contract's own, and so is each word.

use std::collections::BTreeMap;

use iampass_authentication::generated::types;
use iampass_authentication::{AuthenticationMethod, SessionSecret, SessionStatus, UserId};
use iampass_fixture_service::schemas::normalised;
use schemars::schema_for;
use serde_json::Value;

fn contract() -> Value {
    serde_saphyr::from_str(include_str!("../../../../openapi/iampass-authentication.yaml")).unwrap()
}

#[test]
fn each_derived_schema_is_the_contract_s_own() {
    let mut derived = BTreeMap::from([
        ("AuthenticateUserResponse", schema_for!(types::AuthenticateUserResponse)),
        ("AuthenticationStatus", schema_for!(types::AuthenticationStatus)),
        ("EndSessionResponse", schema_for!(types::EndSessionResponse)),
        ("NestedSessionStatus", schema_for!(types::NestedSessionStatus)),
        ("SessionSecret", schema_for!(SessionSecret)),
        ("SessionStatus", schema_for!(SessionStatus)),
        ("SessionStatusResponse", schema_for!(types::SessionStatusResponse)),
        ("UserId", schema_for!(UserId)),
    ]);
    for (name, schema) in contract()["components"]["schemas"].as_object().unwrap() {
        // Only ever part of a path; the type is that of `iampass-auth`, which has no schemas.
        if name == "ApplicationId" {
            continue;
        }
        let ours = derived.remove(name.as_str()).unwrap_or_else(|| panic!("no type for the schema `{name}`"));
        assert_eq!(normalised(&ours.to_value()), normalised(schema), "{name}");
    }
    assert!(derived.is_empty(), "{derived:?}");
}

/// The schema lists no words, or generated clients would fail at a new one; they stand in its description.
#[test]
fn the_known_states_are_the_contract_s_words() {
    let contract = contract();
    let description = contract["components"]["schemas"]["SessionStatus"]["description"].as_str().unwrap();
    let words = description.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    let known = SessionStatus::KNOWN.each_ref().map(SessionStatus::as_str);
    let other_spelling = ["time_out", "timeout"];
    assert_eq!(words, [&known[..], &other_spelling].concat());
}

#[test]
fn the_methods_are_the_contract_s_words() {
    let contract = contract();
    let call = &contract["paths"]["/authentication/authenticate_user/{application_id}/{user_id}"]["post"];
    let parameters = call["parameters"].as_array().unwrap();
    let methods = parameters.iter().find(|parameter| parameter["name"] == "methods").unwrap();
    let words = methods["schema"]["items"]["enum"].as_array().unwrap();
    assert_eq!(words, &AuthenticationMethod::ALL.map(AuthenticationMethod::as_str));
}
