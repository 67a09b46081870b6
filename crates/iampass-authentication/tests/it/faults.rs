//! Every fault of the table, met by every call of the contract, those of the two given URLs included.

use iampass_authentication::DecodeError::{Missing, NotJson, Shape, TooLarge};
use iampass_fixture_service::reply::{Reply, http};
use iampass_fixture_service::row::Row;
use iampass_fixture_service::row::Sees::{Refused, Status, Unreadable};
use iampass_fixture_service::table::{self, body};
use iampass_fixture_service::{Api, play};

use crate::support::Authentication;

/// What this API adds to the table. `success` is the body of the success of the operation that meets them.
pub(crate) fn bodies(success: &'static str) -> Vec<Row> {
    let shape = Unreadable(Shape { line: 0, column: 0 });
    let missing = Unreadable(Missing(""));
    let longer_than_the_limit = " ".repeat(1024 * 1024 + 1 - success.len());
    vec![
        body("an object that says nothing", "{}", shape).except("session_status", missing),
        body("a refusal", r#"{"status":false,"reason":"marker-user is not welcome"}"#, shape)
            .except("session_status", missing)
            .except("end_session", Refused),
        body("invalid UTF-8 in a string", b"{\"session_status\":\"\xff\"}".as_slice(), shape)
            .except("session_status", Unreadable(NotJson { line: 0, column: 0 })),
        body(
            "a body longer than the limit by one byte",
            [success, &longer_than_the_limit].concat(),
            Unreadable(TooLarge { limit: 0 }),
        ),
        Row::new("201, which the contract does not have", move || {
            [Reply::raw(http("201 Created", "", success))]
        })
        .all(Status(201), 1, 0..=0),
    ]
}

#[test]
fn connections_that_do_not_come_about_break_or_bring_too_little() {
    play::<Authentication>(table::connections);
}

#[test]
fn responses_that_are_not_http_or_not_as_long_as_they_say() {
    play::<Authentication>(table::framing);
}

#[test]
fn successes_that_are_not_what_the_contract_describes() {
    play::<Authentication>(table::bodies);
    play::<Authentication>(bodies);
}

#[test]
fn error_statuses_and_what_they_ask_for() {
    play::<Authentication>(table::statuses);
}

#[test]
fn refused_signatures_and_the_service_s_clock() {
    play::<Authentication>(table::clock);
}

#[test]
fn what_a_connection_keeps_from_one_call_to_the_next() {
    play::<Authentication>(table::keep_alive);
}

#[test]
fn the_table_meets_every_operation_of_the_contract() {
    let played = Authentication::operations();
    for operation in iampass_authentication::generated::OPERATIONS {
        assert!(played.iter().any(|played| played.id == operation.id), "{}", operation.id);
    }
}
