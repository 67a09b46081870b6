//! Why `cargo xtask contract` failed.

use std::path::PathBuf;

/// Why a contract is not well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A contract or its last release is not there.
    #[error("{}: cannot read the contract: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not YAML, or a key given twice.
    #[error("{}: {source}", path.display())]
    Yaml {
        /// The file.
        path: PathBuf,
        /// What and where.
        source: Box<serde_saphyr::Error>,
    },
    /// The change breaks clients, and the version does not say so.
    #[error(
        "{} breaks the clients of {}:\n  {}\nTake the change back, or raise the first number of info.version.",
        path.display(),
        released.display(),
        broken.join("\n  ")
    )]
    Breaking {
        /// The contract.
        path: PathBuf,
        /// What it was compared with.
        released: PathBuf,
        /// What clients cannot rely on any more.
        broken: Vec<String>,
    },
}
