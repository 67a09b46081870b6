//! Attempts of a call: when to retry, how long to wait, and for how long to go on.

mod attempts;
mod budget;
mod context;
mod decision;
mod policy;

pub(crate) use attempts::run;
pub(crate) use budget::RetryBudget;
pub(crate) use context::{CallContext, ClientInner};
pub use policy::CallPolicy;
