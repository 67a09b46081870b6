//! The page that is made of the project's own contract.
#![allow(clippy::unwrap_used, reason = "helpers of tests; a panic is the failure report")]

mod standalone;
