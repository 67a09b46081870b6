//! Attempts of a call: when to retry, how long to wait, and when to give up.

mod attempts;
mod budget;
mod context;
mod decision;
mod policy;

pub(crate) use attempts::run;
pub(crate) use budget::RetryBudget;
pub(crate) use context::{CallContext, ClientInner};
pub use policy::CallPolicy;
