//! What goes out: operations, path segments, lists, and requests that are shown and not sent.

mod comma_list;
mod dry_run;
mod operation;
mod path;

pub use comma_list::CommaList;
pub use dry_run::SignedRequest;
pub(crate) use dry_run::Sink;
pub use operation::Operation;
pub use path::encode_path_segment;
