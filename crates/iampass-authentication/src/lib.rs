#![doc = include_str!("../README.md")]

#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
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
mod session;
mod session_secret;
mod session_status;
mod sign_in;
mod stored_session;

pub use client::AuthenticationClient;
pub use iampass_client::{
    ApplicationId, ApplicationSecret, BaseUrl, CallPolicy, Connection, ConnectionBuilder, Credentials, Error,
    ErrorKind, ServerMessage, Settings, UserId,
};
pub use session::Session;
pub use session_secret::SessionSecret;
pub use session_status::SessionStatus;
pub use sign_in::{AuthenticationMethod, SignIn, SignInOptions};
pub use stored_session::{InvalidSession, StoredSession};
