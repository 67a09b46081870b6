//! `iampass users import` and `iampass users remove`: any number of ids from a file to the service.
//!
//! ```text
//! input ─► prepare (chunks) ─► sending ─► run state ─► checkpoint, report, counts ─► summary
//! ```
//!
//! A file is read twice: once to find what is wrong with it before anything is sent, once to send. What
//! cannot be read twice, such as a pipe, is sent as it comes.

mod bar_terminal;
mod checkpoint;
mod digest;
mod dry_run;
mod error;
mod files;
pub(crate) mod fuzzing;
mod input;
mod next;
mod operation;
mod outages;
mod outcome;
mod outcome_counts;
mod preflight;
mod prepare;
mod progress;
mod report;
mod report_format;
mod run;
mod run_state;
mod sending;
mod summary;

pub(crate) use self::operation::Operation;
pub(crate) use self::run::run;
