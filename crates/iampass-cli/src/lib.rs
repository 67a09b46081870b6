//! The program `iampass`: arguments → client calls → output.
//!
//! There is nothing here to build on: install the program with `cargo install iampass-cli`, and call the service from
//! Rust with `iampass-management`.

mod args;
mod bulk;
mod call_error;
mod call_reason;
mod commands;
mod confirm;
mod curl;
mod error;
mod exit;
#[doc(hidden)]
pub mod fuzzing;
mod hex;
mod link;
mod output;
mod paths;
mod private_file;
mod probe;
mod service;
mod session;
mod settings;
mod shell_word;
mod signals;
mod standard_input;
mod verbose;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Arguments;
use crate::error::Failure;
use crate::exit::Exit;

/// The whole program, with the arguments of this process.
#[doc(hidden)]
#[must_use]
pub fn main() -> ExitCode {
    commands::complete();
    let arguments = Arguments::try_parse().unwrap_or_else(|error| args::explained(error).exit());
    match commands::run(arguments.command) {
        Ok(code) => code,
        Err(Failure::Error(error)) if error.exit() != Exit::Done => {
            output::error(&*error);
            error.exit().into()
        }
        Err(failure) => failure.exit().into(),
    }
}
