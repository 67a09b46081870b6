//! Files of `NAME=value` lines.

use std::collections::HashMap;
use std::io;

use crate::settings::SettingsError;

/// What is wrong with a file of settings. Values are left out: a secret is among them.
#[derive(Debug, displaydoc::Display)]
#[non_exhaustive]
pub enum FileProblem {
    /// It cannot be read, or is not UTF-8.
    #[displaydoc("cannot be read: {source}")]
    Unreadable {
        /// Why.
        source: io::Error,
    },
    /// A line is no setting.
    #[displaydoc("line {line}: a setting is written as in `NAME=value`")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// A name stands there twice.
    #[displaydoc("line {line}: {name} stands there a second time")]
    Twice {
        /// Counted from 1.
        line: usize,
        /// The setting.
        name: String,
    },
    /// A setting is missing or malformed.
    #[displaydoc("{source}")]
    Setting {
        /// Which, and why.
        source: SettingsError,
    },
}

impl std::error::Error for FileProblem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source } => Some(source),
            Self::Setting { source } => source.source(),
            Self::Line { .. } | Self::Twice { .. } => None,
        }
    }
}

/// The values by their names.
pub(crate) fn parse(text: &str) -> Result<HashMap<&str, &str>, FileProblem> {
    let mut values = HashMap::new();
    // Some editors begin a file with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        let here = index + 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let setting = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = setting.split_once('=').ok_or(FileProblem::Line { line: here })?;
        let (name, value) = (name.trim(), unquoted(value.trim()));
        if name.is_empty() {
            return Err(FileProblem::Line { line: here });
        }
        if values.insert(name, value).is_some() {
            return Err(FileProblem::Twice { line: here, name: name.to_owned() });
        }
    }
    Ok(values)
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}
