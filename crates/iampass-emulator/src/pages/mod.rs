//! What people see in a browser: pure functions from what is to be shown to HTML text.
//!
//! Nothing here knows of requests, of the store or of the time. Text is escaped by the template
//! macro, always; the one exception is the contract's own Markdown, which `iampass-reference` renders.

pub(crate) mod assets;
pub(crate) mod banner;
pub(crate) mod closed_console;
pub(crate) mod confirm;
pub(crate) mod console;
pub(crate) mod controls;
pub(crate) mod error;
mod layout;
pub(crate) mod paths;
pub(crate) mod phone;
mod qr;
pub(crate) mod reference;
pub(crate) mod request;
pub(crate) mod requests;
pub(crate) mod security;
pub(crate) mod sign_ins;
pub(crate) mod sign_ins_of_user;
mod text;
mod time;
pub(crate) mod try_out;
pub(crate) mod user;
pub(crate) mod users;

#[cfg(test)]
mod tests;

/// A page, and the content security policy that it is to be sent with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) html: String,
    pub(crate) policy: security::Policy,
}
