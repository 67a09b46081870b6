#![doc = include_str!("../README.md")]

mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
mod clock;
mod connection;
mod error;
mod hooks;
mod offset;
mod proxy;
mod rate_limit;
mod request;
mod response;
mod retry;
mod settings;
mod telemetry;
mod tls_error;
mod transport;
mod user_id;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use connection::{Connection, ConnectionBuilder};
pub use error::{Error, ErrorKind, Unknown};
pub use hooks::Hooks;
pub use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
pub use proxy::{InvalidProxy, Proxy, ProxyProblem};
pub use request::{CommaList, Operation, SignedRequest, encode_path_segment};
pub use response::{DecodeError, JsonObject, ServerMessage};
pub use retry::CallPolicy;
pub use settings::{
    APPLICATION_ID_VARIABLE, APPLICATION_SECRET_VARIABLE, FileProblem, SERVER_VARIABLE, Settings,
    SettingsError, ValueProblem,
};
pub use user_id::{InvalidUserId, UserId};
