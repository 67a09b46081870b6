//! Contract → Rust → contract: each schema that schemars derives from a generated type equals the contract's own.

use std::collections::BTreeMap;

use iampass_fixture_service::schemas::normalised;
use iampass_management::UserId;
use iampass_management::generated::types;
use schemars::schema_for;
use serde_json::{Map, Value, json};

/// The contract's named schemas, as they are written.
fn contract() -> Map<String, Value> {
    let contract = include_str!("../../../../openapi/iampass-management.yaml");
    let contract: Value = serde_saphyr::from_str(contract).unwrap();
    contract["components"]["schemas"].as_object().unwrap().clone()
}

fn derived() -> BTreeMap<&'static str, Value> {
    let schemas = [
        ("AddUsersResponse", schema_for!(types::AddUsersResponse)),
        ("AddedUsers", schema_for!(types::AddedUsers)),
        ("DeleteUsersResponse", schema_for!(types::DeleteUsersResponse)),
        ("RegisteredDeviceResponse", schema_for!(types::RegisteredDeviceResponse)),
        ("RegistrationLinkResponse", schema_for!(types::RegistrationLinkResponse)),
        ("UserId", schema_for!(UserId)),
        ("UserList", schema_for!(types::UserList)),
    ];
    schemas.into_iter().map(|(name, schema)| (name, normalised(&schema.to_value()))).collect()
}

#[test]
fn each_derived_schema_is_the_contract_s_own() {
    let mut derived = derived();
    for (name, schema) in contract() {
        // Only ever part of a path; the type is that of `iampass-auth`, which has no schemas.
        if name == "ApplicationId" {
            continue;
        }
        let ours = derived.remove(name.as_str()).unwrap_or_else(|| panic!("no type for the schema `{name}`"));
        assert_eq!(ours, normalised(&schema), "{name}");
    }
    assert!(derived.is_empty(), "{derived:?}");
}

#[test]
fn whatever_is_said_on_one_side_alone_is_a_difference() {
    let (contract, derived) = (contract(), derived());
    for (name, place, member, value) in [
        ("AddUsersResponse", "", "description", json!("Another.")),
        ("AddUsersResponse", "", "required", json!(["status", "reason"])),
        ("AddUsersResponse", "/properties/status", "type", json!("string")),
        ("AddUsersResponse", "/properties/status", "nullable", json!(true)),
        (
            "AddUsersResponse",
            "/properties/users",
            "allOf",
            json!([{"$ref": "#/components/schemas/UserList"}]),
        ),
        ("AddedUsers", "/properties/created", "items", json!({"type": "string"})),
        ("RegistrationLinkResponse", "/properties/register_url", "format", json!("uri")),
        ("RegistrationLinkResponse", "/properties", "more", json!({"type": "string"})),
        ("UserId", "", "minLength", json!(2)),
        ("UserId", "", "pattern", json!("^.*$")),
        ("UserList", "/properties/users", "maxItems", json!(9)),
    ] {
        let mut schema = contract[name].clone();
        schema.pointer_mut(place).unwrap()[member] = value;
        assert_ne!(derived[name], normalised(&schema), "{name}{place}: {member}");
    }
}
