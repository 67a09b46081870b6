//! Contract → Rust → contract: each schema that schemars derives from a generated type equals the contract's own.

use std::collections::BTreeMap;

use iampass_management::UserId;
use iampass_management::generated::types;
use schemars::schema_for;
use serde_json::{Map, Value, json};

/// A schema in the form that `OpenAPI` 3.0 and the JSON Schema that schemars writes have in common. Members that are
/// not named here are kept, so that whatever else is said on one side alone is a difference.
fn normalised(schema: &Value) -> Value {
    let mut all = Map::new();
    for (name, value) in schema.as_object().unwrap() {
        match (name.as_str(), value) {
            // What identifies, names or illustrates a schema; Rust types have no examples.
            ("$schema" | "$defs" | "title" | "example", _) => {}
            // Markdown's line breaks inside a paragraph carry no meaning.
            ("description", Value::String(text)) => {
                all.insert(name.clone(), text.split_whitespace().collect::<Vec<_>>().join(" ").into());
            }
            ("$ref", Value::String(target)) => {
                all.insert(name.clone(), target.rsplit('/').next().unwrap().into());
            }
            // 3.0 puts a reference into `allOf` to say more beside it; schemars puts it beside null.
            ("allOf" | "anyOf", Value::Array(parts)) => {
                let null = json!({"type": "null"});
                if parts.contains(&null) {
                    all.insert("nullable".to_owned(), true.into());
                }
                let parts: Vec<_> = parts.iter().filter(|part| **part != null).collect();
                assert_eq!(parts.len(), 1, "{schema}");
                for (name, value) in normalised(parts[0]).as_object().unwrap().clone() {
                    all.entry(name).or_insert(value);
                }
            }
            ("type", Value::Array(types)) => {
                let types: Vec<_> = types.iter().filter(|one| **one != "null").collect();
                assert_eq!(types.len(), 1, "{schema}");
                all.insert(name.clone(), types[0].clone());
                all.insert("nullable".to_owned(), true.into());
            }
            ("properties", Value::Object(members)) => {
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                let members = members.iter().map(|(name, member)| {
                    let mut member = normalised(member);
                    // A member that may be missing is an `Option`, for which schemars allows null as well.
                    if !required.contains(&name.as_str().into()) {
                        member["nullable"] = true.into();
                    }
                    (name.clone(), member)
                });
                all.insert(name.clone(), members.collect());
            }
            ("items", items) => {
                all.insert(name.clone(), normalised(items));
            }
            _ => {
                all.insert(name.clone(), value.clone());
            }
        }
    }
    // 3.0 says the type beside the reference once more, for the sake of generators.
    if all.contains_key("$ref") {
        all.remove("type");
    }
    all.into()
}

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
