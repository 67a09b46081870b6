//! What comes back: reading bodies up to a limit, decoding them, and the times in headers.

mod body;
mod decode_error;
mod headers;
mod json_object;
mod server_message;

pub(crate) use body::{buffer, deadline_passed, decode_error, ended_too_early, not_sent};
pub use decode_error::DecodeError;
pub(crate) use headers::{retry_after, service_seconds};
pub use json_object::JsonObject;
pub use server_message::ServerMessage;
