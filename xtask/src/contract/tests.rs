//! The real contract, changed in ways that break clients and in ways that do not.

use std::path::Path;

use super::{breaking, parse, run};
use crate::contracts::MANAGEMENT;

const CONTRACT: &str = include_str!("../../../openapi/iampass-management.yaml");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What breaks when each `from` in the contract becomes `to`.
fn changed(from: &str, to: &str) -> Vec<String> {
    let changed = CONTRACT.replace(from, to);
    assert_ne!(changed, CONTRACT, "the replaced text is not in the contract: {from}");
    let path = Path::new("contract.yaml");
    breaking(&parse(path, CONTRACT).unwrap(), &parse(path, &changed).unwrap())
}

#[test]
fn the_contract_breaks_no_client_of_its_last_release() {
    run(root()).unwrap();
    let released = root().join(super::RELEASED).join("iampass-management.yaml");
    assert!(released.exists() && MANAGEMENT.source.ends_with("iampass-management.yaml"));
}

/// What is done, what is replaced, by what, and a part of what is told.
const BREAKING: &[(&str, &str, &str, &str)] = &[
    (
        "an operation renamed",
        "operationId: add_users",
        "operationId: create_users",
        "operation add_users: request is gone",
    ),
    ("a path changed", "/management/add_users/", "/v2/add_users/", "operation add_users: request was POST"),
    (
        "a header renamed",
        "name: Authentication\n",
        "name: Authorization\n",
        "security scheme Authentication: name was Authentication and is Authorization",
    ),
    ("a parameter renamed", "name: display_name", "name: name", "query parameter display_name: type is gone"),
    (
        "a parameter required",
        "in: query\n          required: false",
        "in: query\n          required: true",
        "query parameter display_name: required is asked for",
    ),
    (
        "a parameter of another type",
        "          schema:\n            type: string\n          example: user1@",
        "          schema:\n            type: integer\n          example: user1@",
        "query parameter display_name: type was string and is integer",
    ),
    (
        "a member renamed in an answer",
        "        device_registered:\n",
        "        registered:\n",
        ".device_registered: type is gone",
    ),
    (
        "a member of another type in an answer",
        "whatever the HTTP status.\n          type: boolean",
        "whatever the HTTP status.\n          type: string",
        ".status: type was boolean and is string",
    ),
    ("a member no longer sure in an answer", "      required: [status]\n", "", ".status: required is gone"),
    (
        "a member that may be null in an answer",
        "only there after a success.\n          type: boolean",
        "only there after a success.\n          type: boolean\n          nullable: true",
        ".device_registered: nullable is asked for",
    ),
    (
        "a tighter rule for what is sent",
        "      minLength: 1\n",
        "      minLength: 3\n",
        "minLength was 1 and is 3",
    ),
    (
        "a new rule for what is sent",
        "          type: array\n          items:",
        "          type: array\n          maxItems: 9\n          items:",
        "maxItems is asked for",
    ),
    (
        "an answer gone",
        "        '404':\n          $ref: '#/components/responses/ApplicationNotFound'\n",
        "",
        "operation add_users: answer 404 is gone",
    ),
    (
        "an answer of another media type",
        "text/plain:",
        "application/json:",
        "answer 401 text/plain: type is gone",
    ),
    (
        "a call no longer safe to repeat",
        "x-iampass-safe-to-repeat: true",
        "x-iampass-safe-to-repeat: false",
        "safe to repeat was true",
    ),
    (
        "a server gone",
        "  - url: https://iam-api.com\n",
        "  - url: https://other.example\n",
        "server https://iam-api.com is gone",
    ),
    ("no signature asked for", "    AuthenticationVersion: []\n", "", "security was"),
];

#[test]
fn what_breaks_clients_is_told() {
    for (name, from, to, told) in BREAKING {
        let broken = changed(from, to).join("\n");
        assert!(broken.contains(told), "{name}: {broken:?}");
    }
}

#[test]
fn a_member_that_requests_must_have_is_told() {
    let with_member = "      properties:\n        mode:\n          type: string\n        users:\n          description: The users' ids.";
    let from =
        "      required: [users]\n      properties:\n        users:\n          description: The users' ids.";
    let broken = changed(from, &format!("      required: [users, mode]\n{with_member}")).join("\n");
    assert!(broken.contains(".mode: required is asked for"), "{broken}");
    assert_eq!(changed(from, &format!("      required: [users]\n{with_member}")), [""; 0]);
}

#[test]
fn what_only_adds_or_explains_is_let_through() {
    for (from, to) in [
        ("A registration link", "A link"),
        ("version: 1.0.0", "version: 1.1.0"),
        (
            "        device_registered:\n",
            "        since:\n          type: string\n        device_registered:\n",
        ),
        ("      minLength: 1\n", ""),
        ("      required: [users]\n", ""),
        ("        '401':\n", "        '429':\n          description: Too many.\n        '401':\n"),
    ] {
        assert_eq!(changed(from, to), [""; 0], "{from}");
    }
    let paths = "paths:\n  /more/{id}:\n    get:\n      operationId: more\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string, minLength: 1}}\n      responses: {}\n";
    assert_eq!(changed("paths:\n", paths), [""; 0]);
}

#[test]
fn a_higher_first_number_of_the_version_lets_all_through() {
    let two =
        CONTRACT.replace("version: 1.0.0", "version: 2.0.0").replace("name: display_name", "name: name");
    let path = Path::new("contract.yaml");
    assert_eq!(breaking(&parse(path, CONTRACT).unwrap(), &parse(path, &two).unwrap()), [""; 0]);
}

#[test]
fn the_message_names_both_files_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(MANAGEMENT.source, &CONTRACT.replace("name: display_name", "name: name"));
    write("openapi/released/iampass-management.yaml", CONTRACT);
    insta::assert_snapshot!(run(folder.path()).unwrap_err());
}
