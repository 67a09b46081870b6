//! The three settings that the vendor's package and sample application use, from the environment or a file.

mod env_file;
mod error;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use zeroize::Zeroizing;

use crate::base_url::BaseUrl;

pub use self::error::{FileProblem, SettingsError, ValueProblem};

/// The setting, and environment variable, with the base URL.
pub const SERVER_VARIABLE: &str = "IAMPASS_SERVER";
/// The setting, and environment variable, with the application's id.
pub const APPLICATION_ID_VARIABLE: &str = "IAMPASS_APPLICATION_ID";
/// The setting, and environment variable, with the application's secret.
pub const APPLICATION_SECRET_VARIABLE: &str = "IAMPASS_APPLICATION_SECRET";

/// The server that is called unless a setting names another one. Each contract lists it first.
const DEFAULT_SERVER: &str = "https://main.iam-api.com";

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
    /// Settings from elsewhere than the environment or a file.
    #[must_use]
    pub fn new(base_url: BaseUrl, credentials: Credentials) -> Self {
        Self { base_url, credentials }
    }

    /// Reads `IAMPASS_SERVER`, `IAMPASS_APPLICATION_ID` and `IAMPASS_APPLICATION_SECRET`. Without the
    /// first, the server is `https://main.iam-api.com`. A variable that is empty counts as not set.
    ///
    /// # Errors
    /// [`SettingsError`] names the variable that is missing or malformed.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_variables(|name| env::var_os(name))
    }

    /// Reads the same three settings from a file of `NAME=value` lines (`.env`), as shells, container and service
    /// managers use them: with `export` before the name, single or double quotes around the value, comments on a line
    /// of their own or after a space. Values are taken literally, nothing in them is expanded. A value that programs
    /// read in different ways is refused; lines with other names are skipped. Keep the file readable to its owner
    /// alone.
    ///
    /// # Errors
    /// [`SettingsError::File`] names the file and the line, or the setting that is missing or malformed.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, SettingsError> {
        let path = path.as_ref();
        let in_file = |source: FileProblem| SettingsError::File { path: path.to_owned(), source };
        let text = fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|source| in_file(FileProblem::Unreadable { source }))?;
        let names = [SERVER_VARIABLE, APPLICATION_ID_VARIABLE, APPLICATION_SECRET_VARIABLE];
        let values = env_file::parse(&text, &names).map_err(in_file)?;
        Self::from_variables(|name| values.get(name).map(|value| OsString::from(*value)))
            .map_err(|source| in_file(FileProblem::Setting(Box::new(source))))
    }

    /// As [`from_env`](Settings::from_env), with another source of variables.
    ///
    /// # Errors
    /// [`SettingsError`] names the variable that is missing or malformed.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, SettingsError> {
        let server = read(&lookup, SERVER_VARIABLE)?;
        let base_url = BaseUrl::parse(server.as_deref().unwrap_or(DEFAULT_SERVER))
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
    let Some(value) = lookup(name).filter(|value| !value.is_empty()) else { return Ok(None) };
    let value = value.into_string().map_err(|_| SettingsError::NotUnicode { name })?;
    // Some programs hand on a file's values together with their quotes.
    let is_quoted = |quote| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    if is_quoted('"') || is_quoted('\'') {
        return Err(SettingsError::Quoted { name });
    }
    Ok(Some(value))
}

fn required(lookup: impl Fn(&str) -> Option<OsString>, name: &'static str) -> Result<String, SettingsError> {
    read(lookup, name)?.ok_or(SettingsError::Missing { name })
}
