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
    /// A variable's value has quotes around it, which whoever set it meant as part of the syntax. Set it without.
    #[error("{name} has quotes around its value; set it without them")]
    Quoted {
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
    /// A line has the name of a setting, and is not `NAME=value`.
    #[error("line {line}: write it as in `{name}=value`")]
    Line {
        /// Counted from 1.
        line: usize,
        /// The setting.
        name: &'static str,
    },
    /// A setting occurs twice.
    #[error("line {line}: {name} occurs a second time")]
    Twice {
        /// Counted from 1.
        line: usize,
        /// The setting.
        name: &'static str,
    },
    /// Programs differ in how they read this value.
    #[error("line {line}: the value of {name} {problem}")]
    Value {
        /// Counted from 1.
        line: usize,
        /// The setting.
        name: &'static str,
        /// What is ambiguous about it.
        problem: ValueProblem,
    },
    /// A setting is missing or malformed.
    #[error(transparent)]
    Setting(Box<SettingsError>),
}

/// Why a value in a file is ambiguous.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueProblem {
    /// A quote is not closed on the same line.
    #[error("begins with a quote that is not closed on this line")]
    Unclosed,
    /// Something other than a comment follows the closing quote.
    #[error("has text after its closing quote; a comment needs a space before its `#`")]
    AfterQuote,
    /// A backslash in double quotes: some programs take it as an escape.
    #[error("has a backslash in double quotes; put it in single quotes")]
    Backslash,
    /// White space in a value without quotes.
    #[error("has white space and no quotes; put it in single quotes")]
    Space,
    /// A quote that is opened on this line is closed on the setting's line, or after it.
    #[error("may be inside of the quotes that line {0} opens; close them there")]
    Inside(usize),
    /// A quote inside a value without quotes.
    #[error("has a quote inside; put the whole value in quotes of the other kind")]
    Quote,
}
