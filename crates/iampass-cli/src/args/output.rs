//! How results are printed.

use clap::{Args, ValueEnum};

#[derive(Args)]
pub(crate) struct OutputArguments {
    /// How to print the result
    #[arg(long = "output", value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs: one line of JSON
    Json,
    /// For programs that read line by line: a JSON object for each record
    Jsonl,
    /// For people who compare: columns below their names
    Table,
}
