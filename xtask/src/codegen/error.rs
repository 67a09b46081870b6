//! What can go wrong between a contract and its Rust file.

use std::path::PathBuf;

/// A mistake in a contract: what, where, and what to do. The file's name is added by [`Error`].
#[derive(Debug, thiserror::Error)]
pub(crate) enum ContractError {
    /// Not YAML at all. Mend the syntax at the place named.
    #[error("not YAML: {0}")]
    Yaml(String),
    /// YAML, but not `OpenAPI` 3.0.
    #[error("not an OpenAPI 3.0 document: {0}")]
    Version(String),
    /// Does not have the shape that the `OpenAPI` specification demands.
    #[error("not a valid OpenAPI 3.0 document: at {place}: {problem}")]
    Shape {
        /// The path of members that leads to it.
        place: String,
        /// What was expected there.
        problem: String,
    },
    /// A `$ref` that leads nowhere, out of the file, or in a circle.
    #[error("{place}: the reference `{reference}` {problem}")]
    Reference {
        /// The path of members that leads to it.
        place: String,
        /// The reference's text.
        reference: String,
        /// Why it cannot be followed.
        problem: &'static str,
    },
    /// An operation lacks what the generator needs, or has what it cannot take.
    #[error("operation `{operation}`: {place}: {problem}")]
    Operation {
        /// `METHOD /path`, and the operation's id when it has one.
        operation: String,
        /// The member concerned.
        place: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// progenitor refused the contract, or gave up in the middle, and no single operation is to blame.
    #[error("components/schemas: progenitor cannot generate types from these: {problem}")]
    Components {
        /// progenitor's own words.
        problem: String,
    },
    /// What progenitor made is not what this generator expects to adjust; a new release of progenitor
    /// is the likely cause.
    #[error("the code that progenitor made cannot be adjusted: {0}")]
    Output(String),
    /// The finished code would not compile or not pass the workspace's lints. Avoid in the contract what leads to it.
    #[error("the generated file could not be used: {0}")]
    Unusable(String),
}

/// Why `cargo xtask codegen` failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The contract could not be read.
    #[error("{}: cannot read the contract: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The contract was read and is wrong. The generated file is left as it was.
    #[error("{}: {source}", path.display())]
    Contract {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ContractError,
    },
    /// The generated file could not be written.
    #[error("{}: cannot write the generated file: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `--check` found a difference.
    #[error(
        "{}\n{} is not what its contract generates. To mend it, run: cargo xtask codegen",
        diff.trim_end(),
        path.display()
    )]
    OutOfDate {
        /// The generated file.
        path: PathBuf,
        /// A unified diff from what is there to what should be.
        diff: String,
    },
}
