//! The file of profiles, wherever it is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::file::ProfileFile;
use super::problem::SettingsProblem;
use super::profile::Profile;
use crate::output::explained;

/// A file of profiles.
#[derive(Clone, Debug)]
pub struct Profiles(ProfileFile);

/// What the program would say.
type Told<T> = Result<T, String>;

impl Profiles {
    /// The file at `path`, which need not be there.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self(ProfileFile::at(path))
    }

    /// The name of the current profile, and all there are.
    ///
    /// # Errors
    /// When the file cannot be read or understood.
    pub fn read(&self) -> Told<(Option<String>, BTreeMap<String, Profile>)> {
        let stored = self.0.read().map_err(|problem| told(&problem))?;
        Ok((stored.current, stored.profiles))
    }

    /// What `Debug` shows of it.
    ///
    /// # Errors
    /// As of [`read`](Self::read).
    pub fn debug(&self) -> Told<String> {
        self.0.read().map(|stored| format!("{stored:?}")).map_err(|problem| told(&problem))
    }

    /// Does what `iampass login` does with the file.
    ///
    /// # Errors
    /// When the name or the file is of no use.
    pub fn store(&self, name: &str, profile: Profile) -> Told<bool> {
        self.0.store(&named(name)?, profile).map_err(|problem| told(&problem))
    }

    /// `iampass profile use`.
    ///
    /// # Errors
    /// When the name or the file is of no use.
    pub fn set_current(&self, name: &str) -> Told<()> {
        self.0.set_current(&named(name)?).map_err(|problem| told(&problem))
    }

    /// `iampass profile remove`.
    ///
    /// # Errors
    /// When the name or the file is of no use.
    pub fn remove(&self, name: &str) -> Told<bool> {
        self.0.remove(&named(name)?).map_err(|problem| told(&problem))
    }
}

/// What a person would read on standard error.
fn told(problem: &SettingsProblem) -> String {
    explained(problem)
}

fn named(name: &str) -> Told<super::ProfileName> {
    let invalid = |reason| SettingsProblem::malformed(super::Source::Flag("--profile"), reason);
    name.parse().map_err(invalid).map_err(|problem| told(&problem))
}
