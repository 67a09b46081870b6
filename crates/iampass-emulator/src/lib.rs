#![doc = include_str!("../README.md")]

mod admin;
mod api;
mod app_state;
mod application;
mod builder;
mod caller_origin;
mod emulator;
mod error;
mod events;
mod explain;
mod faults;
mod health;
mod http;
mod link;
mod middleware;
mod movable_clock;
mod operations;
mod origin;
mod pages;
mod phone;
mod phone_token;
mod random;
mod request_log;
mod router;
mod rules;
mod server;
mod shell;
mod sign_in;
mod snapshot;
mod start;
mod store;
mod tls;
mod website;

pub use application::Application;
pub use builder::Builder;
pub use emulator::Emulator;
pub use error::{
    DataError, ImportError, InvalidApplication, InvalidFault, InvalidPublicUrl, StartError, StateError,
    StorageError, TlsError,
};
pub use faults::{Fault, InjectedFault};
pub use iampass_auth::{ApplicationId, ApplicationSecret, Clock, Credentials};
pub use iampass_authentication::{AuthenticationMethod, SessionStatus};
pub use iampass_management::UserId;
pub use request_log::{RecordedFault, RecordedRefusal, RequestRecord};
pub use rules::SecondPhone;
pub use sign_in::{SignIn, SignInOutcome};
pub use snapshot::{ApplicationSnapshot, LinkSnapshot, Snapshot, UserSnapshot};
pub use tls::{PemFiles, Tls};

/// The repository's README: its example is compiled and run with this crate's.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct RepositoryReadme;
