//! What a profile holds.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use zeroize::Zeroizing;

/// One application on one server. `Debug` does not show the secret.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) server: Option<String>,
    pub(crate) application_id: Option<String>,
    pub(crate) secret: Option<Zeroizing<String>>,
    /// Read each time; relative to the folder of the file that names it.
    pub(crate) secret_file: Option<PathBuf>,
    /// The operating system's keyring has the secret.
    #[serde(default)]
    pub(crate) keyring: bool,
}

impl Profile {
    /// Where its secret is, for people.
    pub(crate) fn secret_place(&self) -> &'static str {
        if self.secret.is_some() {
            "stored"
        } else if self.secret_file.is_some() {
            "file"
        } else if self.keyring {
            "keyring"
        } else {
            "none"
        }
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("server", &self.server)
            .field("application_id", &self.application_id)
            .field("secret", &self.secret_place())
            .finish_non_exhaustive()
    }
}
