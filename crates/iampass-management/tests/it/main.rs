//! Integration tests of the Management client: a file per subject.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests; a panic is the failure report"
)]

#[cfg(feature = "blocking")]
mod blocking;
mod bulk;
mod dry_run;
mod error_texts;
mod faults;
mod markers;
mod payloads;
mod requests;
mod responses;
mod runtimes;
#[cfg(feature = "schemars")]
mod schemas;
mod segments;
mod signing;
mod support;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;
