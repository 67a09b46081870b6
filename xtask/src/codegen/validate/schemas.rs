//! What is asked of the schemas: Rust types must be able to be made of them, and be documented.

use std::collections::HashMap;

use heck::ToPascalCase as _;
use serde_json::{Map, Value};

use super::shape;
use crate::codegen::error::ContractError;
use crate::contracts::Contract;

/// The members by which a schema is put together from others, in the same place of the data.
const COMPOSITION: [&str; 4] = ["allOf", "anyOf", "oneOf", "not"];

/// Checks all named schemas.
pub(super) fn check(document: &Value, contract: &Contract) -> Result<(), ContractError> {
    let Some(schemas) = document["components"]["schemas"].as_object() else { return Ok(()) };
    let mut named = HashMap::new();
    for (name, schema) in schemas {
        let place = format!("components.schemas.{name}");
        if let Some(earlier) = named.insert(name.to_pascal_case(), name) {
            return Err(shape(
                place,
                format!("becomes the same Rust type as `{earlier}`; rename one of them"),
            ));
        }
        check_composition(schemas, name)?;
        if schema.get("description").is_none() {
            return Err(shape(place, "has no description; every generated type is documented by its own"));
        }
        let replaced = contract.replacements.iter().any(|(replaced, _)| replaced == name);
        check_members(schema, &place, replaced)?;
    }
    Ok(())
}

/// A schema that is composed of itself has no end; progenitor overflows the stack at it.
fn check_composition(schemas: &Map<String, Value>, name: &str) -> Result<(), ContractError> {
    let mut seen = Vec::new();
    let mut open = vec![name];
    while let Some(next) = open.pop() {
        for part in composed_of(&schemas[next]) {
            if part == name {
                let problem = "is composed of itself through allOf, anyOf, oneOf or not; it has no end";
                return Err(shape(format!("components.schemas.{name}"), problem));
            }
            if schemas.contains_key(part) && !seen.contains(&part) {
                seen.push(part);
                open.push(part);
            }
        }
    }
    Ok(())
}

/// The names of the schemas that a schema is put together from.
fn composed_of(schema: &Value) -> Vec<&str> {
    let own = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.rsplit('/').next());
    let parts = COMPOSITION.iter().filter_map(|member| schema.get(*member)).flat_map(|member| match member {
        Value::Array(parts) => parts.as_slice(),
        part => std::slice::from_ref(part),
    });
    own.into_iter().chain(parts.flat_map(composed_of)).collect()
}

/// Everything inside a schema, at any depth.
fn check_members(schema: &Value, place: &str, replaced: bool) -> Result<(), ContractError> {
    if schema.get("pattern").is_some_and(Value::is_string) && !replaced {
        let problem = "a pattern would need a regular-expression engine in the client; name the schema, and put a \
                       hand-written type in its place (xtask/src/contracts.rs)";
        return Err(shape(format!("{place}.pattern"), problem));
    }
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let place = format!("{place}.properties.{name}");
        if property.get("description").is_none() {
            return Err(shape(place, "has no description (beside a $ref, put it into allOf)"));
        }
        check_members(property, &place, false)?;
    }
    for member in ["items", "additionalProperties", "not"] {
        if let Some(inner) = schema.get(member) {
            check_members(inner, &format!("{place}.{member}"), false)?;
        }
    }
    for member in ["allOf", "anyOf", "oneOf"] {
        for (index, inner) in schema.get(member).and_then(Value::as_array).into_iter().flatten().enumerate() {
            check_members(inner, &format!("{place}.{member}.{index}"), false)?;
        }
    }
    Ok(())
}
