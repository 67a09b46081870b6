//! What a profile is called.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

const LONGEST: usize = 64;

/// The name of a profile: letters, digits, `-`, `_` and `.`, so that it needs no quotes anywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct ProfileName(String);

impl ProfileName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProfileName {
    type Err = InvalidProfileName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        if text.is_empty() || text.len() > LONGEST || !text.chars().all(fits) {
            return Err(InvalidProfileName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text cannot be the name of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a profile has 1 to {LONGEST} letters, digits, `-`, `_` or `.`")]
pub(crate) struct InvalidProfileName;
