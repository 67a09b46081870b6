//! The thread that listens, and the connections that it has.

mod connection;
mod listener;
mod write_timeout;

pub(crate) use self::connection::ConnectionConfig;
pub(crate) use self::listener::{Listening, Reserved, Server, ServerConfig};
