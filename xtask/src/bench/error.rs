//! What can go wrong with a measurement.

use std::io;
use std::path::{Path, PathBuf};

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{}: {source}", path.display())]
    Json { path: PathBuf, source: serde_json::Error },
    #[error("`{command}` cannot be started: {source}")]
    Start { command: String, source: io::Error },
    #[error("`{command}` failed ({status}); what it said is above")]
    Failed { command: String, status: std::process::ExitStatus },
    #[error("`{command}` printed what cannot be read: {output}")]
    Output { command: String, output: String },
    #[error("{}: there is no `{}` line followed by `{}`", path.display(), super::readme::BEGIN, super::readme::END)]
    NoPlace { path: PathBuf },
    #[error("nothing was measured")]
    NoSamples,
    #[error(transparent)]
    Interop(#[from] crate::interop::Error),
}

/// Names the file that an error is about.
pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::File { path, source }
}
