//! Integration tests of the runtime: a file per subject. What needs operations is tested with the clients.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests; a panic is the failure report")]

mod base_url;
mod proxy;
mod settings;
#[cfg(all(target_os = "linux", feature = "rustls"))]
mod trust_store;
