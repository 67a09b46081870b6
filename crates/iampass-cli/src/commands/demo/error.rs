//! The demo's error.

use std::fmt::Display;

use crate::error::{CommandError, Failure};

#[derive(Debug, thiserror::Error)]
#[error("the demo did not go as it should: {0}")]
struct DemoError(String);

impl CommandError for DemoError {}

pub(super) fn failed(why: impl Display) -> Failure {
    DemoError(why.to_string()).into()
}
