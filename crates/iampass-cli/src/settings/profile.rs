//! What a profile holds.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use zeroize::Zeroizing;

/// One application on one server. `Debug` does not show the secret.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The service's URL.
    pub server: Option<String>,
    /// The application's id, as issued by IAMPASS.
    pub application_id: Option<String>,
    /// The application's secret, in plain text.
    pub secret: Option<Zeroizing<String>>,
    /// A file with the secret, read at each run; relative to the folder of the profiles file.
    pub secret_file: Option<PathBuf>,
    /// The operating system's keyring has the secret.
    #[serde(default)]
    pub keyring: bool,
}

impl Profile {
    /// Where its secret is, in words.
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
