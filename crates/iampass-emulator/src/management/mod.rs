//! The Management API, as the contract has it.

pub(crate) mod authentication;
pub(crate) mod handlers;
