//! The real contract, changed in ways that break clients and in ways that do not.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{breaking, run};
use crate::contracts::{AUTHENTICATION, CONTRACTS, MANAGEMENT};
use crate::yaml;

const CONTRACT: &str = include_str!("../../../openapi/iampass-management.yaml");

/// The contract's version follows, whatever it is by now.
const VERSION: &str = "\n  version: ";

fn parse(text: &str) -> Value {
    yaml::parse(text).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What breaks when each `from` in the contract becomes `to`.
fn changed(from: &str, to: &str) -> Vec<String> {
    let changed = CONTRACT.replace(from, to);
    assert!(changed != CONTRACT, "the replaced text is not in the contract: {from}");
    breaking(&parse(CONTRACT), &parse(&changed))
}

#[test]
fn the_contract_breaks_no_client_of_its_last_release() {
    run(root()).unwrap();
    let released = root().join(super::RELEASED).join("iampass-management.yaml");
    assert!(released.exists() && MANAGEMENT.source.ends_with("iampass-management.yaml"));
}

/// What is done, what is replaced by what, and a part of the message.
#[derive(Deserialize)]
struct Row {
    name: String,
    from: String,
    to: String,
    message: String,
}

#[test]
fn what_breaks_clients_is_reported() {
    for Row { name, from, to, message } in yaml::parse::<Vec<Row>>(include_str!("breaking.yaml")).unwrap() {
        let broken = changed(&from, &to).join("\n");
        assert!(broken.contains(&message), "{name}: {broken:?}");
    }
}

#[test]
fn a_call_whose_url_the_service_gives_is_kept_too() {
    let contract = std::fs::read_to_string(root().join(AUTHENTICATION.source)).unwrap();
    for (from, to, message) in [
        ("url: status_url", "url: state_url", "session_status: request was GET {status_url}"),
        ("operationId: end_session", "operationId: log_out", "operation end_session: request is gone"),
        (
            "            schema:\n              $ref: '#/components/schemas/EndSessionResponse'",
            "            schema:\n              $ref: '#/components/schemas/SessionStatusResponse'",
            "operation end_session: response 200 application/json .status: type is gone",
        ),
    ] {
        let changed = contract.replacen(from, to, 1);
        let broken = breaking(&parse(&contract), &parse(&changed)).join("\n");
        assert!(broken.contains(message), "{from}: {broken:?}");
    }
}

#[test]
fn a_member_that_requests_must_have_is_reported() {
    let with_member = "      properties:\n        mode:\n          type: string\n        users:\n          description: The users' ids.";
    let from =
        "      required: [users]\n      properties:\n        users:\n          description: The users' ids.";
    let broken = changed(from, &format!("      required: [users, mode]\n{with_member}")).join("\n");
    assert!(broken.contains(".mode: required is new"), "{broken}");
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
    let contract = parse(CONTRACT);
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
        assert!(of_member(&text, &narrow)[0].contains("is new"), "{name}");
    }
    let (one, two) = (with("enum", &json!(["a"])), with("enum", &json!(["a", "b"])));
    let [sent, received] = of_member(&one, &two);
    let message = r#".mode: values was ["a"] and is ["a","b"]"#;
    assert!(sent.is_empty() && received.contains(message), "{sent} {received}");
    let [sent, received] = of_member(&two, &one);
    let message = r#".mode: enum was ["a","b"] and is ["a"]"#;
    assert!(sent.contains(message) && received.is_empty(), "{sent} {received}");
    let [sent, received] = of_member(&one, &text);
    assert!(sent.is_empty() && received.contains(".mode: one of a list is gone"), "{sent} {received}");
}

#[test]
fn a_schema_within_itself_is_read_to_its_first_repetition() {
    let own = "        created:\n          description: Its own kind.\n          allOf:\n            - $ref: '#/components/schemas/AddedUsers'\n        also:\n";
    let within = CONTRACT.replace("        created:\n", own);
    let within = parse(&within);
    assert_eq!(breaking(&within, &within), [""; 0]);
    let broken = breaking(&parse(CONTRACT), &within).join("\n");
    assert!(broken.contains(".users .created: type was array and is object"), "{broken}");
}

#[test]
fn what_is_gone_is_reported_once() {
    assert_eq!(
        changed("operationId: add_users", "operationId: create_users"),
        ["operation add_users: request is gone (was POST /management/add_users/{application_id})"]
    );
    let response = "        '404':\n          $ref: '#/components/responses/ApplicationNotFound'\n";
    let (_, operation) = CONTRACT.split_once("operationId: delete_users\n").unwrap();
    assert_eq!(
        changed(operation, &operation.replacen(response, "", 1)),
        ["operation delete_users: response 404 is gone (was there)"]
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
        parse(&CONTRACT.replace("        device_registered:\n", &schema))
    };
    let broken = breaking(&with(parts), &with(&parts.replace("one", "three").replace("required: [two]", "")));
    let broken = broken.join("\n");
    assert!(
        broken.contains(".both .one: type is gone") && broken.contains(".both .two: required is gone"),
        "{broken}"
    );
}

#[test]
fn a_header_of_a_response_is_a_promise() {
    let with = |name: &str| {
        let headers =
            format!("    Unauthorized:\n      headers:\n        {name}: {{schema: {{type: string}}}}\n");
        parse(&CONTRACT.replace("    Unauthorized:\n", &headers))
    };
    let broken = breaking(&with("Date"), &with("Day")).join("\n");
    assert!(broken.contains("response 401 header Date: type is gone"), "{broken}");
}

#[test]
fn a_higher_first_number_of_the_version_lets_all_through() {
    let two = CONTRACT.replace(VERSION, &format!("{VERSION}9")).replace("name: display_name", "name: name");
    assert_eq!(breaking(&parse(CONTRACT), &parse(&two)), [""; 0]);
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
        run(folder.path()).map_err(|error| format!("{error:#}"))
    };
    contract(CONTRACT).unwrap();
    assert!(contract("openapi: [").unwrap_err().starts_with(MANAGEMENT.source));
}
