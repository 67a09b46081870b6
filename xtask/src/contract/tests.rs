//! The real contract, changed in ways that break clients and in ways that do not.

use std::path::Path;

use serde_json::{Value, json};

use super::{breaking, parse, run};
use crate::contracts::{AUTHENTICATION, CONTRACTS, MANAGEMENT};

const CONTRACT: &str = include_str!("../../../openapi/iampass-management.yaml");

/// The contract's version follows, whatever it is by now.
const VERSION: &str = "\n  version: ";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What breaks when each `from` in the contract becomes `to`.
fn changed(from: &str, to: &str) -> Vec<String> {
    let changed = CONTRACT.replace(from, to);
    assert!(changed != CONTRACT, "the replaced text is not in the contract: {from}");
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
    (
        "a tag renamed, which generators name modules and classes after",
        "tags: [users]",
        "tags: [accounts]",
        "operation add_users: tags was [\"users\"] and is [\"accounts\"]",
    ),
    (
        "a schema renamed, which generators name types after",
        "AddedUsers",
        "NewUsers",
        "schema AddedUsers is gone",
    ),
    (
        "a parameter written in another way",
        "- name: display_name\n",
        "- name: display_name\n          style: pipeDelimited\n",
        "query parameter display_name: style was form, exploded and is pipeDelimited",
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
fn a_call_whose_url_the_service_gives_is_kept_too() {
    let contract = std::fs::read_to_string(root().join(AUTHENTICATION.source)).unwrap();
    let path = Path::new("contract.yaml");
    for (from, to, told) in [
        ("url: status_url", "url: state_url", "session_status: request was GET {status_url}"),
        ("operationId: end_session", "operationId: log_out", "operation end_session: request is gone"),
        (
            "            schema:\n              $ref: '#/components/schemas/EndSessionResponse'",
            "            schema:\n              $ref: '#/components/schemas/SessionStatusResponse'",
            "operation end_session: answer 200 application/json .status: type is gone",
        ),
    ] {
        let changed = contract.replacen(from, to, 1);
        let broken = breaking(&parse(path, &contract).unwrap(), &parse(path, &changed).unwrap()).join("\n");
        assert!(broken.contains(told), "{from}: {broken:?}");
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
    let (_, number) = CONTRACT.split_once(VERSION).unwrap();
    let version = format!("{VERSION}{}", number.lines().next().unwrap());
    for (from, to) in [
        ("A registration link", "A link"),
        (&version, &format!("{version}1")),
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

/// What breaks from one version of a member to another, in what is sent and in what is received.
fn of_member(was: &Value, is: &Value) -> [String; 2] {
    let contract = parse(Path::new("contract.yaml"), CONTRACT).unwrap();
    ["UserList", "RegisteredDeviceResponse"].map(|schema| {
        let with = |member: &Value| {
            let mut contract = contract.clone();
            contract["components"]["schemas"][schema]["properties"]["mode"] = member.clone();
            contract
        };
        breaking(&with(was), &with(is)).join("\n")
    })
}

#[test]
fn what_is_sent_may_become_freer_and_what_is_received_narrower() {
    let text = json!({"type": "string"});
    let with = |name: &str, value: &Value| {
        let mut schema = text.clone();
        schema[name] = value.clone();
        schema
    };
    for (name, narrow, free) in [
        ("minLength", json!(3), json!(2)),
        ("maxLength", json!(3), json!(4)),
        ("minimum", json!(0.5), json!(-1)),
        ("maximum", json!(9), json!(10)),
        ("exclusiveMaximum", json!(true), json!(false)),
        ("uniqueItems", json!(true), json!(false)),
        ("additionalProperties", json!(false), json!(true)),
    ] {
        let (narrow, free) = (with(name, &narrow), with(name, &free));
        assert_eq!(of_member(&narrow, &free), ["", ""], "{name}");
        let [sent, received] = of_member(&free, &narrow);
        assert!(sent.contains(&format!(".mode: {name} was ")) && received.is_empty(), "{sent} {received}");
        assert!(of_member(&text, &narrow)[0].contains("is asked for"), "{name}");
    }
    let (one, two) = (with("enum", &json!(["a"])), with("enum", &json!(["a", "b"])));
    let [sent, received] = of_member(&one, &two);
    let told = r#".mode: values was ["a"] and is ["a","b"]"#;
    assert!(sent.is_empty() && received.contains(told), "{sent} {received}");
    let [sent, received] = of_member(&two, &one);
    let told = r#".mode: enum was ["a","b"] and is ["a"]"#;
    assert!(sent.contains(told) && received.is_empty(), "{sent} {received}");
    let [sent, received] = of_member(&one, &text);
    assert!(sent.is_empty() && received.contains(".mode: one of a list is gone"), "{sent} {received}");
}

#[test]
fn a_schema_within_itself_is_read_to_its_first_repetition() {
    let own = "        created:\n          description: Its own kind.\n          allOf:\n            - $ref: '#/components/schemas/AddedUsers'\n        also:\n";
    let within = CONTRACT.replace("        created:\n", own);
    let path = Path::new("contract.yaml");
    let within = parse(path, &within).unwrap();
    assert_eq!(breaking(&within, &within), [""; 0]);
    let broken = breaking(&parse(path, CONTRACT).unwrap(), &within).join("\n");
    assert!(broken.contains(".users .created: type was array and is object"), "{broken}");
}

#[test]
fn what_is_gone_is_told_once() {
    assert_eq!(
        changed("operationId: add_users", "operationId: create_users"),
        ["operation add_users: request is gone (was POST /management/add_users/{application_id})"]
    );
    let answer = "        '404':\n          $ref: '#/components/responses/ApplicationNotFound'\n";
    let (_, operation) = CONTRACT.split_once("operationId: delete_users\n").unwrap();
    assert_eq!(
        changed(operation, &operation.replacen(answer, "", 1)),
        ["operation delete_users: answer 404 is gone (was there)"]
    );
}

#[test]
fn each_part_of_an_all_of_counts() {
    let parts = "        allOf:\n          - {properties: {one: {type: string}}}\n          - {properties: {two: {type: string}}, required: [two]}\n";
    let with = |parts: &str| {
        let schema = format!(
            "        both:\n          type: object\n{}        device_registered:\n",
            parts.replace("        ", "          ")
        );
        parse(Path::new("contract.yaml"), &CONTRACT.replace("        device_registered:\n", &schema)).unwrap()
    };
    let broken = breaking(&with(parts), &with(&parts.replace("one", "three").replace("required: [two]", "")));
    let broken = broken.join("\n");
    assert!(
        broken.contains(".both .one: type is gone") && broken.contains(".both .two: required is gone"),
        "{broken}"
    );
}

#[test]
fn a_header_of_an_answer_is_a_promise() {
    let with = |name: &str| {
        let headers =
            format!("    Unauthorized:\n      headers:\n        {name}: {{schema: {{type: string}}}}\n");
        parse(Path::new("contract.yaml"), &CONTRACT.replace("    Unauthorized:\n", &headers)).unwrap()
    };
    let broken = breaking(&with("Date"), &with("Day")).join("\n");
    assert!(broken.contains("answer 401 header Date: type is gone"), "{broken}");
}

#[test]
fn a_higher_first_number_of_the_version_lets_all_through() {
    let two = CONTRACT.replace(VERSION, &format!("{VERSION}9")).replace("name: display_name", "name: name");
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

#[test]
fn what_was_never_released_breaks_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let contract = |text: &str| {
        for contract in CONTRACTS {
            let path = folder.path().join(contract.source);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        run(folder.path()).map_err(|error| error.to_string())
    };
    contract(CONTRACT).unwrap();
    assert!(contract("openapi: [").unwrap_err().starts_with(MANAGEMENT.source));
}
