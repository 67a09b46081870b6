//! The page that is made of each of the project's own contracts.
#![allow(clippy::unwrap_used, reason = "helpers of tests; a panic is the failure report")]

mod standalone;
