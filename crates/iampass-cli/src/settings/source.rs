//! Where a setting came from.

use std::fmt;
use std::path::PathBuf;

use super::name::ProfileName;

/// Where a value was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Flag(&'static str),
    SecretFile(PathBuf),
    Variable(&'static str),
    Profile { name: ProfileName, key: &'static str },
    Keyring { profile: ProfileName },
    Prompt,
    Default,
}

impl Source {
    /// Where a secret came from, in a sentence.
    pub(crate) fn place_of_secret(&self) -> String {
        match self {
            Self::SecretFile(path) if path.as_os_str() == "-" => "standard input".to_owned(),
            Self::SecretFile(path) => path.display().to_string(),
            Self::Profile { name, .. } => format!("the profile `{name}`"),
            Self::Keyring { profile } => format!("the keyring (profile `{profile}`)"),
            Self::Prompt => "the terminal, where it was typed".to_owned(),
            Self::Flag(_) | Self::Variable(_) | Self::Default => self.to_string(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::SecretFile(path) if path.as_os_str() == "-" => f.write_str("the secret on standard input"),
            Self::SecretFile(path) => write!(f, "the secret in {}", path.display()),
            Self::Profile { name, key } => write!(f, "`{key}` of the profile `{name}`"),
            Self::Keyring { profile } => write!(f, "the keyring's secret of the profile `{profile}`"),
            Self::Prompt => f.write_str("what was typed"),
            Self::Default => f.write_str("the default"),
        }
    }
}
