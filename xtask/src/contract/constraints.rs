//! What narrows a value down, and which changes of it break no client.

use serde_json::Value;

/// What narrows a value down. Each new one breaks clients that send values.
pub(super) const CONSTRAINTS: [&str; 12] = [
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "additionalProperties",
];

/// Whether a demand that is there before and after only became easier to meet. Of what is not a number, a switch or a
/// list of values, that is not known.
pub(super) fn is_easier(demand: &str, was: &str, is: &str) -> bool {
    let constraint = demand.rsplit(": ").next().unwrap_or_default();
    let (Ok(was), Ok(is)) = (serde_json::from_str::<Value>(was), serde_json::from_str::<Value>(is)) else {
        return false;
    };
    let numbers = was.as_f64().zip(is.as_f64());
    match constraint {
        "minLength" | "minItems" | "minimum" => numbers.is_some_and(|(was, is)| is <= was),
        "maxLength" | "maxItems" | "maximum" => numbers.is_some_and(|(was, is)| is >= was),
        "exclusiveMinimum" | "exclusiveMaximum" | "uniqueItems" => is == Value::Bool(false),
        "additionalProperties" => is == Value::Bool(true),
        // More may be sent.
        "enum" => is_part(&was, &is),
        // Less may come.
        "values" => is_part(&is, &was),
        _ => false,
    }
}

fn is_part(small: &Value, large: &Value) -> bool {
    let (Some(small), Some(large)) = (small.as_array(), large.as_array()) else { return false };
    small.iter().all(|value| large.contains(value))
}
