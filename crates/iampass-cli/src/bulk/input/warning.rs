//! Warnings about input that is read as it stands, although it may not be what was meant.

use std::fmt;

use crate::output::{is_invisible, visible};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Warning {
    /// A column's name differs in case or blanks from the wanted one.
    Column { line: u64, name: String, wanted: String },
    /// A record that spans several lines.
    Lines { first: u64, last: u64 },
    /// Invisible characters in an id.
    Odd { line: u64, id: String, found: Vec<Oddity> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    BlankBefore(char),
    BlankBehind(char),
    Control(char),
    Invisible(char),
    Mark,
}

impl Warning {
    /// Whether an id may not be what was meant.
    pub(crate) fn is_odd(&self) -> bool {
        !matches!(self, Self::Column { .. })
    }

    pub(super) fn of_id(line: u64, id: &str) -> Option<Self> {
        let found = oddities(id);
        (!found.is_empty()).then(|| Self::Odd { line, id: id.to_owned(), found })
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column { line, name, wanted } => {
                write!(f, "line {line}: the column `{}` is taken for `{wanted}`", visible(name))
            }
            Self::Lines { first, last } => {
                write!(f, "line {first}: a quoted field makes this record continue to line {last}")
            }
            Self::Odd { line, id, found } => {
                let found: Vec<_> = found.iter().map(ToString::to_string).collect();
                write!(f, "line {line}: the id `{}` has {}", visible(id), found.join(" and "))
            }
        }
    }
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BlankBefore(blank) => write!(f, "a blank at its beginning ({})", blank.escape_unicode()),
            Self::BlankBehind(blank) => write!(f, "a blank at its end ({})", blank.escape_unicode()),
            Self::Control(character) => write!(f, "a control character ({})", character.escape_unicode()),
            Self::Invisible(character) => {
                write!(f, "a character that is not seen ({})", character.escape_unicode())
            }
            Self::Mark => write!(f, "a byte order mark ({})", '\u{feff}'.escape_unicode()),
        }
    }
}

/// Each character once.
fn oddities(id: &str) -> Vec<Oddity> {
    let mut found = Vec::new();
    if let Some(blank) = id.chars().next().filter(|character| character.is_whitespace()) {
        found.push(Oddity::BlankBefore(blank));
    }
    for character in id.trim().chars() {
        let odd = match character {
            '\u{feff}' => Oddity::Mark,
            _ if character.is_control() => Oddity::Control(character),
            _ if is_invisible(character) => Oddity::Invisible(character),
            _ => continue,
        };
        if !found.contains(&odd) {
            found.push(odd);
        }
    }
    if let Some(blank) = id.chars().next_back().filter(|character| character.is_whitespace()) {
        found.push(Oddity::BlankBehind(blank));
    }
    found
}
