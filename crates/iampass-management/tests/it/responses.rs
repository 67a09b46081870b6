//! Every operation × every kind of response → the right value or the right error.

use httpmock::MockServer;
use iampass_management::generated::OPERATIONS;
use iampass_management::{CallPolicy, DecodeError, Error, ErrorKind};

use crate::support::{ClosedPort, Outcome, RawServer, call, client, success, user};
use iampass_fixture_service::Capture;

/// Makes one call against a server that gives one response, whatever it is asked.
pub(crate) async fn response_with(operation: &str, status: u16, content_type: &str, body: &str) -> Outcome {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.any_request();
            then.status(status).header("content-type", content_type).body(body);
        })
        .await;
    let outcome = call(&client(&server.base_url()), operation).await;
    assert_eq!(mock.calls_async().await, 1, "{operation}: one call, one request");
    outcome
}

async fn error_of(operation: &str, status: u16, content_type: &str, body: &str) -> Error {
    response_with(operation, status, content_type, body).await.expect_err(operation)
}

#[tokio::test]
async fn a_refusal_is_never_a_success() {
    for operation in &OPERATIONS {
        // Even with everything that a success has.
        let (full, _) = success(operation.id);
        let full = full.replacen("true", r#"false,"reason":"not today""#, 1);
        for (body, reason) in [
            (&*full, Some("not today")),
            (r#"{"status":false,"reason":null}"#, None),
            (r#"{"status":false}"#, None),
        ] {
            let error = error_of(operation.id, 200, "application/json", body).await;
            assert!(error.is_refused(), "{}: {error}", operation.id);
            assert_eq!(error.server_message(), reason, "{}", operation.id);
            assert_eq!(error.operation().unwrap().id, operation.id);
            assert!(!error.is_not_found() && !error.is_unauthorized() && !error.is_timeout());
        }
    }
    let error = error_of("add_users", 201, "application/json", r#"{"status":false,"reason":"no"}"#).await;
    assert!(error.is_refused(), "{error}");
}

#[tokio::test]
async fn not_found_keeps_the_text_whatever_its_type() {
    let text = "Client Application 0123 not found";
    for operation in &OPERATIONS {
        for (content_type, body) in [
            ("text/plain", text.to_owned()),
            ("text/html; charset=utf-8", format!("<html><body><h1>{text}</h1></body></html>")),
            ("application/json", format!(r#"{{"detail":"{text}"}}"#)),
            ("", String::new()),
        ] {
            let error = error_of(operation.id, 404, content_type, &body).await;
            assert!(error.is_not_found(), "{}: {error}", operation.id);
            assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
            assert_eq!(error.server_message(), Some(body.as_str()), "{}", operation.id);
        }
    }
}

#[tokio::test]
async fn each_status_has_its_error() {
    for operation in &OPERATIONS {
        let error = error_of(operation.id, 401, "text/plain", "bad signature").await;
        assert!(error.is_unauthorized(), "{}: {error}", operation.id);
        assert_eq!(error.server_message(), Some("bad signature"));
        let error = error_of(operation.id, 400, "text/plain", "what?").await;
        assert!(matches!(error.kind(), ErrorKind::BadRequest(_)), "{}: {error}", operation.id);
        for status in [204, 206, 403, 409, 418, 429, 500, 502, 503, 504] {
            let error = error_of(operation.id, status, "text/html", "<h1>oops</h1>").await;
            assert!(matches!(error.kind(), ErrorKind::UnexpectedStatus { .. }), "{}: {error}", operation.id);
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(error.is_rate_limited(), status == 429);
            let text = if status == 204 { "" } else { "<h1>oops</h1>" };
            assert_eq!(error.server_message(), Some(text), "{} {status}", operation.id);
        }
    }
}

#[tokio::test]
async fn a_response_that_cannot_be_read_is_an_error_of_its_own() {
    for operation in &OPERATIONS {
        for (body, problem) in [
            ("", DecodeError::Empty),
            (" \n", DecodeError::Empty),
            ("<html>Sign in to the Wi-Fi</html>", DecodeError::NotJson { line: 1, column: 1 }),
            ("{'status': True}", DecodeError::NotJson { line: 1, column: 2 }),
            (r#"{"status":tr"#, DecodeError::CutOff { line: 1, column: 12 }),
            (r#"{"status":true"#, DecodeError::CutOff { line: 1, column: 14 }),
            (r#"{"status":"yes"}"#, DecodeError::Shape { line: 1, column: 15 }),
            (r#"{"reason":"no status"}"#, DecodeError::Shape { line: 1, column: 22 }),
            ("[]", DecodeError::Shape { line: 1, column: 0 }),
            // serde would take the members in the order of their declaration.
            ("[null,true]", DecodeError::Shape { line: 1, column: 0 }),
            ("[true,null,true]", DecodeError::Shape { line: 1, column: 0 }),
        ] {
            let error = error_of(operation.id, 200, "application/json", body).await;
            assert_eq!(error.operation().unwrap().id, operation.id);
            match error.kind() {
                ErrorKind::Decode(found) => assert_eq!(*found, problem, "{body}"),
                other => panic!("{}: {body}: {other}", operation.id),
            }
        }
    }
}

#[tokio::test]
async fn a_compressed_body_is_told_with_its_encoding() {
    // gzip's own first bytes, and what other encodings could begin with.
    let bytes = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\x56\x2a\x2e\x49\x2c\x29\x2d\x56\xb2\x2a";
    for (header, encoding) in [
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br", "br"),
        ("deflate", "deflate"),
        ("zstd", "zstd"),
        ("compress", "compress"),
        ("identity, gzip", "gzip"),
        ("br, gzip", "gzip"),
        ("marker-coding", "an unknown encoding"),
    ] {
        for operation in &OPERATIONS {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: {header}\r\ncontent-length: {}\r\n\r\n",
                bytes.len()
            );
            let server = RawServer::responding([head.as_bytes(), bytes].concat());
            let error = call(&client(&server.base_url()), operation.id).await.unwrap_err();
            let ErrorKind::Decode(problem) = error.kind() else { panic!("{header}: {error:?}") };
            assert_eq!(*problem, DecodeError::Compressed { encoding }, "{header}");
            assert!(error.to_string().contains(encoding) && !error.is_retryable(), "{error}");
            assert_eq!((error.attempts(), server.requests().len()), (1, 1), "{header}");
        }
    }
}

#[tokio::test]
async fn members_that_are_missing_or_null() {
    for (operation, body, expected) in [
        // A success without lists has nothing to tell, and is a success.
        ("add_users", r#"{"status":true}"#, Ok("created ; existing ")),
        ("add_users", r#"{"status":true,"users":null}"#, Ok("created ; existing ")),
        ("add_users", r#"{"status":true,"users":{}}"#, Ok("created ; existing ")),
        (
            "add_users",
            r#"{"status":true,"users":{"created":null,"existing":["a"]}}"#,
            Ok("created ; existing a"),
        ),
        (
            "add_users",
            r#"{"status":true,"users":[["a"],["b"]]}"#,
            Err(DecodeError::Shape { line: 1, column: 23 }),
        ),
        // Ids of the service are taken as they come.
        (
            "add_users",
            r#"{"status":true,"users":{"created":["..",""],"existing":null}}"#,
            Ok("created ..,; existing "),
        ),
        ("delete_users", r#"{"status":true,"reason":null,"more":[1]}"#, Ok("deleted")),
        ("device_registration_link", r#"{"status":true}"#, Err(DecodeError::Missing("register_url"))),
        (
            "device_registration_link",
            r#"{"status":true,"register_url":null}"#,
            Err(DecodeError::Missing("register_url")),
        ),
        (
            "device_registration_link",
            r#"{"status":true,"register_url":"soon"}"#,
            Err(DecodeError::NotAUrl("register_url")),
        ),
        (
            "lost_user_mobile_device",
            r#"{"status":true,"register_url":null}"#,
            Err(DecodeError::Missing("register_url")),
        ),
        (
            "lost_user_mobile_device",
            r#"{"status":true,"register_url":"JavaScript:alert(1)"}"#,
            Err(DecodeError::NotAUrl("register_url")),
        ),
        (
            "lost_user_mobile_device",
            r#"{"status":true,"register_url":"iampass://register/1?a=b"}"#,
            Ok("iampass://register/1?a=b"),
        ),
        ("lost_user_mobile_device", r#"{"status":true}"#, Err(DecodeError::Missing("register_url"))),
        (
            "lost_user_mobile_device",
            r#"{"status":true,"register_url":""}"#,
            Err(DecodeError::NotAUrl("register_url")),
        ),
        ("has_registered_mobile_device", r#"{"status":true,"device_registered":false,"x":{}}"#, Ok("false")),
        (
            "has_registered_mobile_device",
            r#"{"status":true}"#,
            Err(DecodeError::Missing("device_registered")),
        ),
        (
            "has_registered_mobile_device",
            r#"{"status":true,"device_registered":null}"#,
            Err(DecodeError::Missing("device_registered")),
        ),
    ] {
        match (response_with(operation, 200, "application/json", body).await, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{operation} {body}"),
            (Err(error), Err(expected)) => match error.kind() {
                ErrorKind::Decode(problem) => assert_eq!(*problem, expected, "{operation} {body}"),
                found => panic!("{operation} {body}: {found:?}"),
            },
            (found, _) => panic!("{operation} {body}: {found:?}"),
        }
    }
}

#[tokio::test]
async fn a_response_cut_off_on_the_wire_is_a_broken_connection() {
    for operation in &OPERATIONS {
        let server = RawServer::responding(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"status\":true",
        );
        let error = call(&client(&server.base_url()), operation.id).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Transport(_)), "{}: {error}", operation.id);
    }
}

#[tokio::test]
async fn an_attempt_that_ends_too_early_with_its_connection_is_told_as_broken() {
    let server = RawServer::responding("HTTP/1.1 200 OK\r\n\r\n{\"status\":true");
    let capture = Capture::begin();
    let error = call(&client(&server.base_url()), "delete_users").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Decode(DecodeError::CutOff { .. })), "{error}");
    let logged = capture.take_own();
    assert!(logged.contains("iampass.attempt: error.type=\"transport\""), "{logged}");
}

/// An error's text that is cut off does not turn the error into another.
#[tokio::test]
async fn an_error_text_cut_off_on_the_wire_is_kept_as_far_as_it_came() {
    let server = RawServer::responding(
        "HTTP/1.1 404 Not Found\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\nClient Appl",
    );
    let error = call(&client(&server.base_url()), "delete_users").await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.server_message(), Some("Client Appl"));
}

#[tokio::test]
async fn the_service_s_text_is_bounded() {
    let body = "ä".repeat(100_000);
    let error = error_of("delete_users", 404, "text/plain", &body).await;
    assert_eq!(error.server_message().map(str::len), Some(64 * 1024));
    let reason = format!(r#"{{"status":false,"reason":"x{body}"}}"#);
    let error = error_of("delete_users", 200, "application/json", &reason).await;
    // One byte less: a character is not cut in two.
    assert_eq!(error.server_message().map(str::len), Some(64 * 1024 - 1));
}

#[tokio::test]
async fn nobody_listening_is_a_connect_error() {
    let closed = ClosedPort::take();
    for operation in &OPERATIONS {
        let error = call(&client(&closed.base_url()), operation.id).await.unwrap_err();
        assert!(error.is_connect(), "{}: {error}", operation.id);
        assert_eq!(error.operation().unwrap().id, operation.id);
    }
}

/// What is set for a client's calls is set for those of its generated client as well.
#[tokio::test]
async fn the_generated_client_keeps_to_the_policy() {
    let server = RawServer::json("200 OK", r#"{"status":true,"device_registered":true}"#);
    let client = client(&server.base_url());
    for (limit, is_read) in [(100, true), (10, false)] {
        let limited = client.with_policy(CallPolicy::one_attempt().with_response_limit(limit));
        let generated = limited.generated();
        let response = generated.has_registered_mobile_device(limited.application_id(), &user("user1")).await;
        assert_eq!(response.is_ok(), is_read, "{response:?}");
    }
}
