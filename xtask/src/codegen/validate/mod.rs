//! What this generator asks of an operation beyond `OpenAPI`, and what progenitor would panic at,
//! said in words that lead to the place.

mod operation;
mod parameters;
mod schemas;

use std::collections::HashMap;

use openapiv3::{OpenAPI, Operation, ReferenceOr};
use serde_json::Value;

use super::error::ContractError;
use crate::contracts::Contract;

/// Says whether a call may be sent a second time when the answer to the first was lost.
pub(crate) const SAFE_TO_REPEAT: &str = "x-iampass-safe-to-repeat";

/// One operation with its address.
pub(crate) struct Place<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) operation: &'a Operation,
}

impl Place<'_> {
    /// `GET /path (operation_id)`, as errors name it.
    pub(crate) fn name(&self) -> String {
        let method = self.method.to_uppercase();
        match &self.operation.operation_id {
            Some(id) => format!("{method} {} ({id})", self.path),
            None => format!("{method} {}", self.path),
        }
    }

    /// The operation's id; [`validate`] has seen to it that there is one.
    pub(crate) fn id(&self) -> &str {
        self.operation.operation_id.as_deref().unwrap_or_default()
    }

    pub(crate) fn safe_to_repeat(&self) -> Option<bool> {
        self.operation.extensions.get(SAFE_TO_REPEAT)?.as_bool()
    }

    pub(crate) fn error(&self, place: impl Into<String>, problem: impl Into<String>) -> ContractError {
        ContractError::Operation { operation: self.name(), place: place.into(), problem: problem.into() }
    }
}

/// Every operation of a document, in the order of the text.
pub(crate) fn operations(document: &OpenAPI) -> impl Iterator<Item = Place<'_>> {
    document.paths.iter().filter_map(|(path, item)| Some((path, item.as_item()?))).flat_map(|(path, item)| {
        item.iter().map(move |(method, operation)| Place { method, path, operation })
    })
}

/// Checks a document. `value` is the same document, as written.
pub(crate) fn validate(document: &OpenAPI, value: &Value, contract: &Contract) -> Result<(), ContractError> {
    check_servers(document)?;
    schemas::check(value, contract)?;
    for (path, item) in document.paths.iter() {
        let ReferenceOr::Item(item) = item else {
            return Err(shape(
                format!("paths.{path}"),
                "a path item by reference cannot be generated; write it out",
            ));
        };
        if item.iter().next().is_none() {
            return Err(shape(
                format!("paths.{path}"),
                "this path has no operation; add one or remove the path",
            ));
        }
    }
    let mut seen = HashMap::new();
    for place in operations(document) {
        operation::check(document, value, &place)?;
        parameters::check(document, &place)?;
        if let Some(earlier) = seen.insert(place.id().to_owned(), place.name()) {
            return Err(
                place.error("operationId", format!("the same id stands at {earlier}; ids must differ"))
            );
        }
    }
    Ok(())
}

/// The first server is the client's default.
fn check_servers(document: &OpenAPI) -> Result<(), ContractError> {
    if document.servers.is_empty() {
        return Err(shape("servers", "there is none; the client takes the first as its default"));
    }
    Ok(())
}

/// A mistake outside the operations.
fn shape(place: impl Into<String>, problem: impl Into<String>) -> ContractError {
    ContractError::Shape { place: place.into(), problem: problem.into() }
}
