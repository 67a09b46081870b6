//! How ids stand in an input.

use clap::{Args, ValueEnum};

#[derive(Args)]
pub(crate) struct InputArguments {
    /// What is in the file [default: by its extension `.csv`, `.tsv`, `.json`, `.jsonl` or `.ndjson`, else
    /// lines]
    #[arg(long = "format", value_name = "FORMAT", value_enum)]
    pub(crate) input_format: Option<InputFormat>,
    /// The column of CSV and TSV, or the member of JSON objects, that has the id; with `--no-header` the
    /// column's number, from 1 [default: id]
    #[arg(long, value_name = "NAME")]
    pub(crate) column: Option<String>,
    /// What stands between the columns: a character, or `tab` [default: as in the header]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub(crate) delimiter: Option<u8>,
    /// The first line has an id too, not the columns' names
    #[arg(long, requires = "column")]
    pub(crate) no_header: bool,
    /// Pass over so many lines at the beginning
    #[arg(long, value_name = "LINES", default_value = "0", hide_default_value = true)]
    pub(crate) skip_lines: u64,
    /// Take blanks off both ends of each id
    #[arg(long)]
    pub(crate) trim: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// An id in each line
    Lines,
    /// Values between commas, semicolons, tabs or bars, with a line of column names
    Csv,
    /// The same between tabs
    Tsv,
    /// An array of strings, or of objects with the id as a member
    Json,
    /// A JSON string, or an object with the id as a member, in each line
    Jsonl,
}

impl InputFormat {
    /// Whether `--column` says anything.
    pub(crate) fn has_columns(self) -> bool {
        self != Self::Lines
    }

    /// Whether there are rows with cells.
    pub(crate) fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Tsv)
    }

    /// As it is given to `--format`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
        }
    }

    /// As people call it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Json => "JSON",
            Self::Jsonl => "JSON Lines",
        }
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if (byte.is_ascii_punctuation() && *byte != b'"') || matches!(byte, b' ' | b'\t') => Ok(*byte),
        _ => Err("it is one character, such as `;`, or `tab`".to_owned()),
    }
}
