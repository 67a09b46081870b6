//! `iampass users import` and `iampass users remove`: any number of ids from a file to the service.
//!
//! ```text
//! input ─► prepare (chunks) ─► sending ─► ledger ─► checkpoint, report, tally ─► summary
//! ```
//!
//! A file is read twice: once to find what is wrong with it before anything is sent, once to send. What
//! cannot be read twice, such as a pipe, is sent as it comes.

mod checkpoint;
mod error;
pub(crate) mod fuzzing;
mod input;
mod interrupt;
mod ledger;
mod outcome;
mod prepare;
mod progress;
mod report;
mod run;
mod sending;
mod summary;
mod survey;
mod tally;

pub(crate) use self::error::BulkError;
pub(crate) use self::run::{Operation, run};
