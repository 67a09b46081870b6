//! Errors of settings. No message contains a secret.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::path::PathBuf;

use iampass_auth::ApplicationId;

use super::name::ProfileName;
use super::profile::Profile;
use super::source::Source;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::printable;
use crate::shell_word::quoted_path;

#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsProblem {
    #[error("{variable} is not set")]
    Missing {
        variable: &'static str,
        flag: &'static str,
        /// The profiles that exist, if none was named and none is the current one.
        not_asked: Vec<String>,
    },
    #[error("{from} is malformed: {reason}")]
    Malformed { from: Source, reason: Box<dyn Error + Send + Sync> },
    #[error("{variable} is not valid Unicode")]
    NotUnicode { variable: &'static str },
    #[error("{from} cannot be read")]
    SecretUnreadable { from: Source, source: io::Error },
    #[error("there is no profile `{name}`")]
    UnknownProfile { name: String, known: Vec<String> },
    #[error("no profile is the current one")]
    NoCurrentProfile { known: Vec<String> },
    #[error("the secret of the profile `{profile}` belongs to another application than {application_id}")]
    OtherApplication { profile: ProfileName, application_id: ApplicationId },
    #[error("the machine does not tell where settings are kept")]
    NoFolder,
    #[error("the profiles in {} cannot be read", path.display())]
    FileUnreadable { path: PathBuf, source: io::Error },
    #[error("the profiles in {} cannot be written", path.display())]
    FileUnwritable { path: PathBuf, source: io::Error },
    #[error("others can read the profiles in {} (mode {mode:04o}), and there may be secrets among them", path.display())]
    FileOpenToOthers { path: PathBuf, mode: u32 },
    #[error("{}, line {line}: {reason}", path.display())]
    NotProfiles { path: PathBuf, line: usize, reason: String },
    #[error("this program was built without the operating system's keyring")]
    NoKeyring,
    #[cfg(feature = "keyring")]
    #[error("the operating system's keyring does not do its part for the profile `{profile}`")]
    Keyring { profile: ProfileName, source: Box<dyn Error + Send + Sync> },
    #[error("what is missing cannot be asked for")]
    Prompt { source: io::Error },
}

impl SettingsProblem {
    pub(super) fn malformed(from: Source, reason: impl Error + Send + Sync + 'static) -> Self {
        Self::Malformed { from, reason: Box::new(reason) }
    }

    pub(crate) fn unknown_profile(name: &str, profiles: &BTreeMap<String, Profile>) -> Self {
        Self::UnknownProfile { name: name.to_owned(), known: profiles.keys().cloned().collect() }
    }

    pub(crate) fn no_current_profile(profiles: &BTreeMap<String, Profile>) -> Self {
        Self::NoCurrentProfile { known: profiles.keys().cloned().collect() }
    }
}

impl CommandError for SettingsProblem {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Missing { flag, not_asked, .. } if !not_asked.is_empty() => format!(
                "no profile is the current one; choose one with `iampass profile use NAME`, name it with --profile, or \
                 give {flag}; there are: {}",
                names(not_asked)
            ),
            Self::Missing { flag, .. } => format!(
                "set it to what IAMPASS issued for the application, give {flag}, or store both with \
                 `iampass login`; to try without, run `iampass emulator`, which prints settings of its own"
            ),
            Self::Malformed { from, .. } => match from {
                Source::Variable(_) => "correct it in the environment".to_owned(),
                Source::Profile { name, .. } | Source::Keyring { profile: name } => {
                    format!("store the profile anew with `iampass login --profile {name}`")
                }
                _ => return None,
            },
            Self::NotUnicode { .. } => "correct it in the environment".to_owned(),
            Self::UnknownProfile { known, .. } | Self::NoCurrentProfile { known } if known.is_empty() => {
                "there are none yet; `iampass login` stores one".to_owned()
            }
            Self::UnknownProfile { known, .. } => format!("there are: {}", names(known)),
            Self::NoKeyring => {
                "build it with `cargo install iampass-cli --features keyring`, or store the profile anew without \
                 --keyring"
                    .to_owned()
            }
            #[cfg(feature = "keyring")]
            Self::Keyring { .. } => {
                "is it there and unlocked? Without --keyring, `iampass login` stores the secret in the profile"
                    .to_owned()
            }
            Self::NoCurrentProfile { known } => {
                format!("choose one with `iampass profile use NAME`, or name it; there are: {}", names(known))
            }
            Self::OtherApplication { .. } => {
                "give the other application's secret too (IAMPASS_APPLICATION_SECRET or --secret-file), or \
                 name its profile"
                    .to_owned()
            }
            Self::NoFolder => "set HOME, or use the environment in place of a profile".to_owned(),
            Self::FileOpenToOthers { path, .. } => {
                format!(
                    "run `chmod 600 {}`; if others may have read it, have new secrets issued",
                    quoted_path(path)
                )
            }
            Self::NotProfiles { .. } => {
                "correct it there, or move the file away and run `iampass login`".to_owned()
            }
            Self::SecretUnreadable { .. }
            | Self::FileUnreadable { .. }
            | Self::FileUnwritable { .. }
            | Self::Prompt { .. } => return None,
        };
        Some(hint)
    }
}

/// Escaped, because the file may have been edited by hand.
fn names(known: &[String]) -> String {
    let names: Vec<_> = known.iter().map(|name| printable(name)).collect();
    names.join(", ")
}
