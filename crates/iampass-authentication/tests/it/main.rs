//! Integration tests of the Authentication client: a file per subject.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests; a panic is the failure report"
)]

mod attempts;
#[cfg(feature = "blocking")]
mod blocking;
mod error_texts;
mod faults;
mod given_urls;
mod markers;
mod payloads;
mod responses;
#[cfg(feature = "schemars")]
mod schemas;
mod sign_in;
mod signing;
mod stored_session;
mod support;
mod wait;
