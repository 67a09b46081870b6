//! `cargo xtask codegen [--check]`: contract in, Rust client out.
//!
//! [`generate`] is a function from text to text. [`run`] is the one place that reads and writes.

mod adjust;
mod error;
mod load;
#[cfg(test)]
mod outline;
mod progenitor;
mod requests;
mod validate;

#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use similar::TextDiff;

use crate::contracts::{CONTRACTS, Contract};
pub(crate) use error::ContractError;
use error::Error;

/// Brings every generated file up to date or, with `check`, says which one is not.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), Error> {
    run_all(root, CONTRACTS, check)
}

fn run_all(root: &Path, contracts: &[Contract], check: bool) -> Result<(), Error> {
    contracts.iter().try_for_each(|contract| run_one(root, contract, check))
}

fn run_one(root: &Path, contract: &Contract, check: bool) -> Result<(), Error> {
    let source = root.join(contract.source);
    let text = read(&source).map_err(|error| Error::Read { path: contract.source.into(), source: error })?;
    let generated = generate(&text, contract)
        .map_err(|error| Error::Contract { path: contract.source.into(), source: error })?;
    let output = root.join(contract.output);
    // A file that is missing or unreadable differs from any that could be generated.
    let present = fs::read_to_string(&output).unwrap_or_default();
    if present == generated {
        println!("{} is up to date", contract.output);
        return Ok(());
    }
    if check {
        let diff = TextDiff::from_lines(&present, &generated)
            .unified_diff()
            .header(contract.output, &format!("{} (generated)", contract.output))
            .to_string();
        return Err(Error::OutOfDate { path: contract.output.into(), diff });
    }
    write(&output, &generated)
        .map_err(|error| Error::Write { path: contract.output.into(), source: error })?;
    println!("{} written", contract.output);
    Ok(())
}

/// Reads a file, and only a file: opening a pipe would wait for its writer for ever.
fn read(path: &Path) -> std::io::Result<String> {
    if fs::metadata(path)?.is_file() {
        fs::read_to_string(path)
    } else {
        Err(std::io::Error::other("it is not a file"))
    }
}

/// Replaces a file as a whole, so that an interrupted run cannot leave half of one.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let unfinished = path.with_extension("rs.unfinished");
    let written = fs::write(&unfinished, text).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // What is left of it is of no use; that it cannot be removed is not worth another error.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

/// From a contract's text to the generated file's text.
pub(crate) fn generate(text: &str, contract: &Contract) -> Result<String, ContractError> {
    let (document, value) = load::load(text)?;
    validate::validate(&document, &value, contract)?;
    let tokens = progenitor::generate(&document, contract)?;
    adjust::adjust(tokens, &document, contract)
}
