//! What can go wrong between a contract and its Rust file.

use std::path::PathBuf;

/// What is wrong with a contract: every problem found in one run. The file's name is added by [`Error`].
#[derive(Debug, thiserror::Error)]
#[error("{}", problems.join("\n"))]
pub(crate) struct ContractError {
    /// A line each: the place, what is wrong there and what to do.
    problems: Vec<String>,
}

/// How many problems are listed.
const MAX_LISTED: usize = 50;

impl ContractError {
    /// Problems beyond the limit are counted, not listed.
    pub(crate) fn new(mut problems: Vec<String>) -> Self {
        if let Some(more) = problems.len().checked_sub(MAX_LISTED).filter(|more| *more > 0) {
            problems.truncate(MAX_LISTED);
            problems.push(format!("and {more} more problems"));
        }
        Self { problems }
    }
}

/// One problem alone.
impl From<String> for ContractError {
    fn from(problem: String) -> Self {
        Self::new(vec![problem])
    }
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
    #[error("{}", each_with(path, source))]
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

fn each_with(path: &std::path::Path, error: &ContractError) -> String {
    let lines: Vec<_> =
        error.problems.iter().map(|problem| format!("{}: {problem}", path.display())).collect();
    lines.join("\n")
}
