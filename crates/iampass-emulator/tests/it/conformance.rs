//! The generated table of operations, and the answers that the contract has for each: some request brings every one
//! about.

use iampass_auth::Signer;
use iampass_management::generated::OPERATIONS;
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
        (400, _) if method == "POST" => backend.send(sent(path_for("app", ""), json!("alice"))),
        (400, _) => backend.send(sent(path_for("%ff", ""), json!([]))),
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
    let mut statuses = 0;
    for operation in OPERATIONS {
        let (path, method) = (operation.path, operation.method.as_str().to_ascii_lowercase());
        let documented = &contract["paths"][path][&method]["responses"];
        for (status, response) in documented.as_object().unwrap() {
            let status = status.parse().unwrap();
            let got = request(&backend, operation.id, &method, path, status);
            assert_eq!(got.status, status, "{}: {got:?}", operation.id);
            let record = backend.emulator.requests().pop().unwrap();
            assert_eq!((record.operation, record.status), (Some(operation.id), status));
            let content = resolved(&contract, response)["content"].as_object().unwrap();
            let kind = got.header("content-type").unwrap().split(';').next().unwrap();
            assert!(content.contains_key(kind), "{} {status}: {kind}", operation.id);
            if kind == "application/json" {
                has_the_required_members(&contract, &content[kind]["schema"], &got.json());
            }
            statuses += 1;
        }
    }
    assert_eq!(statuses, documented_answers(&contract), "the table has all of the contract's operations");
    assert!(statuses >= 21, "{statuses}");
}

/// All that the contract has, counted without the generated table.
fn documented_answers(contract: &Value) -> usize {
    let items = contract["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    operations.filter_map(|operation| Some(operation["responses"].as_object()?.len())).sum()
}

fn has_the_required_members(contract: &Value, schema: &Value, answer: &Value) {
    let schema = resolved(contract, schema);
    for required in schema["required"].as_array().into_iter().flatten() {
        assert!(answer.get(required.as_str().unwrap()).is_some(), "{answer}: {required}");
    }
    for (name, value) in answer.as_object().unwrap() {
        assert!(schema["properties"].get(name).is_some(), "{name} is not documented");
        assert!(!value.is_null(), "{name}");
    }
}

#[test]
fn every_documented_response_of_a_sign_in_is_given_in_the_documented_form() {
    let contract = include_str!("../../../../openapi/iampass-authentication.yaml");
    let contract: Value = serde_saphyr::from_str(contract).unwrap();
    let backend = Backend::with_users(&["alice", "bob"]);
    backend.register_phone("alice");
    let path = "/authentication/authenticate_user/{application_id}/{user_id}";
    let documented = contract["paths"][path]["post"]["responses"].as_object().unwrap();
    let mut statuses = Vec::new();
    for (status, response) in documented {
        let unsigned = Sent::new("POST", "/authentication/authenticate_user/app/alice");
        let got = match status.as_str() {
            "202" => backend.authenticate("alice"),
            "200" => backend.authenticate("bob"),
            "400" => backend.authenticate("alice?methods=none"),
            "401" => unsigned.send(backend.address()),
            "404" => backend.authenticate("nobody"),
            other => panic!("nobody knows how to bring {other} about"),
        };
        assert_eq!(got.status.to_string(), *status);
        let content = &resolved(&contract, response)["content"];
        let kind = got.header("content-type").unwrap().split(';').next().unwrap();
        assert!(content.get(kind).is_some(), "{status}: {kind}");
        if kind == "application/json" {
            has_the_required_members(&contract, &content[kind]["schema"], &got.json());
            let nested = json!({"$ref": "#/components/schemas/AuthenticationStatus"});
            has_the_required_members(&contract, &nested, &got.json()["authentication_status"]);
        }
        statuses.push(got.status);
    }
    assert!(statuses.contains(&202) && statuses.len() >= 5, "{statuses:?}");

    let session = backend.sign_in("alice");
    for given in contract["x-iampass-given-urls"].as_array().unwrap() {
        let (got, path, method) = match given["operationId"].as_str().unwrap() {
            "session_status" => (session.ask(), &session.status_path, "GET"),
            "end_session" => (session.end(), &session.end_path, "POST"),
            other => panic!("nobody knows how to call {other}"),
        };
        let unsigned = Sent::new(method, path.as_str()).send(backend.address());
        let given = [got, unsigned].map(|got| {
            let content = &resolved(&contract, &given["responses"][got.status.to_string()])["content"];
            let kind = got.header("content-type").unwrap().split(';').next().unwrap();
            assert!(content.get(kind).is_some(), "{got:?}");
            if kind == "application/json" {
                has_the_required_members(&contract, &content[kind]["schema"], &got.json());
            }
            got.status
        });
        assert_eq!(given, [200, 401]);
    }
}
