//! The files of a run.

use std::path::PathBuf;

/// The paths of the files, for error messages.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    pub(super) input: PathBuf,
    pub(super) checkpoint: Option<PathBuf>,
    pub(super) report: Option<PathBuf>,
}

impl Files {
    pub(super) fn new(input: PathBuf, checkpoint: Option<PathBuf>, report: Option<PathBuf>) -> Self {
        Self { input, checkpoint, report }
    }

    pub(super) fn checkpoint(&self) -> PathBuf {
        self.checkpoint.clone().unwrap_or_default()
    }

    pub(super) fn report(&self) -> PathBuf {
        self.report.clone().unwrap_or_default()
    }
}
