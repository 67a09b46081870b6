//! The contract's own list of operations and answers, each of which some request brings about.

use iampass_auth::Signer;
use serde_json::{Value, json};

use crate::support::{Backend, Got, Sent, credentials};

/// A request that is to be answered with this status.
fn request(backend: &Backend, operation_id: &str, method: &str, path: &str, status: u16) -> Got {
    let method = if method == "post" { "POST" } else { "GET" };
    let has_user = path.contains("{user_id}");
    let path_for = |application: &str, user: &str| {
        path.replace("{application_id}", application).replace("{user_id}", user)
    };
    let sent = |path: String, users: Value| {
        let sent = Sent::new(method, path);
        if method == "POST" { sent.json(&json!({ "users": users })) } else { sent }
    };
    match (status, operation_id) {
        (201, _) | (200, "delete_users") => backend.send(sent(path_for("app", "alice"), json!(["alice"]))),
        (200, "add_users") => backend.send(sent(path_for("app", ""), json!([".."]))),
        (200, _) => {
            backend.post("add_users", &json!({"users": ["alice"]}));
            backend.send(sent(path_for("app", "alice"), json!([])))
        }
        (400, _) if has_user => backend.send(sent(path_for("app", "%ff"), json!([]))),
        (400, _) => backend.send(sent(path_for("app", ""), json!("alice"))),
        (401, _) => sent(path_for("app", "alice"), json!([])).send(backend.address()),
        (404, _) if has_user => backend.send(sent(path_for("app", "nobody"), json!([]))),
        (404, _) => {
            let stranger = Signer::new(credentials("stranger", "S"));
            let host = backend.address().to_string();
            sent(path_for("stranger", ""), json!([])).signed(&stranger, &host).send(backend.address())
        }
        other => panic!("nobody knows how to bring {other:?} about"),
    }
}

fn members<'a>(contract: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    contract.pointer(pointer).and_then(Value::as_object).unwrap().iter().map(|(key, value)| (&**key, value))
}

/// Follows a reference to elsewhere in the contract.
fn resolved<'a>(contract: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => contract.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
        None => value,
    }
}

#[test]
fn every_documented_answer_is_given_in_the_documented_form() {
    let backend = Backend::start();
    let contract = Sent::new("GET", "/openapi.json").send(backend.address()).json();
    let mut seen = 0;
    for (path, item) in members(&contract, "/paths") {
        for (method, operation) in item.as_object().unwrap() {
            let Some(operation_id) = operation["operationId"].as_str() else { continue };
            for (status, response) in operation["responses"].as_object().unwrap() {
                let status = status.parse().unwrap();
                let got = request(&backend, operation_id, method, path, status);
                assert_eq!(got.status, status, "{operation_id}: {got:?}");
                let record = backend.emulator.requests().pop().unwrap();
                assert_eq!((record.operation, record.status), (Some(operation_id), status));
                let content = resolved(&contract, response)["content"].as_object().unwrap();
                let kind = got.header("content-type").unwrap().split(';').next().unwrap();
                assert!(content.contains_key(kind), "{operation_id} {status}: {kind}");
                if kind == "application/json" {
                    has_the_required_members(&contract, &content[kind]["schema"], &got.json());
                }
                seen += 1;
            }
        }
    }
    assert!(seen >= 21, "{seen}");
}

fn has_the_required_members(contract: &Value, schema: &Value, answer: &Value) {
    let schema = resolved(contract, schema);
    for required in schema["required"].as_array().unwrap() {
        assert!(answer.get(required.as_str().unwrap()).is_some(), "{answer}: {required}");
    }
    for (name, value) in answer.as_object().unwrap() {
        assert!(schema["properties"].get(name).is_some(), "{name} is not documented");
        assert!(!value.is_null(), "{name}");
    }
}
