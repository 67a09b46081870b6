//! A setting, and where it was found.

use super::problem::SettingsProblem;
use super::source::Source;

/// A value, and where it was found.
#[derive(Clone, Debug)]
pub(crate) struct Sourced<T> {
    pub(crate) value: T,
    pub(crate) source: Source,
}

impl<T> Sourced<T> {
    pub(super) fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }

    /// A value that was checked, or what is wrong with it.
    pub(super) fn checked<E: std::error::Error + Send + Sync + 'static>(
        value: Result<T, E>,
        source: Source,
    ) -> Result<Self, SettingsProblem> {
        match value {
            Ok(value) => Ok(Self { value, source }),
            Err(reason) => Err(SettingsProblem::malformed(source, reason)),
        }
    }
}
