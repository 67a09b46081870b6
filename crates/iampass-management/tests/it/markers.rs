//! Nothing secret and nothing personal is shown, whatever happens to a call; and what is shown instead.

use iampass_fixture_service::reply::Reply;
use iampass_fixture_service::{Capture, look_through, table, virtual_time};
use iampass_management::generated::OPERATIONS;

use crate::faults::bodies;
use crate::faults::policy::{builder, built};
use crate::support::{APPLICATION_ID, DISPLAY_NAME, Management, SECRET, Server, USER, call_naming, user};

#[test]
fn in_connections_that_break() {
    look_through::<Management>(table::connections);
}

#[test]
fn in_responses_that_are_not_http() {
    look_through::<Management>(table::framing);
}

#[test]
fn in_responses_that_are_not_the_contract_s() {
    look_through::<Management>(table::bodies);
    look_through::<Management>(bodies);
}

#[test]
fn in_error_statuses() {
    look_through::<Management>(table::statuses);
}

#[test]
fn in_refused_signatures_and_connections_that_are_used_again() {
    look_through::<Management>(table::clock);
    look_through::<Management>(table::keep_alive);
}

/// What is captured is what is there: without this, the tests above could find nothing in nothing.
#[test]
fn a_marker_would_be_found() {
    let capture = Capture::begin();
    tracing::trace!(user = USER, "one");
    tracing::info_span!("two", user = tracing::field::Empty).record("user", DISPLAY_NAME);
    log::trace!("three: {SECRET}");
    let _ = std::panic::catch_unwind(|| panic!("four: {USER}"));
    let text = capture.take();
    assert!(text.contains("PANIC"), "{text}");
    for marker in ["user=\"marker-user\"", DISPLAY_NAME, SECRET, "four: marker-user"] {
        assert!(text.contains(marker), "{text}");
    }
    assert_eq!(capture.take(), "");
}

#[test]
fn a_call_of_two_attempts_as_its_spans_tell_it() {
    let capture = Capture::begin();
    virtual_time::run(async {
        let script = vec![Reply::status("503 Service Unavailable", "retry-after: 7\r\n"), Reply::success()];
        let server = Server::start(script).await;
        let client = built(builder(&server));
        let name = "device_registration_link";
        call_naming(&client, name, &user(USER), DISPLAY_NAME).await.unwrap();
    });
    assert_spans(&capture, "two_attempts");
}

#[test]
fn a_call_that_fails_as_its_spans_tell_it() {
    let capture = Capture::begin();
    virtual_time::run(async {
        let server = Server::start(vec![Reply::unauthorized(3600), Reply::status("404 Not Found", "")]).await;
        let client = built(builder(&server));
        call_naming(&client, "delete_users", &user(USER), DISPLAY_NAME).await.unwrap_err();
    });
    assert_spans(&capture, "corrected_clock");
}

/// What programs filter by and take apart: a row of the README's table for each span and event, with these fields.
#[test]
fn the_readme_has_level_target_and_fields_of_each_span_and_event() {
    let capture = Capture::begin();
    virtual_time::run(async {
        let retried = vec![Reply::status("503 Service Unavailable", ""), Reply::success()];
        let undone = vec![Reply::unauthorized(3600), Reply::unauthorized(3600)];
        for script in [retried, undone] {
            let server = Server::start(script).await;
            let client = built(builder(&server));
            let _ = call_naming(&client, "delete_users", &user(USER), DISPLAY_NAME).await;
        }
    });
    let readme = include_str!("../../README.md");
    let cells = |row: &'static str| row.split('|').map(str::trim).collect::<Vec<_>>();
    let rows: Vec<_> = readme.lines().map(cells).filter(|row| row.len() == 6).collect();
    let declared = capture.declared();
    assert!(declared.iter().any(|metadata| metadata.target().ends_with("clock")), "{declared:?}");
    for metadata in declared {
        let code = |text: &str| format!("`{text}`");
        let named = |row: &&Vec<&str>| metadata.is_event() || row[1].contains(&code(metadata.name()));
        let (level, target) = (code(&metadata.level().to_string()), code(metadata.target()));
        let row = rows.iter().filter(named).find(|row| row[2] == level && row[3] == target);
        let row = row.unwrap_or_else(|| panic!("no row of the README is about {metadata:?}"));
        let mut told: Vec<_> = row[4].split(", ").map(str::to_owned).collect();
        let fields = metadata.fields().iter().map(|field| field.name());
        let mut fields: Vec<_> = fields.filter(|name| *name != "message").map(code).collect();
        told.sort();
        fields.sort();
        assert_eq!(told, fields, "{}", metadata.name());
    }
}

/// Each call has a span, in it each attempt, and in between stands the wait.
fn assert_spans(capture: &Capture, name: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"(server.port=)\d+", "$1[port]");
    settings.bind(|| insta::assert_snapshot!(name, capture.take_own()));
}

/// What a program prints of a client.
#[test]
fn in_a_client_and_its_builder() {
    virtual_time::run(async {
        let server = Server::start(vec![Reply::success()]).await;
        let shown_before = format!("{:?}", builder(&server));
        let client = built(builder(&server));
        for operation in &OPERATIONS {
            call_naming(&client, operation.id, &user(USER), DISPLAY_NAME).await.unwrap();
        }
        let shown = format!("{shown_before}{client:?}{client:#?}");
        assert!(!shown.to_lowercase().contains("marker"), "{shown}");
        assert!(shown.contains(APPLICATION_ID), "{shown}");
    });
}
