//! Successes whose body is not what the contract describes.

use iampass_management::DecodeError::{Empty, NotJson, Shape};

use crate::faults::reply::{Reply, http};
use crate::faults::row::Sees::{Refused, Status, Success, Unreadable};
use crate::faults::row::{Row, Sees};

const NOT_JSON: Sees = Unreadable(NotJson { line: 0, column: 0 });
const SHAPE: Sees = Unreadable(Shape { line: 0, column: 0 });

/// The service has probably acted: one request, whatever the operation.
fn body(name: &'static str, body: impl Into<Vec<u8>>, sees: Sees) -> Row {
    let body = body.into();
    Row::new(name, move || [Reply::body(&body)]).all(sees, 1, 0..=0)
}

/// `success` is the body of the success of the operation that meets them.
pub(crate) fn rows(success: &'static str) -> Vec<Row> {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let mut rows = vec![
        body("HTML", "<!doctype html><title>Sign in to the Wi-Fi: marker-user</title>", NOT_JSON),
        body("nothing", "", Unreadable(Empty)),
        body("white space", " \r\n\t ", Unreadable(Empty)),
        body("deep JSON", deep.clone(), SHAPE),
        body("deep JSON in a known member", format!(r#"{{"status":{deep}}}"#), SHAPE),
        body(
            "deep JSON in an unknown member",
            success.replacen('{', &format!(r#"{{"more":{deep},"#), 1),
            Success,
        ),
        body("invalid UTF-8", success.as_bytes().iter().map(|_| 0xff).collect::<Vec<u8>>(), NOT_JSON),
        body("invalid UTF-8 in a string", b"{\"status\":true,\"reason\":\"\xff\"}".as_slice(), NOT_JSON),
        body("half of a surrogate pair", r#"{"status":true,"reason":"\ud800"}"#, NOT_JSON),
        body("UTF-16", success.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(), NOT_JSON),
        body("a byte order mark before the JSON", format!("\u{feff}{success}"), Success),
        body("two byte order marks", format!("\u{feff}\u{feff}{success}"), NOT_JSON),
        body("JSON and more after it", format!("{success}{success}"), NOT_JSON),
        body("null", "null", SHAPE),
        body("a number", "1", SHAPE),
        body("a string", "\"true\"", SHAPE),
        body("an object that says nothing", "{}", SHAPE),
        body("a status that is a number", r#"{"status":1}"#, SHAPE),
        body("a status that is there twice", r#"{"status":false,"status":true}"#, SHAPE),
        body("a refusal", r#"{"status":false,"reason":"marker-user is not welcome"}"#, Refused),
    ];
    // In the order of the members, as serde's derived code would take them.
    for array in ["[]", "[true]", "[null,true]", "[null,true,null]", "[true,null,true]", "[null,null,true]"] {
        rows.push(body("an array in place of the object", array, SHAPE));
    }
    rows.extend([
        Row::new("201 where the contract has 200 alone", move || {
            [Reply::raw(http("201 Created", "", success))]
        })
        .all(Status(201), 1, 0..=0)
        .except("add_users", Success),
        Row::new("204", || [Reply::raw("HTTP/1.1 204 No Content\r\n\r\n")]).all(Status(204), 1, 0..=0),
        Row::new("205", || [Reply::raw(http("205 Reset Content", "", ""))]).all(Status(205), 1, 0..=0),
        Row::new("206", move || [Reply::raw(http("206 Partial Content", "", success))]).all(
            Status(206),
            1,
            0..=0,
        ),
    ]);
    rows
}
