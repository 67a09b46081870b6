//! Faults of every kind, met by every operation, in virtual time; and what a call's policy makes of them.

mod bodies;
pub(crate) mod policy;
mod predicates;

pub(crate) use bodies::rows as bodies;

use iampass_fixture_service::{play, table};

use crate::support::{Management, success};

#[test]
fn connections_that_do_not_come_about_break_or_bring_too_little() {
    play::<Management>(table::connections);
}

#[test]
fn responses_that_are_not_http_or_not_as_long_as_they_say() {
    play::<Management>(table::framing);
}

#[test]
fn successes_that_are_not_what_the_contract_describes() {
    play::<Management>(table::bodies);
    play::<Management>(bodies);
}

#[test]
fn error_statuses_and_what_they_ask_for() {
    play::<Management>(table::statuses);
}

#[test]
fn refused_signatures_and_the_service_s_clock() {
    play::<Management>(table::clock);
}

#[test]
fn what_a_connection_keeps_from_one_call_to_the_next() {
    play::<Management>(table::keep_alive);
}

#[test]
fn the_table_is_long_enough() {
    let success = success("delete_users").0;
    let rows = table::all(success).len() + bodies(success).len();
    assert!(rows >= 200, "{rows}");
}
