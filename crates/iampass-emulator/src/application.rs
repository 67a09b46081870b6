//! Applications as they are given to the emulator.

use std::fmt;

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use zeroize::Zeroizing;

use crate::error::InvalidApplication;
use crate::random;

/// An application for the emulator to serve: an id and a secret.
///
/// Made from text ([`Application::new`]) or drawn at random ([`Application::fresh`]), the emulator
/// knows the secret's text: it can write it to its file, export it, and try what a signer may have
/// done with it instead of signing rightly. [`Credentials`] are sealed, and an emulator with a file
/// has to be given them anew at each start.
#[derive(Clone)]
pub struct Application {
    credentials: Credentials,
    secret_text: Option<Zeroizing<String>>,
}

impl Application {
    /// Takes an id and a secret as they were issued.
    ///
    /// # Errors
    /// When one of the two has not the form that it must have.
    pub fn new(id: &str, secret: impl Into<String>) -> Result<Self, InvalidApplication> {
        let secret_text = Zeroizing::new(secret.into());
        let id = ApplicationId::new(id).map_err(InvalidApplication::Id)?;
        let secret = ApplicationSecret::new(secret_text.as_str()).map_err(InvalidApplication::Secret)?;
        Ok(Self { credentials: Credentials::new(id, secret), secret_text: Some(secret_text) })
    }

    /// Draws credentials of the vendor's form: an id of 32 hexadecimal digits, a secret of 32 capitals
    /// and digits.
    ///
    /// # Errors
    /// None, as long as that form is one that credentials may have.
    pub fn fresh() -> Result<Self, InvalidApplication> {
        Self::fresh_for(&random::random_hex())
    }

    /// As [`fresh`](Application::fresh), with an id of one's own.
    ///
    /// # Errors
    /// When the id has not the form that it must have.
    pub fn fresh_for(id: &str) -> Result<Self, InvalidApplication> {
        Self::new(id, random::random_secret())
    }

    /// What a client needs to sign.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The secret, for a person to copy; `None` if it was given sealed. It opens nothing but the
    /// emulator: nowhere else should a secret be shown.
    #[must_use]
    pub fn expose_secret(&self) -> Option<&str> {
        self.secret_text()
    }

    pub(crate) fn id(&self) -> &ApplicationId {
        self.credentials.application_id()
    }

    /// The text must be that of the credentials' secret.
    pub(crate) fn with_secret_text(self, secret_text: Option<Zeroizing<String>>) -> Self {
        Self { secret_text, ..self }
    }

    pub(crate) fn secret_text(&self) -> Option<&str> {
        self.secret_text.as_ref().map(|text| text.as_str())
    }
}

/// Sealed: the emulator can verify with them, and nothing more.
impl From<Credentials> for Application {
    fn from(credentials: Credentials) -> Self {
        Self { credentials, secret_text: None }
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}
