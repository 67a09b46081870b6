//! The API that clients sign for: its routes are made from the contract's table of operations.

mod authorize;
mod inject;
mod management;
mod not_emulated;
mod plus_signs;
mod routes;
mod sign_in;
pub(crate) mod signature;

pub(crate) use self::routes::router;
