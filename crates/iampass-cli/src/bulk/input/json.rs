//! The id in a value of JSON.

use serde_json::Value;

use super::error::{InputError, Place, Problem};
use super::lines::characters;

/// The id in a line of JSON Lines.
pub(super) fn id(line: u64, text: &str, member: &str) -> Result<String, InputError> {
    let at = |column: u64, problem| InputError::at(Place::Character { line, column }, problem);
    match serde_json::from_str(text) {
        Ok(value) => id_of(value, member).map_err(|problem| {
            at(characters(text.as_bytes()) - characters(text.trim_start().as_bytes()) + 1, problem)
        }),
        Err(error) => {
            // serde_json counts bytes, and its message ends with the place.
            let before = text.as_bytes().get(..error.column().saturating_sub(1)).unwrap_or(text.as_bytes());
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            Err(at(characters(before) + 1, Problem::Json(message.to_owned())))
        }
    }
}

/// The id in a string, or in the wanted member of an object.
pub(super) fn id_of(value: Value, member: &str) -> Result<String, Problem> {
    let wanted = || member.to_owned();
    match value {
        Value::String(id) => Ok(id),
        Value::Object(mut members) => match members.remove(member) {
            Some(Value::String(id)) => Ok(id),
            Some(other) => Err(Problem::NotAString { wanted: wanted(), found: kind(&other) }),
            None => Err(Problem::NoMember { wanted: wanted() }),
        },
        other => Err(Problem::NoId { found: kind(&other), wanted: wanted() }),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The kind of JSON value that begins with this byte.
pub(super) fn kind_of(byte: u8) -> &'static str {
    match byte {
        b'{' => "an object",
        b'"' => "a string",
        b'[' => "an array",
        _ => "something else",
    }
}
