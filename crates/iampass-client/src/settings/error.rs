//! What is wrong with a setting. Values are left out: a secret may be among them.

use std::io;
use std::path::PathBuf;

use iampass_auth::{InvalidApplicationId, InvalidSecret};

use crate::base_url::InvalidBaseUrl;

/// Which setting is missing or malformed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A variable is not set, or empty. Set it.
    #[error("{name} is not set")]
    Missing {
        /// The variable.
        name: &'static str,
    },
    /// A variable's value is not Unicode. Set it anew.
    #[error("{name} is not valid Unicode")]
    NotUnicode {
        /// The variable.
        name: &'static str,
    },
    /// `IAMPASS_SERVER` is not a base URL. Correct it.
    #[error("IAMPASS_SERVER is malformed: {source}")]
    Server {
        /// Why.
        source: InvalidBaseUrl,
    },
    /// `IAMPASS_APPLICATION_ID` cannot be an application's id. Copy it again.
    #[error("IAMPASS_APPLICATION_ID is malformed: {source}")]
    ApplicationId {
        /// Why.
        source: InvalidApplicationId,
    },
    /// `IAMPASS_APPLICATION_SECRET` cannot be a secret. Copy it again.
    #[error("IAMPASS_APPLICATION_SECRET is malformed: {source}")]
    ApplicationSecret {
        /// Why.
        source: InvalidSecret,
    },
    /// A file of settings cannot be used. Correct what it names.
    #[error("{path:?}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: FileProblem,
    },
}

/// What is wrong with a file of settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileProblem {
    /// It cannot be read, or is not UTF-8.
    #[error("cannot be read: {source}")]
    Unreadable {
        /// Why.
        source: io::Error,
    },
    /// A line is not a setting.
    #[error("line {line}: a setting is written as in `NAME=value`")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// A name occurs twice.
    #[error("line {line}: {name} stands there a second time")]
    Twice {
        /// Counted from 1.
        line: usize,
        /// The setting.
        name: String,
    },
    /// A setting is missing or malformed.
    #[error(transparent)]
    Setting(Box<SettingsError>),
}
