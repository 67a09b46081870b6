//! What is wrong with an input, and where.

use std::fmt;
use std::io;

use crate::args::InputFormat;
use crate::output::visible;

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
    #[error("the byte 0x{byte:02x} here is not UTF-8{}", windows(*.byte))]
    NotUtf8 { byte: u8 },
    #[error("the text is {encoding}, not UTF-8")]
    Utf16 { encoding: &'static str },
    #[error("this is {found}, not text")]
    NotText { found: &'static str, hint: &'static str },
    #[error("this looks like {}, and {}", title(*.found), named_as(*.named))]
    OtherFormat { found: Look, named: InputFormat },
    #[error("the line is longer than {limit} bytes")]
    LongLine { limit: usize },
    #[error("the id is longer than {limit} bytes")]
    LongId { limit: usize },
    #[error("there is no column `{}`; the columns are {}", visible(.wanted), listed(&.columns.names))]
    NoColumn { wanted: String, columns: Box<Columns> },
    #[error("there is no column {wanted}; the first line has {all}")]
    NoSuchNumber { wanted: usize, all: usize },
    #[error("`{}` is no column's name: the first line is not a header", visible(.found))]
    NoHeader { found: String },
    #[error("more than one of comma, semicolon, tab and bar may stand between the columns")]
    Delimiter,
    #[error("two columns are called `{}`", visible(.wanted))]
    TwoColumns { wanted: String },
    #[error("the number of fields is {found}, and {expected} in the first line")]
    Fields { found: usize, expected: usize, delimiter: char },
    #[error("the quote that opens here is never closed")]
    OpenQuote,
    #[error("text stands behind a closing quote")]
    TextAfterQuote,
    #[error("there is a NUL character in the id")]
    Nul,
    #[error("there is a carriage return within the line")]
    CarriageReturn,
    #[error("this is not JSON: {0}")]
    Json(String),
    #[error("this is {found}, not an array")]
    NotAnArray { found: &'static str },
    #[error("this is {found}, neither a string nor an object with the member `{wanted}`")]
    NoId { found: &'static str, wanted: String },
    #[error("the object has no member `{wanted}`")]
    NoMember { wanted: String },
    #[error("the member `{wanted}` is {found}, not a string")]
    NotAString { wanted: String, found: &'static str },
}

/// What a content looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Format(InputFormat),
    Markup,
}

impl Look {
    pub(crate) fn format(self) -> Option<InputFormat> {
        match self {
            Self::Format(format) => Some(format),
            Self::Markup => None,
        }
    }
}

/// The columns of a table that lacks the wanted one.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(super) names: Vec<String>,
    /// The one that may be meant.
    pub(super) meant: Option<String>,
    /// How many lines come before one that has the wanted name.
    pub(super) skip: Option<u64>,
}

impl Columns {
    fn hint(&self) -> String {
        if let Some(meant) = &self.meant {
            return format!("did you mean `--column '{}'`?", visible(meant));
        }
        if let Some(lines) = self.skip {
            return format!("the columns' names seem to stand further down: `--skip-lines {lines}`");
        }
        "say with `--column` where the ids are; if there are no names in the first line, \
         `--no-header --column NUMBER`"
            .to_owned()
    }
}

impl Problem {
    /// `bytes` are valid UTF-8 up to the index `valid`.
    pub(super) fn not_utf8(bytes: &[u8], valid: usize) -> Self {
        Self::NotUtf8 { byte: bytes.get(valid).copied().unwrap_or_default() }
    }
}

/// What the byte is in the encoding that programs on Windows use where they do not use UTF-8.
fn windows(byte: u8) -> String {
    /// From 0x80; `\0` where there is no character.
    const SPECIAL: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’',
        '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    let special = usize::from(byte).checked_sub(0x80).and_then(|index| SPECIAL.get(index)).copied();
    match special.unwrap_or(char::from(byte)) {
        '\0' => String::new(),
        character if byte < 0x80 || !character.is_alphanumeric() && special.is_none() => String::new(),
        character => format!("; in Windows-1252 it is `{character}`"),
    }
}

fn title(look: Look) -> &'static str {
    look.format().map_or("a web page or XML", InputFormat::title)
}

fn named_as(format: InputFormat) -> String {
    match format {
        InputFormat::Lines => "nothing says so".to_owned(),
        format => format!("the file's name says {}", format.title()),
    }
}

fn listed(names: &[String]) -> String {
    /// At most this many names are listed.
    const AT_MOST: usize = 20;
    let mut list =
        names.iter().take(AT_MOST).map(|name| format!("`{}`", visible(name))).collect::<Vec<_>>().join(", ");
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
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match &self.problem {
            Problem::Io(_) | Problem::OpenQuote | Problem::Json(_) => return None,
            Problem::Empty => "if that is as it should be, there is nothing to do",
            Problem::NotUtf8 { .. } => {
                "save it as UTF-8 (Excel: \"CSV UTF-8\"), or convert it: `iconv -f WINDOWS-1252 -t UTF-8` if it \
                 comes from Windows"
            }
            Problem::Utf16 { encoding } => {
                return Some(format!("save it as UTF-8, or convert it: `iconv -f {encoding} -t UTF-8`"));
            }
            Problem::NotText { hint, .. } => hint,
            Problem::OtherFormat { found, named } => {
                let named = named.name();
                return Some(match found.format() {
                    Some(found) => format!(
                        "say `--format {}`; or `--format {named}`, if that is what it is all the same",
                        found.name()
                    ),
                    None => format!("say `--format {named}` if that is what it is all the same"),
                });
            }
            Problem::LongLine { .. } | Problem::LongId { .. } => {
                "look whether there is an id in each line, or say with `--format` what there is"
            }
            Problem::Fields { delimiter: ',', .. } => {
                "a value that has a comma in it must stand in quotes; `--delimiter` says what stands between \
                 the columns"
            }
            Problem::Fields { .. } => {
                "a value that has the delimiter in it must stand in quotes; `--delimiter` says what stands \
                 between the columns"
            }
            Problem::NoColumn { columns, .. } => return Some(columns.hint()),
            Problem::NoSuchNumber { .. } => "say with `--column` the number of the column, from 1",
            Problem::NoHeader { .. } => {
                "say with `--no-header --column NUMBER` where the ids are, so that the first line is read too"
            }
            Problem::Delimiter => "say with `--delimiter` which it is, such as `--delimiter ';'`",
            Problem::TextAfterQuote => {
                "a quote that belongs to a quoted value is written twice; look whether one is missing or too \
                 many in the lines before"
            }
            Problem::Nul => "take it out; if the text is UTF-16, convert it: `iconv -f UTF-16LE -t UTF-8`",
            Problem::CarriageReturn => "let lines end in LF or CRLF: `tr '\\r' '\\n'`",
            Problem::NotAnArray { found: "an object" | "a string" } => {
                "if there is one in each line, say `--format jsonl`"
            }
            Problem::NotAnArray { .. } => "say with `--format` what there is",
            Problem::NoId { .. } | Problem::NoMember { .. } | Problem::NotAString { .. } => {
                "say with `--column` where the ids are"
            }
            Problem::TwoColumns { .. } => "give one of them another name",
        };
        Some(hint.to_owned())
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
