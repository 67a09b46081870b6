//! The Management API: its routes are made from the contract's table of operations.

pub(crate) mod authentication;
mod authorize;
mod handlers;
mod inject;
mod not_emulated;
mod plus_signs;
mod routes;

pub(crate) use self::routes::router;
