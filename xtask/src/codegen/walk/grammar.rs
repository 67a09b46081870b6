//! The members and shapes that a contract may have.

use serde_json::Value;

use super::rules::{any, base_url, field, method, one_of, parameter_name, prose, schema_name, version};

/// Says whether a call may be sent a second time when the response to the first was lost.
pub(crate) const SAFE_TO_REPEAT: &str = "x-iampass-safe-to-repeat";

/// What a value must be like.
pub(super) enum Kind {
    /// Anything; nothing is generated from it, or other rules check it.
    Any,
    /// Text that passes a rule.
    Text(fn(&str) -> Option<String>),
    Flag,
    /// `true`, with the reason.
    True(&'static str),
    /// A mapping with these members; they may depend on the value.
    Object(fn(&Value) -> &'static [Member]),
    /// A mapping whose names pass a rule.
    Map(fn(&str) -> Option<String>, &'static Kind),
    /// A list of at least one, and at most so many.
    List(usize, &'static Kind),
    /// A `$ref` to a component of this kind, with this `type` unless that is empty; or else an inline value.
    Reference(&'static str, &'static str, &'static Kind),
    /// Not supported, with the reason.
    Never(&'static str),
}

use Kind::{Any, Flag, List, Map, Never, Object, Reference, Text, True};

pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
    pub(super) kind: Kind,
}

const fn must(name: &'static str, kind: Kind) -> Member {
    Member { name, is_required: true, kind }
}

const fn may(name: &'static str, kind: Kind) -> Member {
    Member { name, is_required: false, kind }
}

pub(super) const DOCUMENT: &[Member] = &[
    must("info", Object(|_| INFO)),
    must("openapi", Any),
    must("paths", Any),
    must("servers", List(usize::MAX, &Object(|_| SERVER))),
    may("components", Object(|_| COMPONENTS)),
    may("externalDocs", Any),
    may("security", Any),
    may("tags", Any),
];

const INFO: &[Member] = &[
    must("title", Text(prose)),
    must("version", Text(version)),
    may("contact", Any),
    may("description", Text(prose)),
    may("license", Any),
];

const SERVER: &[Member] = &[must("url", Text(base_url)), may("description", Text(prose))];

const COMPONENTS: &[Member] = &[
    may("parameters", Map(any, &Object(parameter))),
    may("responses", Map(any, &Object(|_| RESPONSE))),
    may("schemas", Map(schema_name, &Any)),
    may("securitySchemes", Map(any, &Object(|_| SECURITY_SCHEME))),
];

const SECURITY_SCHEME: &[Member] = &[
    must("in", Text(|text| one_of(text, &["header"]))),
    must("name", Text(any)),
    must("type", Text(|text| one_of(text, &["apiKey"]))),
    may("description", Text(prose)),
];

pub(super) const PATH: &[Member] = &[may("get", Any), may("post", Any)];

pub(super) const OPERATION: &[Member] = &[
    must("operationId", Text(method)),
    must("responses", Map(any, &Reference("responses", "", &Object(|_| RESPONSE)))),
    must(SAFE_TO_REPEAT, Flag),
    may("description", Text(prose)),
    may("parameters", List(usize::MAX, &Reference("parameters", "", &Object(parameter)))),
    may("requestBody", Object(|_| REQUEST)),
    may("summary", Text(prose)),
    may("tags", Any),
];

fn parameter(parameter: &Value) -> &'static [Member] {
    const VALUE: Kind = Reference("schemas", "string", &Object(|_| TEXT));
    const IN_PATH: &[Member] = &[
        must("in", Any),
        must("name", Text(parameter_name)),
        must("required", True("a path cannot lack a segment")),
        must("schema", VALUE),
        may("description", Text(prose)),
        may("example", Any),
    ];
    const IN_QUERY: &[Member] = &[
        must("in", Text(|text| one_of(text, &["path", "query"]))),
        must("name", Text(parameter_name)),
        must("schema", VALUE),
        may("description", Text(prose)),
        may("example", Any),
        may("required", Flag),
    ];
    if parameter["in"] == "path" { IN_PATH } else { IN_QUERY }
}

const REQUEST: &[Member] = &[
    must("content", Object(|_| JSON)),
    must("required", True("the client always sends the body")),
    may("description", Text(prose)),
];

const RESPONSE: &[Member] = &[must("content", Object(content)), must("description", Text(prose))];

const JSON: &[Member] = &[must("application/json", Object(|_| JSON_BODY))];
const JSON_BODY: &[Member] = &[must("schema", NAMED), may("examples", Any)];
const PLAIN_TEXT: &[Member] = &[must("text/plain", Object(|_| TEXT_BODY))];
const TEXT_BODY: &[Member] = &[must("schema", Object(|_| TEXT)), may("examples", Any)];

fn content(content: &Value) -> &'static [Member] {
    if content.get("text/plain").is_some() { PLAIN_TEXT } else { JSON }
}

const NAMED: Kind = Reference(
    "schemas",
    "object",
    &Never(
        "must be a `$ref` to a named schema; an inline one would be named after its operation, and another type may \
         have that name",
    ),
);

/// Text without a name.
const TEXT: &[Member] = &[
    must("type", Text(|text| one_of(text, &["string"]))),
    may("description", Text(prose)),
    may("example", Any),
];

/// A named schema: an object or text. A hand-written type checks its text itself.
pub(super) fn schema(schema: &Value, is_replaced: bool) -> &'static [Member] {
    const OBJECT: &[Member] = &[
        must("description", Text(prose)),
        must("properties", Map(field, &Object(property))),
        must("type", Any),
        may("example", Any),
        may("required", List(usize::MAX, &Any)),
    ];
    const TEXT: &[Member] = &[
        must("description", Text(prose)),
        must("type", Text(|text| one_of(text, &["object", "string"]))),
        may("example", Any),
    ];
    const REPLACED: &[Member] = &[
        must("description", Text(prose)),
        must("type", Text(|text| one_of(text, &["string"]))),
        may("example", Any),
        may("minLength", Any),
        may("pattern", Any),
    ];
    match schema["type"].as_str() {
        _ if is_replaced => REPLACED,
        Some("object") => OBJECT,
        None if schema.get("properties").is_some() => OBJECT,
        _ => TEXT,
    }
}

fn property(property: &Value) -> &'static [Member] {
    const PLAIN: &[Member] = &[
        must("description", Text(prose)),
        // `array` and `object` are here to be named where another type is refused; they have shapes of their own.
        must("type", Text(plain)),
        may("example", Any),
        may("nullable", Flag),
    ];
    const ITEM: &[Member] = &[must("type", Text(scalar)), may("description", Text(prose))];
    const ARRAY: &[Member] = &[
        must("description", Text(prose)),
        must("items", Reference("schemas", "", &Object(|_| ITEM))),
        must("type", Any),
        may("example", Any),
        may("nullable", Flag),
    ];
    const OBJECT: &[Member] = &[
        must("allOf", List(1, &NAMED)),
        must("description", Text(prose)),
        may("example", Any),
        may("nullable", Flag),
        may("type", Any),
    ];
    fn scalar(text: &str) -> Option<String> {
        one_of(text, &["boolean", "integer", "string"])
    }
    fn plain(text: &str) -> Option<String> {
        one_of(text, &["boolean", "integer", "string", "array", "object"])
    }
    match property["type"].as_str() {
        Some("array") => ARRAY,
        Some("object") => OBJECT,
        None if property.get("allOf").is_some() => OBJECT,
        _ => PLAIN,
    }
}

/// Whether a schema is of a type, as far as it says one.
pub(super) fn is_a(schema: &Value, expected: &str) -> bool {
    expected.is_empty() || schema["type"].as_str().is_none_or(|is| is == expected)
}

pub(super) const REFERENCE: &[Member] = &[must("$ref", Any)];
