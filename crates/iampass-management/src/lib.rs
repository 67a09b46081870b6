#![doc = include_str!("../README.md")]

#[cfg(feature = "blocking")]
pub mod blocking;
mod bulk;
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
mod outcome;

pub use bulk::{
    Bulk, BulkEvent, Chunk, ChunkReport, ChunkResult, Chunker, Reports, SeenIds, SendOptions, SkipReason,
    SkippedId, StopReason, UnfinishedIds,
};
pub use client::ManagementClient;
pub use iampass_client::{
    APPLICATION_ID_VARIABLE, APPLICATION_SECRET_VARIABLE, ApplicationId, ApplicationSecret, BaseUrl,
    CallPolicy, Connection, ConnectionBuilder, Credentials, DecodeError, Error, ErrorKind, FileProblem,
    InvalidBaseUrl, InvalidProxy, InvalidUserId, Operation, Proxy, ProxyProblem, SERVER_VARIABLE,
    ServerMessage, Settings, SettingsError, SignedRequest, Unknown, UserId, ValueProblem,
};
pub use outcome::{AddUsersOutcome, InvalidRegistrationLink, RegistrationLink};
