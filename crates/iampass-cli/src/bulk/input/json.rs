//! The id in a line of JSON.

use serde_json::Value;

use super::error::{InputError, Place, Problem};
use super::lines::characters;

pub(super) fn id(line: u64, text: &str, member: &str) -> Result<String, InputError> {
    let at = |column: u64, problem| Err(InputError::at(Place::Character { line, column }, problem));
    let first = characters(text.as_bytes()) - characters(text.trim_start().as_bytes()) + 1;
    match serde_json::from_str(text) {
        Ok(Value::String(id)) => Ok(id),
        Ok(Value::Object(mut members)) => match members.remove(member) {
            Some(Value::String(id)) => Ok(id),
            Some(other) => at(first, Problem::NotAString { wanted: member.to_owned(), found: kind(&other) }),
            None => at(first, Problem::NoMember { wanted: member.to_owned() }),
        },
        Ok(other) => at(first, Problem::NoId { found: kind(&other), wanted: member.to_owned() }),
        Err(error) => {
            // It counts bytes, and ends its message with the place.
            let before = text.as_bytes().get(..error.column().saturating_sub(1)).unwrap_or(text.as_bytes());
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            at(characters(before) + 1, Problem::Json(message.to_owned()))
        }
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
