//! What is wrong with an input, and where.

use std::fmt;
use std::io;

/// The place and the problem. Lines and columns are counted from 1, columns in characters.
#[derive(Debug)]
pub(crate) struct InputError {
    pub(crate) place: Place,
    pub(crate) problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The input as a whole.
    Whole,
    Line(u64),
    Character {
        line: u64,
        column: u64,
    },
    /// A field of CSV; its column has a number and, once the first line is read, a name.
    Field {
        line: u64,
        column: usize,
        name: Option<String>,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Line(line) => write!(f, "line {line}: "),
            Self::Character { line, column } => write!(f, "line {line}, column {column}: "),
            Self::Field { line, column, name: None } => write!(f, "line {line}, column {column}: "),
            Self::Field { line, column, name: Some(name) } => {
                write!(f, "line {line}, column {column} (`{name}`): ")
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("it cannot be read")]
    Io(#[source] io::Error),
    #[error("there is no id in it")]
    Empty,
    #[error("the byte 0x{byte:02x} here is not UTF-8")]
    NotUtf8 { byte: u8 },
    #[error("the text is UTF-16, not UTF-8")]
    Utf16,
    #[error("the line is longer than {limit} bytes")]
    LongLine { limit: usize },
    #[error("the id is longer than {limit} bytes")]
    LongId { limit: usize },
    #[error("there is no column `{wanted}`; the columns are {}", listed(.found))]
    NoColumn { wanted: String, found: Vec<String> },
    #[error("two columns are called `{wanted}`")]
    TwoColumns { wanted: String },
    #[error("the number of fields is {found}, and {expected} in the first line")]
    Fields { found: u64, expected: u64 },
    #[error("the quote that opens here is never closed")]
    OpenQuote,
    #[error("this is not JSON: {0}")]
    Json(String),
    #[error("this is {found}; a line has a string, or an object with the member `{wanted}`")]
    NoId { found: &'static str, wanted: String },
    #[error("the object has no member `{wanted}`")]
    NoMember { wanted: String },
    #[error("the member `{wanted}` is {found}, not a string")]
    NotAString { wanted: String, found: &'static str },
}

fn listed(names: &[String]) -> String {
    /// More than a person can see at a glance.
    const AT_MOST: usize = 20;
    let mut list = names.iter().take(AT_MOST).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > AT_MOST {
        list.push_str(", …");
    }
    list
}

impl InputError {
    pub(crate) fn at(place: Place, problem: Problem) -> Self {
        Self { place, problem }
    }

    /// What to do about it, if the message does not say so itself.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self.problem {
            Problem::Io(_) | Problem::Fields { .. } | Problem::OpenQuote | Problem::Json(_) => None,
            Problem::Empty => Some("if that is as it should be, there is nothing to do"),
            Problem::NotUtf8 { .. } | Problem::Utf16 => {
                Some("save it as UTF-8, or convert it: `iconv -f LATIN1 -t UTF-8`, or -f UTF-16")
            }
            Problem::LongLine { .. } | Problem::LongId { .. } => {
                Some("look whether there is an id in each line, or say with `--format` what there is")
            }
            Problem::NoColumn { .. }
            | Problem::NoId { .. }
            | Problem::NoMember { .. }
            | Problem::NotAString { .. } => Some("say with `--column` where the ids are"),
            Problem::TwoColumns { .. } => Some("give one of them another name"),
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.place, self.problem)
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.problem)
    }
}
