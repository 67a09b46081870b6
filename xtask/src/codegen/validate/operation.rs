//! What is asked of an operation itself.

use openapiv3::{OpenAPI, ReferenceOr, Response, StatusCode};
use serde_json::Value;

use super::{Place, SAFE_TO_REPEAT};
use crate::codegen::error::ContractError;

/// Method names that the generated client has already.
const TAKEN: [&str; 9] =
    ["new", "new_with_client", "api_version", "baseurl", "client", "inner", "pre", "exec", "post"];

/// Checks one operation, its parameters excepted.
pub(super) fn check(document: &OpenAPI, value: &Value, place: &Place<'_>) -> Result<(), ContractError> {
    if matches!(place.method, "trace" | "options") {
        return Err(place.error("method", "the generated client cannot send it; use another"));
    }
    match place.operation.operation_id.as_deref() {
        None => {
            return Err(place.error("operationId", "is missing; the generated method is named after it"));
        }
        Some(id) if !is_snake_case(id) => {
            return Err(place.error(
                "operationId",
                "must be snake_case (a-z, 0-9, _; a letter first), because a method is named after it",
            ));
        }
        Some(id) if TAKEN.contains(&id) => {
            return Err(
                place.error("operationId", "the generated client has a method of this name; choose another")
            );
        }
        Some(_) => {}
    }
    check_statuses(value, place)?;
    if place.safe_to_repeat().is_none() {
        return Err(place.error(
            SAFE_TO_REPEAT,
            "is missing or not a boolean; say `true` if a call whose answer was lost may be sent again, else `false`",
        ));
    }
    let responses = &place.operation.responses;
    if responses.default.is_some() {
        return Err(place.error(
            "responses.default",
            "progenitor takes it for a success as well as for an error; list the statuses instead",
        ));
    }
    if !responses.responses.keys().any(|status| matches!(range(status), Range::Success)) {
        return Err(
            place.error("responses", "has no success (2xx); describe what comes back when the call succeeds")
        );
    }
    check_bodies(document, place, "success", |status| matches!(status, Range::Success))?;
    check_bodies(document, place, "error", |status| matches!(status, Range::Error))
}

/// openapiv3 passes over a status that is none, and progenitor over one that is neither success nor error.
fn check_statuses(value: &Value, place: &Place<'_>) -> Result<(), ContractError> {
    let responses = &value["paths"][place.path][place.method]["responses"];
    let statuses = responses.as_object().into_iter().flatten().map(|(status, _)| status.as_str());
    for status in statuses.filter(|status| *status != "default" && !status.starts_with("x-")) {
        let digits = status.strip_suffix("XX").unwrap_or(status);
        let known = digits.starts_with(['1', '2', '3', '4', '5'])
            && digits.len() + (status.len() - digits.len()) == 3
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !known {
            let problem = "is no HTTP status; write it as in `'200'` or `'4XX'`";
            return Err(place.error(format!("responses.{status}"), problem));
        }
    }
    Ok(())
}

fn is_snake_case(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

enum Range {
    Success,
    Error,
    Other,
}

fn range(status: &StatusCode) -> Range {
    match status {
        StatusCode::Code(200..=299) | StatusCode::Range(2) => Range::Success,
        StatusCode::Code(400..=599) | StatusCode::Range(4 | 5) => Range::Error,
        _ => Range::Other,
    }
}

/// progenitor panics when the successes, or the errors, of one operation have more than one body.
fn check_bodies(
    document: &OpenAPI,
    place: &Place<'_>,
    what: &str,
    counts: impl Fn(Range) -> bool,
) -> Result<(), ContractError> {
    let mut first: Option<(String, String)> = None;
    for (status, response) in &place.operation.responses.responses {
        if !counts(range(status)) {
            continue;
        }
        let Some(body) = body_of(document, response) else { continue };
        let here = format!("responses.{status}");
        match &first {
            None => first = Some((here, body)),
            Some((_, earlier)) if *earlier == body => {}
            Some((earlier, _)) => {
                return Err(place.error(
                    here,
                    format!(
                        "has another {what} body than `{earlier}`; progenitor takes one {what} body an operation: \
                         use the same for both"
                    ),
                ));
            }
        }
    }
    Ok(())
}

/// A response's body as it can be told from others: by the JSON schema's name, else "some text", else
/// nothing. An inline schema is like no other: progenitor would pass over all but one of them.
fn body_of(document: &OpenAPI, response: &ReferenceOr<Response>) -> Option<String> {
    let response = match response {
        ReferenceOr::Item(response) => response,
        ReferenceOr::Reference { reference } => {
            let name = reference.rsplit('/').next()?;
            document.components.as_ref()?.responses.get(name)?.as_item()?
        }
    };
    let json = response.content.iter().find(|(kind, _)| kind.split(';').next() == Some("application/json"));
    match json {
        Some((_, media)) => match media.schema.as_ref()? {
            ReferenceOr::Reference { reference } => Some(reference.clone()),
            ReferenceOr::Item(_) => Some(format!("inline {response:p}")),
        },
        None if response.content.is_empty() => Some("nothing".to_owned()),
        None => Some("text".to_owned()),
    }
}
