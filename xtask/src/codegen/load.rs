//! From a contract's text to a document that is sure to be `OpenAPI` 3.0 with references that lead somewhere.

use openapiv3::OpenAPI;
use serde_json::Value;

use super::error::ContractError;

/// Parses a contract: as `OpenAPI`, and as what is written there.
pub(crate) fn load(text: &str) -> Result<(OpenAPI, Value), ContractError> {
    let value: Value = serde_saphyr::from_str(text).map_err(|error| yaml_error(&error))?;
    check_version(&value)?;
    check_paths(&value)?;
    check_references(&value, &value, &mut String::new())?;
    // From the text once more, not from `value`: it keeps the order in which operations are written.
    let mut shape = None;
    let document = serde_saphyr::with_deserializer_from_str(text, |deserializer| {
        serde_path_to_error::deserialize::<_, OpenAPI>(deserializer).map_err(|error| {
            let place = error.path().to_string();
            let inner = error.into_inner();
            shape = Some(ContractError::Shape { place, problem: message(&inner) });
            inner
        })
    })
    .map_err(|error| blame_operation(&value).or(shape).unwrap_or_else(|| yaml_error(&error)))?;
    Ok((document, value))
}

/// A mistake of shape inside an operation, found by reading each operation alone: read as a whole, the
/// document only tells on which path it stumbled.
fn blame_operation(value: &Value) -> Option<ContractError> {
    const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let paths = value.get("paths")?.as_object()?;
    let operations = paths.iter().flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |method| Some((path, method, item.get(method)?)))
    });
    operations.into_iter().find_map(|(path, method, operation)| {
        let error = serde_path_to_error::deserialize::<_, openapiv3::Operation>(operation).err()?;
        Some(ContractError::Operation {
            operation: format!("{} {path}", method.to_uppercase()),
            place: error.path().to_string(),
            problem: error.inner().to_string(),
        })
    })
}

fn yaml_error(error: &serde_saphyr::Error) -> ContractError {
    ContractError::Yaml(message(error))
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

/// progenitor reads 3.0.x only; say so before anything stumbles over the differences.
fn check_version(value: &Value) -> Result<(), ContractError> {
    let wrong = |problem: String| Err(ContractError::Version(problem));
    let Some(members) = value.as_object() else {
        return wrong("the document is not a mapping".to_owned());
    };
    if let Some(version) = members.get("swagger") {
        return wrong(format!("it says `swagger: {version}`; convert it to `openapi: 3.0.3`"));
    }
    match members.get("openapi") {
        Some(Value::String(version)) if is_3_0(version) => Ok(()),
        Some(version) => {
            wrong(format!("it says `openapi: {version}`; this generator reads 3.0.x, as in `openapi: 3.0.3`"))
        }
        None => wrong("there is no member `openapi` at the top; add `openapi: 3.0.3`".to_owned()),
    }
}

fn is_3_0(version: &str) -> bool {
    version.strip_prefix("3.0.").is_some_and(|patch| patch.parse::<u8>().is_ok())
}

/// openapiv3 passes over a path that does not begin with a slash, and its operations would be missing
/// without a word.
fn check_paths(value: &Value) -> Result<(), ContractError> {
    let paths = value.get("paths").and_then(Value::as_object);
    let stray =
        paths.and_then(|paths| paths.keys().find(|path| !path.starts_with('/') && !path.starts_with("x-")));
    stray.map_or(Ok(()), |path| {
        Err(ContractError::Shape {
            place: format!("paths.{path}"),
            problem: "a path must begin with `/`".to_owned(),
        })
    })
}

/// Every `$ref` must lead to something in this file: progenitor panics at one that does not, and
/// overflows the stack at a circle of them.
fn check_references(root: &Value, here: &Value, place: &mut String) -> Result<(), ContractError> {
    if let Some(Value::String(reference)) = here.get("$ref") {
        follow(root, reference).map_err(|problem| ContractError::Reference {
            place: place.clone(),
            reference: reference.clone(),
            problem,
        })?;
    }
    let mut descend = |key: &str, child: &Value| {
        let length = place.len();
        if !place.is_empty() {
            place.push('.');
        }
        place.push_str(key);
        let result = check_references(root, child, place);
        place.truncate(length);
        result
    };
    match here {
        Value::Object(members) => members
            .iter()
            // An example's members are data, whatever they are called.
            .filter(|(key, _)| *key != "example" && *key != "examples")
            .try_for_each(|(key, child)| descend(key, child)),
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(index, child)| descend(&index.to_string(), child))
        }
        _ => Ok(()),
    }
}

fn follow(root: &Value, reference: &str) -> Result<(), &'static str> {
    let mut seen = vec![reference.to_owned()];
    let mut current = reference.to_owned();
    loop {
        let pointer = current.strip_prefix('#').ok_or("leaves the file; a contract must stand alone")?;
        let target = root.pointer(pointer).ok_or("leads to nothing in this file")?;
        match target.get("$ref") {
            Some(Value::String(next)) if seen.contains(next) => return Err("leads round in a circle"),
            Some(Value::String(next)) => {
                seen.push(next.clone());
                current.clone_from(next);
            }
            _ => return Ok(()),
        }
    }
}
