#![doc = include_str!("../README.md")]

mod answer;
mod answer_problem;
mod answer_times;
mod attempts;
mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
mod body;
mod budget;
mod builder;
mod bulk;
mod certificate;
mod client;
mod clock;
mod dry_run;
mod env_file;
mod error;
mod error_predicates;
mod failed_call;
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
mod hooks;
mod ids;
mod object;
mod offset;
mod operation;
mod operation_urls;
mod outcome;
mod path;
mod policy;
mod rate;
#[cfg(feature = "rustls")]
mod rustls_config;
mod service_text;
mod settings;
mod telemetry;
mod transport;
mod verdict;

pub use answer_problem::AnswerProblem;
pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use builder::Builder;
pub use bulk::{Bulk, ChunkReport, ChunkResult, InvalidInput, SeenIds};
pub use client::ManagementClient;
pub use dry_run::SignedRequest;
pub use env_file::FileProblem;
pub use error::Error;
pub use failed_call::FailedCall;
pub use hooks::Hooks;
pub use iampass_auth::{ApplicationSecret, Credentials};
pub use ids::{ApplicationId, InvalidUserId, UserId};
pub use operation::Operation;
pub use outcome::{AddUsersOutcome, RegistrationLink};
pub use policy::CallPolicy;
pub use service_text::ServiceText;
pub use settings::{
    APPLICATION_ID_VARIABLE, APPLICATION_SECRET_VARIABLE, SERVER_VARIABLE, Settings, SettingsError,
};
