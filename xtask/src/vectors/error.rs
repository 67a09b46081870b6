//! Why `cargo xtask vectors` failed.

use std::path::PathBuf;

/// Why the vectors could not be written or are not what they should be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A case in the tables cannot be signed. Mend the table.
    #[error("a case of the signing vectors is not well: {0}")]
    Input(#[source] Box<dyn std::error::Error>),
    /// The file could not be written.
    #[error("{}: cannot write: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `--check` found a difference.
    #[error(
        "{}\n{} is not what its sources generate. To mend it, run: cargo xtask vectors",
        diff.trim_end(),
        path.display()
    )]
    OutOfDate {
        /// The file.
        path: PathBuf,
        /// A unified diff from what is there to what should be.
        diff: String,
    },
}

impl Error {
    pub(crate) fn input(source: impl std::error::Error + 'static) -> Self {
        Self::Input(Box::new(source))
    }
}
