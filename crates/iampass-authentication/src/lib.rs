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
    APPLICATION_ID_VARIABLE, APPLICATION_SECRET_VARIABLE, ApplicationId, ApplicationSecret, BaseUrl,
    CallPolicy, CommaList, Connection, ConnectionBuilder, Credentials, DecodeError, Error, ErrorKind,
    FileProblem, InvalidBaseUrl, InvalidProxy, InvalidUserId, Operation, Proxy, ProxyProblem,
    SERVER_VARIABLE, ServerMessage, Settings, SettingsError, SignedRequest, Unknown, UserId, ValueProblem,
};
pub use session::Session;
pub use session_secret::SessionSecret;
pub use session_status::SessionStatus;
pub use sign_in::{AuthenticationMethod, SignIn, SignInOptions};
pub use stored_session::{InvalidSession, StoredSession};
