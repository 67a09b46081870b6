//! What goes out: operations, path segments, and requests that are shown and not sent.

mod dry_run;
mod operation;
mod path;

pub use dry_run::SignedRequest;
pub(crate) use dry_run::Sink;
pub use operation::Operation;
pub use path::encode_path_segment;
