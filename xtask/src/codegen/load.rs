//! From a contract's text to what is written there.

use openapiv3::OpenAPI;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::ContractError;

/// The contract as it is written, for the walk over it.
pub(crate) fn value(text: &str) -> Result<Value, ContractError> {
    parse(text)
}

/// The contract as progenitor takes it, in the order of the text. Parsing ignores unknown members; the walk has refused
/// them before.
pub(crate) fn document(text: &str) -> Result<OpenAPI, ContractError> {
    parse(text)
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ContractError> {
    // YAML 1.2, as OpenAPI has it: `y`, `no` and `on` are text.
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| ContractError::from(format!("not YAML: {}", message(&error))))
}

/// The first line says what and where; what follows draws the place, or advises callers of the parser.
fn message(error: &serde_saphyr::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    [", set DuplicateKeyPolicy", "; use from_str_multiple"]
        .iter()
        .fold(line, |line, advice| line.split(advice).next().unwrap_or(line))
        .to_owned()
}
