//! What goes wrong because a test wants it to.

mod description;
mod fault;
mod fault_json;
mod injected;
mod response_action;

pub use self::fault::Fault;
pub(crate) use self::injected::Faults;
pub use self::injected::InjectedFault;
pub(crate) use self::response_action::{Reset, ResponseAction, after, instead, no_response};
