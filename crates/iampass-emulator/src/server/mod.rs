//! The thread that listens, and the connections that it has.

mod client;
mod connection;
mod listener;
mod passing_time;
mod refused_head;

pub(crate) use self::client::Client;
pub(crate) use self::connection::ConnectionConfig;
pub(crate) use self::listener::{Listening, Reserved, Server, ServerConfig};
