//! The three settings that the vendor's package and sample application use, from the environment or a file.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials, InvalidApplicationId, InvalidSecret};
use zeroize::Zeroizing;

use crate::base_url::{BaseUrl, InvalidBaseUrl};
use crate::env_file::{self, FileProblem};
use crate::generated::SERVERS;

/// The setting, and environment variable, with the base URL.
pub const SERVER_VARIABLE: &str = "IAMPASS_SERVER";
/// The setting, and environment variable, with the application's id.
pub const APPLICATION_ID_VARIABLE: &str = "IAMPASS_APPLICATION_ID";
/// The setting, and environment variable, with the application's secret.
pub const APPLICATION_SECRET_VARIABLE: &str = "IAMPASS_APPLICATION_SECRET";

/// Where the service is and who calls it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The URL below which the API is served.
    pub base_url: BaseUrl,
    /// The application's id and secret.
    pub credentials: Credentials,
}

impl Settings {
    /// Settings that were come by in another way.
    #[must_use]
    pub fn new(base_url: BaseUrl, credentials: Credentials) -> Self {
        Self { base_url, credentials }
    }

    /// Reads `IAMPASS_SERVER`, `IAMPASS_APPLICATION_ID` and `IAMPASS_APPLICATION_SECRET`. Without the
    /// first, the contract's preferred server is taken. A variable that is empty counts as not set.
    ///
    /// # Errors
    /// [`SettingsError`] names the variable that is missing or malformed.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_variables(|name| env::var_os(name))
    }

    /// Reads the same three settings from a file of `NAME=value` lines, as container and service
    /// managers use them. Empty lines, lines that begin with `#`, a leading `export` and quotes around a
    /// value are passed over, and so are other names. Keep the file readable to its owner alone.
    ///
    /// # Errors
    /// [`SettingsError::File`] names the file and the line, or the setting that is missing or malformed.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, SettingsError> {
        let path = path.as_ref();
        let in_file =
            |source: FileProblem| SettingsError::File { path: path.to_owned(), source: Box::new(source) };
        let text = fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|source| in_file(FileProblem::Unreadable { source }))?;
        let values = env_file::parse(&text).map_err(in_file)?;
        Self::from_variables(|name| values.get(name).map(|value| OsString::from(*value)))
            .map_err(|source| in_file(FileProblem::Setting { source }))
    }

    /// As [`from_env`](Settings::from_env), with another source of variables.
    ///
    /// # Errors
    /// [`SettingsError`] names the variable that is missing or malformed.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, SettingsError> {
        let server = read(&lookup, SERVER_VARIABLE)?;
        let base_url = BaseUrl::parse(server.as_deref().unwrap_or(SERVERS[0]))
            .map_err(|source| SettingsError::Server { source })?;
        Ok(Self { base_url, credentials: Self::credentials_from_variables(lookup)? })
    }

    /// The application's id and secret alone, for what needs no server.
    ///
    /// # Errors
    /// [`SettingsError`] names the variable that is missing or malformed.
    pub fn credentials_from_variables(
        lookup: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Credentials, SettingsError> {
        let id = required(&lookup, APPLICATION_ID_VARIABLE)?;
        let id = ApplicationId::new(&id).map_err(|source| SettingsError::ApplicationId { source })?;
        let secret = required(&lookup, APPLICATION_SECRET_VARIABLE)?;
        let secret =
            ApplicationSecret::new(secret).map_err(|source| SettingsError::ApplicationSecret { source })?;
        Ok(Credentials::new(id, secret))
    }
}

fn read(
    lookup: impl Fn(&str) -> Option<OsString>,
    name: &'static str,
) -> Result<Option<String>, SettingsError> {
    match lookup(name) {
        Some(value) if !value.is_empty() => {
            value.into_string().map(Some).map_err(|_| SettingsError::NotUnicode { name })
        }
        _ => Ok(None),
    }
}

fn required(lookup: impl Fn(&str) -> Option<OsString>, name: &'static str) -> Result<String, SettingsError> {
    read(lookup, name)?.ok_or(SettingsError::Missing { name })
}

/// Which setting is missing or malformed. Values are left out: a secret may be among them.
#[derive(Debug, displaydoc::Display)]
#[non_exhaustive]
pub enum SettingsError {
    /// A variable is not set, or empty. Set it.
    #[displaydoc("{name} is not set")]
    Missing {
        /// The variable.
        name: &'static str,
    },
    /// A variable's value is not Unicode. Set it anew.
    #[displaydoc("{name} is not valid Unicode")]
    NotUnicode {
        /// The variable.
        name: &'static str,
    },
    /// `IAMPASS_SERVER` is not a base URL. Correct it.
    #[displaydoc("IAMPASS_SERVER is malformed: {source}")]
    Server {
        /// Why.
        source: InvalidBaseUrl,
    },
    /// `IAMPASS_APPLICATION_ID` cannot be an application's id. Copy it again.
    #[displaydoc("IAMPASS_APPLICATION_ID is malformed: {source}")]
    ApplicationId {
        /// Why.
        source: InvalidApplicationId,
    },
    /// `IAMPASS_APPLICATION_SECRET` cannot be a secret. Copy it again.
    #[displaydoc("IAMPASS_APPLICATION_SECRET is malformed: {source}")]
    ApplicationSecret {
        /// Why.
        source: InvalidSecret,
    },
    /// A file of settings is of no use. Correct what it names.
    #[displaydoc("{path:?}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<FileProblem>,
    },
}

impl std::error::Error for SettingsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Server { source } => Some(source),
            Self::ApplicationId { source } => Some(source),
            Self::ApplicationSecret { source } => Some(source),
            Self::File { source, .. } => Some(source.as_ref()),
            Self::Missing { .. } | Self::NotUnicode { .. } => None,
        }
    }
}
