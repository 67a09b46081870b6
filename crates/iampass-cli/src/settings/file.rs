//! The file of profiles.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml_edit::{DocumentMut, Item, TableLike};
use zeroize::Zeroizing;

use super::edit::{profile_table, remove_current, remove_profile, set};
use super::folder::settings_folder;
use super::keyring;
use super::name::ProfileName;
use super::problem::SettingsProblem;
use super::profile::Profile;
use crate::private_file::{PrivateFile, open_to_others};

const FILE_NAME: &str = "profiles.toml";
/// A profile takes a few lines; a longer file is something else.
const LONGEST: u64 = 1024 * 1024;

/// What the file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profiles {
    /// The profile that is taken when none is named.
    pub(crate) current: Option<String>,
    #[serde(default)]
    pub(crate) profiles: BTreeMap<String, Profile>,
}

/// Where the profiles are kept.
#[derive(Clone, Debug)]
pub(crate) struct ProfileFile {
    path: PathBuf,
}

impl ProfileFile {
    /// The file of the user who runs the program. It need not exist yet.
    pub(crate) fn of_this_user() -> Result<Self, SettingsProblem> {
        let folder = settings_folder().ok_or(SettingsProblem::NoFolder)?;
        Ok(Self::at(folder.join(FILE_NAME)))
    }

    pub(super) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The profiles; none when there is no file. A file that others can read is refused: there are secrets
    /// in it, and they are no secrets any more.
    pub(crate) fn read(&self) -> Result<Profiles, SettingsProblem> {
        let Some(text) = self.text()? else { return Ok(Profiles::default()) };
        toml_edit::de::from_str(&text)
            .map_err(|error| self.not_profiles(&text, error.message(), error.span()))
    }

    /// Adds a profile, or puts it in the place of one of the same name. The first becomes the current one.
    /// Its secret goes to the keyring if that is to have it. Comments and the other profiles stay as they
    /// are. Returns whether it is the current one.
    pub(crate) fn store(&self, name: &ProfileName, mut profile: Profile) -> Result<bool, SettingsProblem> {
        let mut document = self.document()?;
        if profile.keyring
            && let Some(secret) = profile.secret.take()
        {
            keyring::store(name, &secret)?;
        }
        let is_first = document.get("profiles").and_then(Item::as_table_like).is_none_or(TableLike::is_empty);
        if is_first {
            set(document.as_table_mut(), "current", Some(name.as_str().into()));
        }
        let current = document.get("current").and_then(Item::as_str) == Some(name.as_str());
        if let Some(table) = profile_table(&mut document, name) {
            set(table, "server", profile.server.as_deref().map(Into::into));
            set(table, "application_id", profile.application_id.as_deref().map(Into::into));
            set(table, "secret", profile.secret.as_ref().map(|secret| secret.as_str().into()));
            set(table, "secret_file", None);
            set(table, "keyring", profile.keyring.then(|| true.into()));
        }
        self.write(&document)?;
        Ok(current)
    }

    /// Makes a profile the one that is taken when none is named.
    pub(crate) fn set_current(&self, name: &ProfileName) -> Result<(), SettingsProblem> {
        self.known(name)?;
        let mut document = self.document()?;
        set(document.as_table_mut(), "current", Some(name.as_str().into()));
        self.write(&document)
    }

    /// Removes a profile, and its secret from the keyring. If it was the current one, none is. Returns
    /// whether it was.
    pub(crate) fn remove(&self, name: &ProfileName) -> Result<bool, SettingsProblem> {
        if self.known(name)?.keyring {
            keyring::forget(name)?;
        }
        let mut document = self.document()?;
        let was_current = document.get("current").and_then(Item::as_str) == Some(name.as_str());
        if was_current {
            remove_current(&mut document);
        }
        remove_profile(&mut document, name);
        self.write(&document)?;
        Ok(was_current)
    }

    /// A profile that must be there.
    pub(crate) fn known(&self, name: &ProfileName) -> Result<Profile, SettingsProblem> {
        let Profiles { mut profiles, .. } = self.read()?;
        match profiles.remove(name.as_str()) {
            Some(profile) => Ok(profile),
            None => Err(SettingsProblem::unknown_profile(name.as_str(), &profiles)),
        }
    }

    fn text(&self) -> Result<Option<Zeroizing<String>>, SettingsProblem> {
        let unreadable = |source| SettingsProblem::FileUnreadable { path: self.path.clone(), source };
        let file = match fs::File::open(&self.path) {
            Ok(file) => file,
            Err(error) if is_not_there(&error) => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        // Metadata of the open file, because the path may name another file by now.
        let metadata = file.metadata().map_err(unreadable)?;
        if let Some(mode) = open_to_others(&metadata) {
            return Err(SettingsProblem::FileOpenToOthers { path: self.path.clone(), mode });
        }
        if !metadata.is_file() || metadata.len() > LONGEST {
            let reason = format!("it is not a file of at most {LONGEST} bytes");
            return Err(SettingsProblem::NotProfiles { path: self.path.clone(), line: 1, reason });
        }
        io::read_to_string(file).map(|text| Some(Zeroizing::new(text))).map_err(unreadable)
    }

    fn document(&self) -> Result<DocumentMut, SettingsProblem> {
        // A file that cannot be parsed is not overwritten.
        self.read()?;
        let text = self.text()?.unwrap_or_default();
        text.parse()
            .map_err(|error: toml_edit::TomlError| self.not_profiles(&text, error.message(), error.span()))
    }

    /// Complete or not at all, and never readable by others.
    fn write(&self, document: &DocumentMut) -> Result<(), SettingsProblem> {
        let failed = |source| SettingsProblem::FileUnwritable { path: self.path.clone(), source };
        // Through a link, so that it stays one.
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let folder = path.parent().unwrap_or(Path::new("."));
        create_private_folder(folder).map_err(failed)?;
        let text = Zeroizing::new(document.to_string());
        if text.len() as u64 > LONGEST {
            // It could not be read again.
            return Err(failed(io::Error::other(format!("it would have more than {LONGEST} bytes"))));
        }
        PrivateFile::create(&path).and_then(|file| file.replace(text.as_bytes())).map_err(failed)
    }

    fn not_profiles(
        &self,
        text: &str,
        message: &str,
        span: Option<std::ops::Range<usize>>,
    ) -> SettingsProblem {
        let before = text.get(..span.map_or(0, |span| span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        // Other messages quote the file, which may contain a secret.
        let reason = if message.starts_with("unknown field") || message.starts_with("duplicate key") {
            message
        } else if message.starts_with("invalid type") {
            "a value is not of the right kind; texts stand in quotes"
        } else {
            "it is not TOML"
        };
        SettingsProblem::NotProfiles { path: self.path.clone(), line, reason: reason.to_owned() }
    }
}

fn is_not_there(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
