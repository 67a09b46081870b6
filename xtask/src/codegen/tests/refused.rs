//! The small contract, made wrong in every way we know: each is refused in readable lines, and nothing is written.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use super::{NOTES, NOTES_CONTRACT, repository};
use crate::codegen::run_one;

/// What is done to the small contract: a name for it, a place, and what is put there, in YAML; nothing removes what is
/// there. A place that begins with `/` is a pointer within the table's own place, all others are pieces of the text.
type Row = (&'static str, &'static str, &'static str);

/// The problems reported for each row.
fn report(place: &str, rows: &[Row]) -> String {
    let mut report = String::new();
    for (name, at, what) in rows {
        let broken = if at.starts_with('/') {
            let mut document = serde_saphyr::from_str(NOTES).unwrap();
            put(&mut document, &format!("{place}{at}"), what);
            document.to_string()
        } else {
            NOTES.replacen(at, what, 1)
        };
        assert_ne!(broken, NOTES, "{name}: the replaced text is not in the fixture");
        let folder = repository(&broken);
        let output = folder.path().join(NOTES_CONTRACT.output);
        fs::write(&output, "as it was").unwrap();

        let error = run_one(folder.path(), &NOTES_CONTRACT, false).expect_err(name).to_string();

        assert_eq!(fs::read_to_string(&output).unwrap(), "as it was", "{name}");
        writeln!(report, "{name}").unwrap();
        for line in error.lines() {
            let problem =
                line.strip_prefix("notes.yaml: ").unwrap_or_else(|| panic!("{name}: no file: {line}"));
            writeln!(report, "    {problem}").unwrap();
        }
    }
    report
}

/// Puts a value into a document, or removes what is there.
pub(super) fn put(document: &mut Value, pointer: &str, yaml: &str) {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let member = member.replace("~1", "/");
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("there is no {parent}"));
    match (parent, yaml) {
        (Value::Object(parent), "") => drop(parent.remove(&member).unwrap()),
        (Value::Object(parent), yaml) => drop(parent.insert(member, value(yaml))),
        (Value::Array(parent), yaml) => parent[member.parse::<usize>().unwrap()] = value(yaml),
        (other, _) => panic!("{pointer} leads into {other}"),
    }
}

fn value(yaml: &str) -> Value {
    serde_saphyr::from_str_with_options(yaml, serde_saphyr::options! { strict_booleans: true }).unwrap()
}

#[test]
fn documents() {
    const SERVER: &str = "/servers/0/url";
    let report = report(
        "",
        &[
            ("not YAML", "paths:", "paths: ]"),
            ("a key given twice", "  title: Notes", "  title: Notes\n  title: Again"),
            ("tabs for indentation", "  title: Notes", "\ttitle: Notes"),
            ("a text that is no mapping", NOTES, "notes"),
            ("nothing", NOTES, ""),
            ("Swagger 2", "openapi: 3.0.3", "swagger: '2.0'"),
            ("OpenAPI 3.1", "/openapi", "3.1.0"),
            ("a number for a version", "/openapi", "3.0"),
            ("a version that is no number", "/openapi", "3.0.x"),
            ("no version", "/openapi", ""),
            ("no title", "/info/title", ""),
            ("a title that is no text", "/info/title", "[Notes]"),
            ("a version that no header can carry", "/info/version", "0.1 β"),
            ("a version that is a number", "/info/version", "0.1"),
            ("webhooks", "/webhooks", "{}"),
            ("no server", "/servers", ""),
            ("an empty list of servers", "/servers", "[]"),
            ("a relative server", SERVER, "/notes"),
            ("a server with a variable", SERVER, "'https://{region}.notes.example'"),
            ("a server's variables", "/servers/0/variables", "{region: {default: eu}}"),
            ("a server with a query", SERVER, "'https://notes.example/?x=1'"),
            ("a server without http", SERVER, "'ftp://notes.example'"),
            ("callbacks among the components", "/components/callbacks", "{}"),
            (
                "an unknown security scheme",
                "/components/securitySchemes",
                "{Basic: {type: http, scheme: basic}}",
            ),
            (
                "a key in a cookie",
                "/components/securitySchemes",
                "{Key: {type: apiKey, in: cookie, name: key}}",
            ),
            ("components that are a list", "/components", "[]"),
            ("paths that are nothing", "/paths", "null"),
        ],
    );
    insta::assert_snapshot!(report);
}

#[test]
fn text() {
    const NOTE: &str = "/components/schemas/Note/description";
    const OPERATION: &str = "/paths/~1notes/post/description";
    let report = report(
        "",
        &[
            ("a fenced block", NOTE, r#""A note.\n```\nlet x = 1;\n```\n""#),
            ("a fenced block with tildes", NOTE, r#""A note.\n~~~ sh\nls\n~~~\n""#),
            ("a fenced block in a list", NOTE, r#""* ```\n  ls\n  ```\n""#),
            ("a block in a quotation", NOTE, r#"">     ls\n""#),
            ("an indented block", NOTE, r#""A note.\n\n    ls\n""#),
            ("a block indented by a tab", NOTE, r#""A note.\n\n\tls\n""#),
            ("a block in an operation", OPERATION, r#""```\nls\n```""#),
            ("a block in a parameter", "/components/parameters/NoteId/description", "'```ls'"),
            ("a block in a title", "/info/title", "'```'"),
            ("a block in a body", "/paths/~1notes/post/requestBody/description", "'    ls'"),
            ("a null byte", NOTE, r#""A note.\0""#),
            ("a bare carriage return", NOTE, r#""A\rnote.""#),
            ("a change of direction", NOTE, r#""A \u202Enote.""#),
            ("a number", NOTE, "1"),
            ("a list", OPERATION, "[Write]"),
            ("nothing", NOTE, "null"),
        ],
    );
    insta::assert_snapshot!(report);
}

#[test]
fn operations() {
    const SAFE: &str = "/get/x-iampass-safe-to-repeat";
    let report = report(
        "/paths/~1notes~1{note_id}",
        &[
            (
                "a path item by reference",
                "  /notes:\n",
                "  /other:\n    $ref: '#/paths/~1notes'\n  /notes:\n",
            ),
            ("a path without operation", "  /notes:\n", "  /empty: {}\n  /notes:\n"),
            ("a path without slash", "  /notes:\n", "  notes:\n"),
            ("a path without end", "  /notes:\n", "  /notes/:\n"),
            ("a parameter in half a segment", "  /notes/{note_id}:", "  /notes/a{note_id}.json:"),
            ("a parameter twice in the path", "  /notes/{note_id}:", "  /notes/{note_id}/{note_id}:"),
            ("a query in the path", "  /notes:\n", "  /notes?x=1:\n"),
            ("a space in the path", "  /notes:\n", "  /my notes:\n"),
            ("a line break in the path", "  /notes:\n", "  \"/my\\nnotes\":\n"),
            ("dots in the path", "  /notes:\n", "  /notes/..:\n"),
            ("servers of a path", "/servers", "[{url: 'https://other.example'}]"),
            ("parameters of a path", "/parameters", "[]"),
            ("a method that the client cannot send", "/trace", "{}"),
            ("a method that no contract uses", "/put", "{}"),
            ("an operation that is a list", "/get", "[]"),
            ("no operationId", "/get/operationId", ""),
            ("an operationId in camelCase", "/get/operationId", "readNote"),
            ("an operationId that is a keyword", "/get/operationId", "move"),
            ("an operationId that is a keyword of 2024", "/get/operationId", "gen"),
            ("an operationId with two underscores", "/get/operationId", "list__users"),
            ("an operationId with a dot", "/get/operationId", "notes.read"),
            ("an operationId of another script", "/get/operationId", "ноты"),
            ("an operationId that is empty", "/get/operationId", "''"),
            ("an operationId that is a boolean", "/get/operationId", "true"),
            ("an operationId used twice", "/get/operationId", "write_note"),
            ("an operation named as a method of the client", "/get/operationId", "exec"),
            ("nothing said about retries", SAFE, ""),
            ("retries: neither yes nor no", SAFE, "sometimes"),
            ("retries: a word of YAML 1.1", "repeat: true", "repeat: yes"),
            ("an extension", "/get/x-dropshot-websocket", "{}"),
            ("servers of an operation", "/get/servers", "[{url: 'https://other.example'}]"),
            ("callbacks", "/get/callbacks", "{}"),
            ("a deprecated operation", "/get/deprecated", "true"),
            ("a GET with a body", "/get/requestBody", "{}"),
            ("a list of names for a summary", "/get/summary", "{en: Read a note}"),
        ],
    );
    insta::assert_snapshot!(report);
}

#[test]
fn parameters() {
    const SCHEMA: &str = "/1/schema";
    const BESIDE: &str = "{$ref: '#/components/parameters/NoteId', required: true}";
    const IN_PATH: &str = "      in: path\n      required: true\n";
    let report = report(
        "/paths/~1notes~1{note_id}/get/parameters",
        &[
            ("a reference to nothing", "/0/$ref", "'#/components/parameters/Nobody'"),
            ("a reference to another file", "/0/$ref", "'other.yaml#/NoteId'"),
            ("a reference to another kind", "/0/$ref", "'#/components/schemas/NoteId'"),
            ("a reference that is no text", "/0/$ref", "[]"),
            ("something beside a reference", "/0", BESIDE),
            (
                "a circle",
                "      name: note_id\n",
                "      $ref: '#/components/parameters/NoteId'\n      name: note_id\n",
            ),
            ("a cookie", "/1/in", "cookie"),
            ("a header", "/1/in", "header"),
            ("a parameter that the path does not have", "  /notes/{note_id}:", "  /notes/{id}:"),
            ("a parameter without a place in the path", "  /notes/{note_id}:", "  /note:"),
            ("an optional parameter in the path", IN_PATH, "      in: path\n"),
            ("one that says that it is optional", IN_PATH, "      in: path\n      required: false\n"),
            ("a parameter given twice", "/1/name", "note_id"),
            ("a name in camelCase", "/1/name", "noteLanguage"),
            ("a name that is a keyword", "/1/name", "type"),
            ("a name that the method uses", "/1/name", "header_map"),
            ("the body's name", "/1/name", "body"),
            ("no name", "/1/name", ""),
            ("a list of texts", SCHEMA, "{type: array, items: {type: string}}"),
            ("a list that is one pair for each text", "/2/explode", "true"),
            ("a list of numbers", "/2/schema/items", "{type: integer}"),
            ("a list in the path", "/2/in", "path"),
            ("a list of another style", "/2/style", "pipeDelimited"),
            ("a number that may be zero", "/3/schema", "{type: integer}"),
            ("a number from two on", "/3/schema/minimum", "2"),
            ("a text that is spread", "/1/explode", "false"),
            ("another style", "/1/style", "spaceDelimited"),
            ("reserved characters", "/1/allowReserved", "true"),
            ("a value that may be null", SCHEMA, "{type: string, nullable: true}"),
            ("an enum", SCHEMA, "{type: string, enum: [en, fr]}"),
            ("a shortest length", SCHEMA, "{type: string, minLength: 1}"),
            ("a default", SCHEMA, "{type: string, default: en}"),
            ("a date", SCHEMA, "{type: string, format: date-time}"),
            ("an object", SCHEMA, "{$ref: '#/components/schemas/Note'}"),
            ("an inline object", SCHEMA, "{type: object, properties: {}}"),
            ("a schema without a type", SCHEMA, "{}"),
            ("a schema that is true", SCHEMA, "true"),
            (
                "a content in the place of a schema",
                "          schema:\n            type: string\n",
                "          content: {}\n",
            ),
            (
                "a mapping of parameters",
                "      parameters:\n        -",
                "      parameters: {}\n      x-rest:\n        -",
            ),
        ],
    );
    insta::assert_snapshot!(report);
}

#[test]
fn bodies() {
    const NOTE: &str = "{schema: {$ref: '#/components/schemas/Note'}}";
    const OK: &str = "/~1notes~1{note_id}/get/responses/200/content";
    const BODY: &str = "/~1notes/post/requestBody/content";
    const ERROR: &str = "/~1notes~1{note_id}/get/responses/401/content";
    let as_note = |kind: &str| -> &'static str { Box::leak(format!("{{{kind}: {NOTE}}}").into_boxed_str()) };
    let json = as_note("application/json");
    let text = "{text/plain: {schema: {type: string}}}";
    let report = report(
        "/paths",
        &[
            ("no content of an error", ERROR, ""),
            ("no content of a success", OK, ""),
            ("a body that may be left out", "/~1notes/post/requestBody/required", "false"),
            ("a body of which that is not said", "/~1notes/post/requestBody/required", ""),
            ("a body of text", BODY, text),
            ("a body of a form", BODY, as_note("application/x-www-form-urlencoded")),
            ("a body by reference", "/~1notes/post/requestBody", "{$ref: '#/components/requestBodies/Note'}"),
            ("two media types", OK, "{text/plain: {schema: {type: string}}, application/json: {}}"),
            ("no media type", OK, "{}"),
            ("JSON without a schema", OK, "{application/json: {}}"),
            ("JSON with a character set", OK, as_note("'application/json; charset=utf-8'")),
            ("JSON of a kind", OK, as_note("application/problem+json")),
            ("an encoding", "/~1notes~1{note_id}/get/responses/200/content/application~1json/encoding", "{}"),
            ("a success that is text", OK, text),
            ("a success of bytes", OK, "{application/octet-stream: {schema: {type: string}}}"),
            ("an inline success", OK, "{application/json: {schema: {type: object, properties: {}}}}"),
            (
                "a list for a success",
                OK,
                "{application/json: {schema: {type: array, items: {type: string}}}}",
            ),
            (
                "a success that is no object",
                OK,
                "{application/json: {schema: {$ref: '#/components/schemas/NoteId'}}}",
            ),
            (
                "a success like no schema",
                OK,
                "{application/json: {schema: {$ref: '#/components/schemas/Nobody'}}}",
            ),
            (
                "another success",
                "/~1notes~1{note_id}/get/responses/202",
                "{$ref: '#/components/responses/Nobody'}",
            ),
            ("an error that is JSON", ERROR, json),
            ("an error that is a number", ERROR, "{text/plain: {schema: {type: integer}}}"),
            ("a header", "/~1notes~1{note_id}/get/responses/200/headers", "{}"),
            ("links", "/~1notes~1{note_id}/get/responses/200/links", "{}"),
            ("a response without description", "/~1notes~1{note_id}/get/responses/200/description", ""),
            ("a default response", "'404':", "default:"),
            ("a range of statuses", "'404':", "4XX:"),
            ("a status that is none", "'401':", "'999':"),
            ("a status with a sign", "'401':", "'+401':"),
            ("a status that is a word", "'401':", "'no':"),
            ("a redirect", "'401':", "'302':"),
            ("an extension among the statuses", "'401':", "x-status:"),
            ("no success", "/~1notes~1{note_id}/get/responses/200", ""),
            ("responses that are a list", "/~1notes~1{note_id}/get/responses", "[]"),
        ],
    );
    insta::assert_snapshot!(report);
}

#[test]
fn given_urls() {
    const SCHEMA: &str = "/responses/200/content/application~1json/schema";
    let report = report(
        "/x-iampass-given-urls/0",
        &[
            ("no id", "/operationId", ""),
            ("the id of another operation", "/operationId", "read_note"),
            ("another method", "/method", "put"),
            ("no member that holds the URL", "/url", ""),
            ("whether it may be sent again is not said", "/x-iampass-safe-to-repeat", ""),
            ("no responses", "/responses", ""),
            ("a response that there is not", SCHEMA, "{$ref: '#/components/schemas/Nothing'}"),
            ("a response that is a text", SCHEMA, "{$ref: '#/components/schemas/NoteId'}"),
            ("a response that is text", "/responses/200/content", "{text/plain: {schema: {type: string}}}"),
            ("no success", "/responses/200", ""),
            ("parameters", "/parameters", "[]"),
            ("a block in the description", "/description", "'    ls'"),
        ],
    );
    insta::assert_snapshot!(report);
}

#[test]
fn two_bodies_of_one_operation() {
    let mut document: Value = serde_saphyr::from_str(NOTES).unwrap();
    let mut memo = document["components"]["schemas"]["Note"].clone();
    memo["description"] = "A memo.".into();
    document["components"]["schemas"]["Memo"] = memo;
    document["paths"]["/notes"]["post"]["responses"]["201"]["content"]["application/json"]["schema"]["$ref"] =
        "#/components/schemas/Memo".into();
    let folder = repository(&document.to_string());
    let error = run_one(folder.path(), &NOTES_CONTRACT, false).unwrap_err();
    assert_eq!(
        error.to_string(),
        "notes.yaml: operation `POST /notes (write_note)`: responses.201: has another body than `200`; use the same for \
         both, because the method has one type"
    );
}

#[test]
fn schemas() {
    const MEMO: &str = "/Memo";
    let report = report(
        "/components/schemas",
        &[
            ("a type of Rust's own", "/Result", "{description: R., type: string}"),
            ("a name in snake_case", "/note_id", "{description: N., type: string}"),
            ("a name that Rust writes otherwise", "/HTTPNote", "{description: N., type: string}"),
            ("a name that is a keyword", "/Self", "{description: S., type: string}"),
            ("the name of a list in a query", "/CommaList", "{description: S., type: string}"),
            ("a name with a dot", "/Note.V1", "{description: N., type: string}"),
            ("an alias", MEMO, "{$ref: '#/components/schemas/Note'}"),
            ("composed of itself", MEMO, "{description: M., allOf: [{$ref: '#/components/schemas/Memo'}]}"),
            (
                "an object composed of itself",
                MEMO,
                "{description: M., type: object, properties: {}, allOf: []}",
            ),
            ("one of several", MEMO, "{description: M., oneOf: []}"),
            ("any of several", MEMO, "{description: M., anyOf: []}"),
            ("not another", MEMO, "{description: M., not: {}}"),
            ("told apart", MEMO, "{description: M., type: string, discriminator: {propertyName: a}}"),
            ("no type", "/Note/type", ""),
            ("a list", MEMO, "{description: M., type: array, items: {type: string}}"),
            ("a number", MEMO, "{description: M., type: integer}"),
            ("no mapping", MEMO, "true"),
            ("no description", "/Note/description", ""),
            ("an enum", "/NoteId/enum", "[a, b]"),
            ("a shortest length", "/NoteId/minLength", "1"),
            ("a UUID", "/NoteId/format", "uuid"),
            ("an object of any members", "/Note/additionalProperties", "true"),
            ("a Rust type", "/Note/x-rust-type", "{}"),
            ("required: no property", "/Note/required", "[text, other]"),
            ("required: no list", "/Note/required", "true"),
            ("an object without properties", "/Note/properties", ""),
            ("an object that needs none", MEMO, "{description: M., type: object, properties: {}}"),
        ],
    );
    insta::assert_snapshot!(report);
}

#[test]
fn properties() {
    const STARS: &str = "/stars";
    let report = report(
        "/components/schemas/Note/properties",
        &[
            ("no description", "/stars/description", ""),
            ("a bare reference", STARS, "{$ref: '#/components/schemas/NoteId'}"),
            ("a text that is an object", "/reply_to/allOf", "[{$ref: '#/components/schemas/Note'}]"),
            (
                "userId beside user_id",
                "        stars:\n",
                "        user_id:\n          description: U.\n          type: string\n        userId:\n",
            ),
            ("a keyword", "/type", "{description: T., type: string}"),
            ("a word of YAML 1.1 is text", "        stars:\n", "        NO:\n"),
            ("an inline object", STARS, "{description: S., type: object, properties: {}}"),
            (
                "a list of inline objects",
                STARS,
                "{description: S., type: array, items: {type: object, properties: {}}}",
            ),
            (
                "a list of lists",
                STARS,
                "{description: S., type: array, items: {type: array, items: {type: string}}}",
            ),
            ("a list of anything", STARS, "{description: S., type: array}"),
            ("a list of no type", STARS, "{description: S., type: array, items: {}}"),
            ("a set", STARS, "{description: S., type: array, uniqueItems: true, items: {type: string}}"),
            ("composed of two", STARS, "{description: S., allOf: [{}, {}]}"),
            ("composed of nothing", STARS, "{description: S., allOf: []}"),
            ("composed of an inline object", STARS, "{description: S., allOf: [{type: object}]}"),
            ("one of several", STARS, "{description: S., oneOf: []}"),
            ("an enum", STARS, "{description: S., type: string, enum: [few, many]}"),
            ("a date", STARS, "{description: S., type: string, format: date-time}"),
            ("a UUID", STARS, "{description: S., type: string, format: uuid}"),
            ("a pattern", STARS, "{description: S., type: string, pattern: '^(?!x)'}"),
            ("a smallest value", STARS, "{description: S., type: integer, minimum: 0}"),
            ("a default", STARS, "{description: S., type: integer, default: 0}"),
            ("a fraction", STARS, "{description: S., type: number}"),
            ("no type", STARS, "{description: S., nullable: true}"),
            ("several types", STARS, "{description: S., type: [integer, 'null']}"),
            ("nullable: neither yes nor no", "nullable: true", "nullable: y"),
            ("read only", STARS, "{description: S., type: integer, readOnly: true}"),
            ("no mapping", STARS, "integer"),
        ],
    );
    insta::assert_snapshot!(report);
}

#[test]
fn several_mistakes_are_reported_in_one_run() {
    let mut document: Value = serde_saphyr::from_str(NOTES).unwrap();
    for (place, what) in [
        ("/servers/0/url", "/"),
        ("/paths/~1notes~1{note_id}/get/operationId", "readNote"),
        ("/paths/~1notes~1{note_id}/get/parameters/1/in", "cookie"),
        ("/paths/~1notes/post/responses/301", "{$ref: '#/components/responses/Moved'}"),
        ("/components/schemas/Note/properties/text/description", ""),
    ] {
        put(&mut document, place, what);
    }
    let folder = repository(&document.to_string());
    insta::assert_snapshot!(run_one(folder.path(), &NOTES_CONTRACT, false).unwrap_err().to_string());
}

#[test]
fn long_lists_of_problems_are_cut() {
    let operations: Vec<_> = (0..1000).map(|number| format!("  /{number}: {{get: {{}}}}\n")).collect();
    let broken = NOTES.replace("paths:\n", &format!("paths:\n{}", operations.concat()));
    let error = run_one(repository(&broken).path(), &NOTES_CONTRACT, false).unwrap_err().to_string();
    assert_eq!(error.lines().count(), 51, "{error}");
    assert!(error.ends_with("\nnotes.yaml: and 2950 more problems"), "{error}");
}
