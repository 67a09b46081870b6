//! Each schema that schemars derives from a generated type, held against the contract's own.

use std::collections::BTreeMap;

use iampass_management::UserId;
use iampass_management::generated::types;
use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value};

/// What a schema says, in a form in which the contract's `OpenAPI` 3.0 and the derived JSON Schema can be
/// compared.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    description: String,
    kind: Kind,
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Reference(String),
    Scalar { of: String, pattern: Option<String>, shortest: Option<u64> },
    List(Box<Kind>),
    Object(BTreeMap<String, Member>),
}

#[derive(Debug, PartialEq, Eq)]
struct Member {
    said: Said,
    required: bool,
}

fn said(schema: &Value) -> Said {
    let members = schema.as_object().unwrap();
    let description = members.get("description").and_then(Value::as_str).unwrap_or_default();
    // Markdown's line breaks inside a paragraph carry no meaning.
    let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
    Said { description, kind: kind(members) }
}

/// An optional member is an `Option` in Rust, so its derived schema allows null; the contract says so
/// only where the service is known to send null. Null is left out of the comparison.
fn kind(members: &Map<String, Value>) -> Kind {
    if let Some(reference) = members.get("$ref") {
        return Kind::Reference(reference.as_str().unwrap().rsplit('/').next().unwrap().to_owned());
    }
    let alternatives = members.get("allOf").or_else(|| members.get("anyOf"));
    if let Some(Value::Array(alternatives)) = alternatives {
        let null = serde_json::json!({"type": "null"});
        let real: Vec<_> = alternatives.iter().filter(|alternative| **alternative != null).collect();
        assert_eq!(real.len(), 1, "{members:?}");
        return kind(real[0].as_object().unwrap());
    }
    let of = match &members["type"] {
        Value::String(of) => of.as_str(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|of| *of != "null").unwrap(),
        other => panic!("{other}"),
    };
    match of {
        "array" => Kind::List(Box::new(kind(members["items"].as_object().unwrap()))),
        "object" => {
            let required = members.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
            let properties = members["properties"].as_object().unwrap();
            Kind::Object(
                properties
                    .iter()
                    .map(|(name, schema)| {
                        let required = required.iter().any(|required| required == name);
                        (name.clone(), Member { said: said(schema), required })
                    })
                    .collect(),
            )
        }
        of => Kind::Scalar {
            of: of.to_owned(),
            pattern: members.get("pattern").map(|pattern| pattern.as_str().unwrap().to_owned()),
            shortest: members.get("minLength").and_then(Value::as_u64),
        },
    }
}

fn derived<T: JsonSchema>() -> Said {
    said(&schema_for!(T).to_value())
}

#[test]
fn each_derived_schema_is_the_contract_s_own() {
    let contract = include_str!("../../../../openapi/iampass-management.yaml");
    let contract: Value = serde_saphyr::from_str(contract).unwrap();
    let schemas = contract["components"]["schemas"].as_object().unwrap();
    let mut derived = BTreeMap::from([
        ("AddUsersResponse", derived::<types::AddUsersResponse>()),
        ("AddedUsers", derived::<types::AddedUsers>()),
        ("DeleteUsersResponse", derived::<types::DeleteUsersResponse>()),
        ("RegisteredDeviceResponse", derived::<types::RegisteredDeviceResponse>()),
        ("RegistrationLinkResponse", derived::<types::RegistrationLinkResponse>()),
        ("UserId", derived::<UserId>()),
        ("UserList", derived::<types::UserList>()),
    ]);
    for (name, schema) in schemas {
        // Only ever part of a path; the type is that of `iampass-auth`.
        if name == "ApplicationId" {
            continue;
        }
        let ours = derived.remove(name.as_str()).unwrap_or_else(|| panic!("no type for the schema `{name}`"));
        assert_eq!(ours, said(schema), "{name}");
    }
    assert!(derived.is_empty(), "{derived:?}");
}
