//! How results are printed.

use clap::{Args, ValueEnum};

#[derive(Args)]
pub(crate) struct OutputArguments {
    /// How to print the result
    #[arg(long = "output", value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// For commands that make one call.
#[derive(Args)]
pub(crate) struct CallOutput {
    #[command(flatten)]
    output: OutputArguments,
    /// Print the call as a command for curl, signed, and send nothing
    #[arg(long)]
    curl: bool,
}

impl CallOutput {
    pub(crate) fn format(&self) -> Format {
        self.output.format
    }

    /// How to print the call, if it is not to be sent.
    pub(crate) fn curl(&self) -> Option<Format> {
        self.curl.then_some(self.output.format)
    }
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
