#![doc = include_str!("../README.md")]

/// The client, types and tables that `cargo xtask codegen` generates from the contract.
#[rustfmt::skip]
#[allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    unreachable_pub,
    rustdoc::all,
    reason = "written by progenitor; it is checked by its snapshot and its tests, not by its style"
)]
pub mod generated;
mod session_status;

pub use session_status::SessionStatus;
