//! What is asked of an operation's path and parameters: each must reach the wire, under its own name.

use std::collections::{BTreeSet, HashMap};

use heck::ToSnakeCase as _;
use openapiv3::{OpenAPI, Parameter, ReferenceOr};

use super::Place;
use crate::codegen::error::ContractError;

/// Checks the path's template and the parameters against each other.
pub(super) fn check(document: &OpenAPI, place: &Place<'_>) -> Result<(), ContractError> {
    let in_template = template(place)?;
    let mut in_path = BTreeSet::new();
    let mut named = HashMap::new();
    for parameter in parameters(document, place) {
        let name = parameter.parameter_data_ref().name.as_str();
        match parameter {
            Parameter::Path { .. } => {
                in_path.insert(name);
            }
            Parameter::Cookie { .. } => {
                return Err(
                    place.error(format!("parameters.{name}"), "the generated client sends no cookies")
                );
            }
            Parameter::Query { .. } | Parameter::Header { .. } => {}
        }
        if let Some(earlier) = named.insert(name.to_snake_case(), name) {
            return Err(place.error(
                format!("parameters.{name}"),
                format!("becomes the same Rust name as `{earlier}`; rename one of them"),
            ));
        }
    }
    if let Some(name) = in_path.difference(&in_template).next() {
        let problem =
            "is declared `in: path`, but the path has no such place; write it as in `/users/{name}`";
        return Err(place.error(format!("parameters.{name}"), problem));
    }
    if let Some(name) = in_template.difference(&in_path).next() {
        return Err(
            place.error(format!("parameters.{name}"), "stands in the path, but is not declared `in: path`")
        );
    }
    Ok(())
}

/// The names in the path. A segment is text that needs no encoding, or one name in braces: the client
/// compares what goes out with this template, segment by segment.
fn template<'a>(place: &Place<'a>) -> Result<BTreeSet<&'a str>, ContractError> {
    let mut names = BTreeSet::new();
    for segment in place.path.split('/').skip(1) {
        if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
            && is_plain(name)
        {
            if !names.insert(name) {
                return Err(place.error("path", format!("`{{{name}}}` stands there twice")));
            }
        } else if !is_plain(segment) || matches!(segment, "." | "..") {
            let problem = format!(
                "the segment `{}` is neither text of A-Z a-z 0-9 - . _ ~ nor one name in braces",
                segment.escape_debug()
            );
            return Err(place.error("path", problem));
        }
    }
    Ok(names)
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

fn parameters<'a>(document: &'a OpenAPI, place: &Place<'a>) -> impl Iterator<Item = &'a Parameter> {
    let shared = document.paths.paths.get(place.path).and_then(ReferenceOr::as_item);
    let shared = shared.map(|item| item.parameters.as_slice()).unwrap_or_default();
    shared.iter().chain(&place.operation.parameters).filter_map(|parameter| resolve(document, parameter))
}

/// [`load`](crate::codegen::load) has seen to it that references lead somewhere, and not in circles.
fn resolve<'a>(document: &'a OpenAPI, parameter: &'a ReferenceOr<Parameter>) -> Option<&'a Parameter> {
    match parameter {
        ReferenceOr::Item(parameter) => Some(parameter),
        ReferenceOr::Reference { reference } => {
            let named = document.components.as_ref()?.parameters.get(reference.rsplit('/').next()?)?;
            resolve(document, named)
        }
    }
}
