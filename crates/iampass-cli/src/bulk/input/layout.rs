//! How ids stand in an input, as the command line and the file's name say.

use std::ffi::OsStr;
use std::path::Path;

use crate::args::{InputArguments, InputFormat};

#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) format: InputFormat,
    /// Whether `--format` says it; else the file's name does, and the content may show otherwise.
    pub(crate) format_is_given: bool,
    pub(crate) column: Column,
    /// `None`: as in the header.
    pub(crate) delimiter: Option<u8>,
    pub(crate) skip_lines: u64,
    pub(crate) trim: bool,
}

/// Where the id is: in a column of a table, or a member of JSON objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Name(String),
    /// From 0, of a table without a header.
    Number(usize),
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum LayoutError {
    #[error("`{option}` says nothing where the input is read as {}", .format.title())]
    Useless { option: &'static str, format: InputFormat },
    #[error("without a header a column has a number, from 1, and `{0}` is none")]
    NotANumber(String),
}

impl LayoutError {
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Useless { .. } => {
                "say with `--format` what there is, or leave the option out; nothing was sent"
            }
            Self::NotANumber(_) => "`--column 1` is the first; nothing was sent",
        }
    }
}

impl Layout {
    /// The layout of ids that stand in this format, with no option.
    pub(crate) fn plain(format: InputFormat) -> Self {
        Self {
            format,
            format_is_given: true,
            column: Column::Name("id".to_owned()),
            delimiter: None,
            skip_lines: 0,
            trim: false,
        }
    }

    pub(crate) fn new(path: &Path, arguments: &InputArguments) -> Result<Self, LayoutError> {
        let format = arguments.input_format.unwrap_or_else(|| format_of(path));
        for (is_given, says_something, option) in [
            (arguments.column.is_some(), format.has_columns(), "--column"),
            (arguments.delimiter.is_some(), format.is_table(), "--delimiter"),
            (arguments.no_header, format.is_table(), "--no-header"),
            (arguments.skip_lines > 0, format != InputFormat::Json, "--skip-lines"),
        ] {
            if is_given && !says_something {
                return Err(LayoutError::Useless { option, format });
            }
        }
        let name = arguments.column.clone().unwrap_or_else(|| "id".to_owned());
        let column = if arguments.no_header {
            let number = name.parse().ok().and_then(|number: usize| number.checked_sub(1));
            Column::Number(number.ok_or(LayoutError::NotANumber(name))?)
        } else {
            Column::Name(name)
        };
        Ok(Self {
            format,
            format_is_given: arguments.input_format.is_some(),
            column,
            delimiter: arguments.delimiter,
            skip_lines: arguments.skip_lines,
            trim: arguments.trim,
        })
    }

    /// The column or member, as `--column` has it.
    pub(crate) fn column_name(&self) -> String {
        match &self.column {
            Column::Name(name) => name.clone(),
            Column::Number(index) => (index + 1).to_string(),
        }
    }
}

/// The format that a file's name stands for.
fn format_of(path: &Path) -> InputFormat {
    let extension = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    match extension.as_deref() {
        Some("csv") => InputFormat::Csv,
        Some("tsv" | "tab") => InputFormat::Tsv,
        Some("json") => InputFormat::Json,
        Some("jsonl" | "ndjson") => InputFormat::Jsonl,
        _ => InputFormat::Lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_the_format() {
        for (name, format) in [
            ("a.csv", InputFormat::Csv),
            ("a.b/C.CSV", InputFormat::Csv),
            ("a.tsv", InputFormat::Tsv),
            ("a.json", InputFormat::Json),
            ("a.jsonl", InputFormat::Jsonl),
            ("a.ndjson", InputFormat::Jsonl),
            ("csv", InputFormat::Lines),
            ("a.txt", InputFormat::Lines),
            ("-", InputFormat::Lines),
        ] {
            assert_eq!(format_of(Path::new(name)), format, "{name}");
        }
    }
}
