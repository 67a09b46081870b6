//! Why `cargo xtask export` failed.

use std::path::PathBuf;

use crate::{codegen, vectors};

/// Why there is nothing new in the folder. What was in it before may be gone.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file that is to be exported cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A contract is not well; the generator of the Rust client says why.
    #[error("{}: {source}", path.display())]
    Contract {
        /// The contract.
        path: PathBuf,
        /// What and where.
        source: codegen::ContractError,
    },
    /// A contract cannot be made into JSON or a page.
    #[error("{}: {source}", path.display())]
    Reference {
        /// The contract.
        path: PathBuf,
        /// Why.
        source: iampass_reference::ContractError,
    },
    /// The vectors are not what their tables make.
    #[error(transparent)]
    Vectors(#[from] vectors::Error),
    /// The folder or a file in it cannot be made.
    #[error("{}: cannot be written: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
