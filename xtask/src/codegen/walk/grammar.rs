//! The members and shapes that a contract may have.

use serde_json::Value;

use super::rules::{any, base_url, field, method, one_of, parameter_name, prose, schema_name, version};

/// Says whether a call may be sent a second time when the response to the first was lost.
pub(crate) const SAFE_TO_REPEAT: &str = "x-iampass-safe-to-repeat";

/// The calls of which the service gives the URL.
pub(crate) const GIVEN_URLS: &str = "x-iampass-given-urls";

/// What a value must be like.
pub(super) enum Kind {
    /// Anything; nothing is generated from it, or other rules check it.
    Any,
    /// Text that passes a rule.
    Text(fn(&str) -> Option<String>),
    Flag,
    /// This flag and not the other one, with the reason.
    Only(bool, &'static str),
    /// A mapping with these members; they may depend on the value.
    Object(fn(&Value) -> &'static [Member]),
    /// A mapping whose names pass a rule.
    Map(fn(&str) -> Option<String>, &'static Kind),
    /// A list of at least one, and at most so many.
    List(usize, &'static Kind),
    /// A `$ref` to a component of this kind, with this `type` unless that is empty; or else an inline value.
    Reference(&'static str, &'static str, &'static Kind),
    /// This number, with the reason.
    Exactly(u64, &'static str),
    /// Not supported, with the reason.
    Never(&'static str),
}

use Kind::{Any, Exactly, Flag, List, Map, Never, Object, Only, Reference, Text};

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
    may(GIVEN_URLS, List(usize::MAX, &Object(|_| GIVEN_URL))),
];

const GIVEN_URL: &[Member] = &[
    must("method", Text(|text| one_of(text, &["get", "post"]))),
    must("operationId", Text(method)),
    must("responses", RESPONSES),
    must("url", Text(field)),
    must(SAFE_TO_REPEAT, Flag),
    may("description", Text(prose)),
    may("summary", Text(prose)),
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
    must("responses", RESPONSES),
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
        must("required", Only(true, "a path cannot lack a segment")),
        must("schema", VALUE),
        may("description", Text(prose)),
        may("example", Any),
    ];
    const IN_QUERY: &[Member] = &[
        must("in", Text(|text| one_of(text, &["path", "query"]))),
        must("name", Text(parameter_name)),
        must("schema", Reference("schemas", "string", &Object(query_value))),
        may("description", Text(prose)),
        may("example", Any),
        may("required", Flag),
    ];
    const LIST_IN_QUERY: &[Member] = &[
        must("explode", Only(false, "a list is one value, joined by commas")),
        must("in", Text(|text| one_of(text, &["query"]))),
        must("name", Text(parameter_name)),
        must("schema", Object(|_| TEXTS)),
        may("description", Text(prose)),
        may("example", Any),
        may("required", Flag),
        may("style", Text(|text| one_of(text, &["form"]))),
    ];
    match parameter {
        _ if parameter["schema"]["type"] == "array" => LIST_IN_QUERY,
        _ if parameter["in"] == "path" => IN_PATH,
        _ => IN_QUERY,
    }
}

fn query_value(schema: &Value) -> &'static [Member] {
    const WHOLE_NUMBER: &[Member] = &[
        must("minimum", Exactly(1, "only numbers above zero are generated")),
        must("type", Any),
        may("description", Text(prose)),
        may("example", Any),
    ];
    if schema["type"] == "integer" { WHOLE_NUMBER } else { TEXT }
}

/// Texts in a query, joined by commas.
const TEXTS: &[Member] = &[must("items", Object(|_| ITEM_TEXT)), must("type", Any), may("minItems", Any)];
const ITEM_TEXT: &[Member] = &[
    must("type", Text(|text| one_of(text, &["string"]))),
    may("description", Text(prose)),
    may("enum", Any),
];

const REQUEST: &[Member] = &[
    must("content", Object(|_| JSON)),
    must("required", Only(true, "the client always sends the body")),
    may("description", Text(prose)),
];

const RESPONSES: Kind = Map(any, &Reference("responses", "", &Object(|_| RESPONSE)));
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

/// As [`NAMED`], within an object: it may be a text too.
const NAMED_VALUE: Kind = Reference(
    "schemas",
    "",
    &Never("must be a `$ref` to a named schema; an object within another has a name"),
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
        must("allOf", List(1, &NAMED_VALUE)),
        must("description", Text(prose)),
        may("example", Any),
        may("nullable", Flag),
        may("type", Any),
    ];
    const NAMED_TEXT: &[Member] = &[
        must("allOf", List(1, &Reference("schemas", "string", &NAMED_VALUE))),
        must("description", Text(prose)),
        must("type", Any),
        may("example", Any),
        may("nullable", Flag),
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
        Some("string") if property.get("allOf").is_some() => NAMED_TEXT,
        None if property.get("allOf").is_some() => OBJECT,
        _ => PLAIN,
    }
}

/// Whether a schema is of a type, as far as it says one.
pub(super) fn is_a(schema: &Value, expected: &str) -> bool {
    expected.is_empty() || schema["type"].as_str().is_none_or(|is| is == expected)
}

pub(super) const REFERENCE: &[Member] = &[must("$ref", Any)];
