//! Faults of every kind, met by every operation, in virtual time; and what a call's policy makes of them.

mod network;
pub(crate) mod policy;
mod predicates;
pub(crate) mod reply;
pub(crate) mod row;
pub(crate) mod server;
pub(crate) mod table;
pub(crate) mod virtual_time;

use iampass_management::generated::OPERATIONS;
use row::Row;

use crate::support::success;

/// Every operation against every row; tells of all rows that are not as they must be.
fn play(rows: fn(&'static str) -> Vec<Row>) {
    let mut wrong = Vec::new();
    for operation in &OPERATIONS {
        for row in rows(success(operation.id).0) {
            for problem in virtual_time::run(row.play(operation)).problems {
                wrong.push(format!("{} / {}: {problem}", row.name, operation.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn connections_that_do_not_come_about_break_or_bring_too_little() {
    play(table::connections);
}

#[test]
fn responses_that_are_not_http_or_not_as_long_as_they_say() {
    play(table::framing);
}

#[test]
fn successes_that_are_not_what_the_contract_describes() {
    play(table::bodies);
}

#[test]
fn error_statuses_and_what_they_ask_for() {
    play(table::statuses);
}

#[test]
fn refused_signatures_and_the_service_s_clock() {
    play(table::clock);
}

#[test]
fn what_a_connection_keeps_from_one_call_to_the_next() {
    play(table::keep_alive);
}

#[test]
fn the_table_is_long_enough() {
    let rows = table::all(success("delete_users").0).len();
    assert!(rows >= 200, "{rows}");
}
