//! The generator against a small contract, that contract broken in every way we know, and the real one.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::outline::outline;
use super::{generate, run_one};
use crate::contracts::{self, CONTRACTS, Contract, FIXTURES, MANAGEMENT};

const NOTES: &str = include_str!("../../fixtures/notes/notes.yaml");

const NOTES_CONTRACT: Contract =
    Contract { source: "notes.yaml", output: "notes.rs", replacements: contracts::NOTES.replacements };

/// A repository with nothing in it but the small contract.
fn repository(contract: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(NOTES_CONTRACT.source), contract).unwrap();
    folder
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn the_same_contract_gives_the_same_bytes() {
    assert_eq!(generate(NOTES, &NOTES_CONTRACT).unwrap(), generate(NOTES, &NOTES_CONTRACT).unwrap());
}

#[test]
fn the_public_outline_of_each_real_client() {
    for contract in CONTRACTS {
        let text = fs::read_to_string(root().join(contract.source)).unwrap();
        let generated = generate(&text, contract).unwrap();
        let name = Path::new(contract.source).file_stem().unwrap().to_string_lossy();
        insta::assert_snapshot!(format!("the_public_outline_of_{name}"), outline(&generated).unwrap());
    }
}

#[test]
fn the_committed_clients_are_what_the_contracts_generate() {
    assert_up_to_date(CONTRACTS);
}

#[test]
fn the_committed_fixtures_are_what_their_contracts_generate() {
    assert_up_to_date(FIXTURES);
}

fn assert_up_to_date(contracts: &[Contract]) {
    for contract in contracts {
        if let Err(error) = run_one(root(), contract, true) {
            panic!("{error}");
        }
    }
}

/// Each row breaks the small contract in one way: name, what is replaced, by what.
const BROKEN: &[(&str, &str, &str)] = &[
    ("not YAML", "paths:", "paths: ]"),
    ("a key given twice", "  title: Notes", "  title: Notes\n  title: Again"),
    ("tabs for indentation", "  title: Notes", "\ttitle: Notes"),
    ("Swagger 2", "openapi: 3.0.3", "swagger: '2.0'"),
    ("OpenAPI 3.1", "openapi: 3.0.3", "openapi: 3.1.0"),
    ("a number for a version", "openapi: 3.0.3", "openapi: 3.0"),
    ("no version", "openapi: 3.0.3", "x: 1"),
    ("no title", "\n  title: Notes", ""),
    (
        "responses of the wrong type",
        "      responses:\n        '200':\n          description: The note.",
        "      responses: []\n      x-rest:\n        '200':\n          description: The note.",
    ),
    ("no operationId", "      operationId: read_note\n", ""),
    ("an operationId that is no method name", "operationId: read_note", "operationId: readNote"),
    ("an operationId used twice", "operationId: write_note", "operationId: read_note"),
    ("nothing said about repeating", "      x-iampass-safe-to-repeat: true\n", ""),
    ("repeating not a boolean", "x-iampass-safe-to-repeat: true", "x-iampass-safe-to-repeat: sometimes"),
    ("a reference to nothing", "'#/components/parameters/NoteId'", "'#/components/parameters/Nobody'"),
    ("a reference to another file", "'#/components/parameters/NoteId'", "'other.yaml#/NoteId'"),
    (
        "references in a circle",
        "    NoteId:\n      name: note_id\n",
        "    NoteId:\n      $ref: '#/components/parameters/NoteId'\n      name: note_id\n",
    ),
    ("a path item by reference", "  /notes:\n", "  /other:\n    $ref: '#/paths/~1notes'\n  /notes:\n"),
    ("a path without operation", "  /notes:\n", "  /empty: {}\n  /notes:\n"),
    ("a path without slash", "  /notes:\n", "  notes:\n"),
    (
        "two success bodies",
        "'201':\n          description: The note is new.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Note'",
        "'201':\n          description: The note is new.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/NoteId'",
    ),
    (
        "two error bodies",
        "No such note.\n          content:\n            text/plain:\n              schema:\n                type: string",
        "No such note.",
    ),
    ("a default response", "'404':", "default:"),
    (
        "no success",
        "        '200':\n          description: The note.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Note'\n",
        "",
    ),
    ("a path parameter that the path does not have", "  /notes/{note_id}:", "  /notes/{id}:"),
    ("a version that is no number", "openapi: 3.0.3", "openapi: 3.0.x"),
    ("no server", "servers:\n  - url: https://notes.example\n    description: Nowhere.\n", ""),
    ("an operation named as the client's own method", "operationId: read_note", "operationId: new"),
    ("a method that the client cannot send", "    get:\n", "    trace:\n"),
    ("a status that is none", "'401':", "'999':"),
    ("a status that is a word", "'401':", "'no':"),
    ("a cookie", "          in: query\n", "          in: cookie\n"),
    ("a parameter in half a segment", "  /notes/{note_id}:", "  /notes/a{note_id}.json:"),
    ("a query in the path", "  /notes:\n", "  /notes?x=1:\n"),
    ("a space in the path", "  /notes:\n", "  /my notes:\n"),
    ("dots in the path", "  /notes:\n", "  /notes/..:\n"),
    ("a path parameter without a place", "  /notes/{note_id}:", "  /note:"),
    ("two parameters of one Rust name", "name: language", "name: Note-Id"),
    (
        "two schemas of one Rust name",
        "    Note:\n",
        "    note_id:\n      description: Again.\n      type: string\n    Note:\n",
    ),
    (
        "schemas composed of each other",
        "    Note:\n",
        "    A:\n      description: A.\n      allOf: [{$ref: '#/components/schemas/B'}, {type: object}]\n    B:\n      description: \
         B.\n      allOf: [{$ref: '#/components/schemas/A'}, {type: object}]\n    Note:\n",
    ),
    (
        "a schema composed of itself",
        "    Note:\n",
        "    A:\n      description: A.\n      anyOf: [{$ref: '#/components/schemas/A'}]\n    Note:\n",
    ),
    ("a property without description", "          description: How good it is.\n", ""),
    ("a schema without description", "      description: A note.\n", ""),
    (
        "a pattern on a generated type",
        "          description: What it says.\n",
        "          description: What it says.\n          pattern: '^(?!x)'\n",
    ),
    (
        "an inline body beside a named one",
        "                $ref: '#/components/schemas/Note'\ncomponents",
        "                type: object\ncomponents",
    ),
    (
        "an inline schema that progenitor gives up on",
        "          schema:\n            type: string\n      responses",
        "          schema:\n            exclusiveMinimum: true\n      responses",
    ),
    ("a named schema that progenitor gives up on", "type: integer", "exclusiveMinimum: true"),
];

#[test]
fn every_broken_contract_ends_in_one_readable_error() {
    let mut told = String::new();
    for (name, from, to) in BROKEN {
        let broken = NOTES.replacen(from, to, 1);
        assert_ne!(broken, NOTES, "{name}: the replaced text is not in the fixture");
        let folder = repository(&broken);
        let output = folder.path().join(NOTES_CONTRACT.output);
        fs::write(&output, "as it was").unwrap();

        let error = run_one(folder.path(), &NOTES_CONTRACT, false).expect_err(name).to_string();

        assert_eq!(fs::read_to_string(&output).unwrap(), "as it was", "{name}");
        assert_eq!(error.lines().count(), 1, "{name}: {error}");
        writeln!(told, "{name}\n    {error}").unwrap();
    }
    insta::assert_snapshot!(told);
}

#[cfg(unix)]
#[test]
fn a_folder_or_a_pipe_in_the_contract_s_place_is_named() {
    for target in ["/", "/dev/null"] {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(target, folder.path().join(NOTES_CONTRACT.source)).unwrap();
        let error = run_one(folder.path(), &NOTES_CONTRACT, false).unwrap_err().to_string();
        assert_eq!(error, "notes.yaml: cannot read the contract: it is not a file");
    }
}

#[test]
fn a_contract_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = run_one(folder.path(), &NOTES_CONTRACT, false).unwrap_err();
    assert!(error.to_string().starts_with("notes.yaml: cannot read the contract: "), "{error}");
    assert!(!folder.path().join(NOTES_CONTRACT.output).exists());
}

#[test]
fn check_shows_the_difference_and_the_command_and_writes_nothing() {
    let folder = repository(NOTES);
    run_one(folder.path(), &NOTES_CONTRACT, false).unwrap();
    run_one(folder.path(), &NOTES_CONTRACT, true).unwrap();
    let output = folder.path().join(NOTES_CONTRACT.output);
    let edited = fs::read_to_string(&output).unwrap().replace("What it says.", "What it said.");
    fs::write(&output, &edited).unwrap();

    let error = run_one(folder.path(), &NOTES_CONTRACT, true).unwrap_err();

    insta::assert_snapshot!(error.to_string());
    assert_eq!(fs::read_to_string(&output).unwrap(), edited);
}

/// The pattern of both ids, by an engine without look-around: it refuses what a path cannot carry, and
/// nothing else.
#[test]
fn the_id_patterns_refuse_the_empty_string_and_dot_segments_alone() {
    let text = fs::read_to_string(root().join(MANAGEMENT.source)).unwrap();
    let contract: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
    for schema in ["ApplicationId", "UserId"] {
        let pattern = contract["components"]["schemas"][schema]["pattern"].as_str().unwrap();
        let pattern = regex::Regex::new(pattern).unwrap();
        for refused in ["", ".", ".."] {
            assert!(!pattern.is_match(refused), "{schema} {refused:?}");
        }
        for taken in [
            "a",
            "...",
            "..hidden",
            ".a",
            "a.",
            "a/b",
            "\n",
            ".\n",
            "..\n",
            "\n.",
            "\0",
            " ",
            "é",
            "日本語",
            "😀",
            "..😀",
            "a\nb",
        ] {
            let found = pattern.find(taken).map(|found| found.as_str());
            assert_eq!(found, Some(taken), "{schema}: it takes the whole of {taken:?}");
        }
    }
}

#[test]
fn check_misses_no_generated_file() {
    let folder = repository(NOTES);
    let error = run_one(folder.path(), &NOTES_CONTRACT, true).unwrap_err();
    assert!(error.to_string().ends_with("run: cargo xtask codegen"), "{error}");
    assert!(!folder.path().join(NOTES_CONTRACT.output).exists());
}

#[test]
fn an_operation_more_in_the_contract_is_noticed() {
    let folder = repository(NOTES);
    run_one(folder.path(), &NOTES_CONTRACT, false).unwrap();
    let grown = NOTES.replacen(
        "  /notes:\n",
        "  /count:\n    get:\n      operationId: count_notes\n      x-iampass-safe-to-repeat: true\n      responses:\n        \
         '200':\n          description: How many.\n          content:\n            application/json:\n              \
         schema:\n                $ref: '#/components/schemas/Note'\n  /notes:\n",
        1,
    );
    fs::write(folder.path().join(NOTES_CONTRACT.source), grown).unwrap();
    let error = run_one(folder.path(), &NOTES_CONTRACT, true).unwrap_err().to_string();
    assert!(error.contains("+    pub async fn count_notes"), "{error}");
    assert!(error.contains("+    &operations::COUNT_NOTES"), "{error}");
}
