//! Successes whose body is not what the contract describes: what the Management API adds to the table.

use iampass_fixture_service::reply::{Reply, http};
use iampass_fixture_service::row::Row;
use iampass_fixture_service::row::Sees::{Refused, Status, Success, Unreadable};
use iampass_fixture_service::table::body;
use iampass_management::DecodeError::{NotJson, Shape, TooLarge};

/// `success` is the body of the success of the operation that meets them.
pub(crate) fn rows(success: &'static str) -> Vec<Row> {
    let shape = Unreadable(Shape { line: 0, column: 0 });
    let not_json = Unreadable(NotJson { line: 0, column: 0 });
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let longer_than_the_limit = " ".repeat(1024 * 1024 + 1 - success.len());
    vec![
        body("deep JSON in a known member", format!(r#"{{"status":{deep}}}"#), shape),
        body("invalid UTF-8 in a string", b"{\"status\":true,\"reason\":\"\xff\"}".as_slice(), not_json),
        body("half of a surrogate pair", r#"{"status":true,"reason":"\ud800"}"#, not_json),
        body("an object that says nothing", "{}", shape),
        body("a status that is a number", r#"{"status":1}"#, shape),
        body("a status that is there twice", r#"{"status":false,"status":true}"#, shape),
        body("a refusal", r#"{"status":false,"reason":"marker-user is not welcome"}"#, Refused),
        // There is room besides for a list of what the request listed.
        body(
            "a body longer than the limit by one byte",
            [success, &longer_than_the_limit].concat(),
            Unreadable(TooLarge { limit: 0 }),
        )
        .except("add_users", Success)
        .except("delete_users", Success),
        Row::new("201 where the contract has 200 alone", move || {
            [Reply::raw(http("201 Created", "", success))]
        })
        .all(Status(201), 1, 0..=0)
        .except("add_users", Success),
    ]
}
