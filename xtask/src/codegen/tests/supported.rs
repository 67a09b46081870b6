//! What the generator supports is generated as the contract means it.

use serde_json::Value;

use super::refused::put;
use super::{NOTES, NOTES_CONTRACT};
use crate::codegen::generate;
use crate::yaml;

/// A name, a place in the small contract, what is put there, and what is in the generated code.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Another property of a note.
const MORE: &str = "/components/schemas/Note/properties/more";

const ROWS: &[Row] = &[
    ("a query parameter that must be given", "parameters/1/required", "true", "language: &'a str,"),
    (
        "a query parameter of a named schema",
        "parameters/1/schema",
        "{$ref: '#/components/schemas/NoteId'}",
        "language: Option<&'a types::NoteId>,",
    ),
    (
        "a parameter called as the response is, of which the text is still read",
        "parameters/1/name",
        "response",
        "404u16 => Err(Error::ErrorResponse(ResponseValue::stream(_response))),",
    ),
    ("a parameter called as the request is", "parameters/1/name", "request", "self.exec(_request, &info)"),
    ("a parameter called as the URL is", "parameters/1/name", "url", "let _url = format!("),
    (
        "a call that must not be sent again",
        "x-iampass-safe-to-repeat",
        "false",
        "\"/notes/{note_id}\",\n        false,",
    ),
    ("a summary", "summary", "Fetch", "/// `GET /notes/{note_id}`: Fetch\n    pub static READ_NOTE"),
    (
        "another success with the same body",
        "responses/202",
        "{description: Later., content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}",
        "202u16 => ResponseValue::from_response(response).await,",
    ),
    ("a base URL with a path", "/servers/0/url", "'http://127.0.0.1:80/v1'", "[\"http://127.0.0.1:80/v1\"]"),
    ("a boolean", MORE, "{description: M., type: boolean}", "pub more: ::std::option::Option<bool>,"),
    (
        "a list of texts",
        MORE,
        "{description: M., type: array, items: {type: string}}",
        "pub more: ::std::vec::Vec<::std::string::String>,",
    ),
    (
        "a list of a named schema that may be null",
        MORE,
        "{description: M., type: array, nullable: true, items: {$ref: '#/components/schemas/NoteId'}}",
        "pub more: ::std::option::Option<::std::vec::Vec<NoteId>>,",
    ),
    (
        "an object in itself",
        MORE,
        "{description: M., allOf: [{$ref: '#/components/schemas/Note'}]}",
        "pub more: ::std::option::Option<::std::boxed::Box<Note>>,",
    ),
    (
        "the end of a comment in a description",
        MORE,
        "{description: \"M. */\\n/* more\", type: string}",
        "#[doc = \"M. */\\n/* more\"]",
    ),
    ("a word of YAML 1.1", MORE, "{description: no, type: string}", "///no\n"),
];

#[test]
fn what_is_supported_is_generated_as_the_contract_means_it() {
    for (name, place, what, expected) in ROWS {
        let mut document: Value = yaml::parse(NOTES).unwrap();
        match place.strip_prefix('/') {
            Some(_) => put(&mut document, place, what),
            None => put(&mut document, &format!("/paths/~1notes~1{{note_id}}/get/{place}"), what),
        }
        let generated = generate(&document.to_string(), &NOTES_CONTRACT);
        let generated = generated.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(generated.contains(expected), "{name}: no {expected:?} in\n{generated}");
    }
}
