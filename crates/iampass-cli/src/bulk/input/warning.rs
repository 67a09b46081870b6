//! Warnings about input that is read as it stands, although it may not be what was meant.

use std::fmt;

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
            _ if is_hidden(character) => Oddity::Invisible(character),
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

/// Blanks other than the usual one, characters without a shape (joiners, direction marks, variation selectors, fillers,
/// tags), and the replacement character.
fn is_hidden(character: char) -> bool {
    (character.is_whitespace() && character != ' ')
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffd}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// An id as it would be sent, with invisible characters escaped.
pub(crate) fn visible(id: &str) -> String {
    /// At most this many characters are shown.
    const AT_MOST: usize = 80;
    let inner = id.trim();
    let begin = id.len() - id.trim_start().len();
    let mut text = String::with_capacity(id.len());
    for (count, (at, character)) in id.char_indices().enumerate() {
        if count == AT_MOST {
            text.push('…');
            break;
        }
        let outer = at < begin || at >= begin + inner.len();
        if outer || character.is_control() || character == '\u{feff}' || is_hidden(character) {
            text.extend(character.escape_unicode());
        } else {
            text.push(character);
        }
    }
    text
}
