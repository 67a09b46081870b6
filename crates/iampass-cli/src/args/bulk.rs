//! `iampass users import` and `iampass users remove`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::count::count;
use super::input::InputArguments;
use super::output::OutputArguments;
use super::service::ServiceArguments;

pub(super) const IMPORT_EXAMPLES: &str = "\
Ends with how many ids were created, existing, invalid, duplicate and failed.
Exit code 0 says that all went through.

When the service is away or asks to slow down, the run pauses and sends again
what did not get through, until --give-up-after. With --checkpoint, the same
command resumes where it was stopped, whatever stopped it. With --dry-run, all
of the input is checked and nothing is sent; that needs no settings.

Examples:
  iampass users import staff.txt --dry-run
  iampass users import staff.txt --checkpoint staff.state --report out.csv
  iampass users import staff.csv --column email --rate 5
  generate-ids | iampass users import - --format jsonl --column user";

pub(super) const REMOVE_EXAMPLES: &str = "\
Their devices are deleted with them. Ends with how many ids were deleted,
invalid, duplicate and failed; the service does not tell which of the deleted
it had. Exit code 0 says that all went through.

Says how many ids there are on which server, and asks. Where there is no
terminal to ask on, and for what comes through a pipe, it takes --yes.

When the service is away or asks to slow down, the run pauses and sends again
what did not get through, until --give-up-after. With --checkpoint, the same
command resumes where it was stopped, whatever stopped it. With --dry-run, all
of the input is checked and nothing is sent; that needs no settings.

Examples:
  iampass users remove leavers.txt --dry-run
  iampass users remove leavers.csv --column email --checkpoint state";

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct BulkArguments {
    /// The file with the ids; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) input: PathBuf,
    #[command(flatten)]
    pub(crate) layout: InputArguments,
    /// Record what is done in this file, and resume from it when run again
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// Write here what became of each id: CSV if it ends in `.csv`, else JSON Lines
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// In a CSV report, put an apostrophe before what spreadsheets take for formulas
    #[arg(long, requires = "report")]
    pub(crate) spreadsheet_safe: bool,
    /// Read and check everything, send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the requests as commands for curl, signed, and send nothing
    #[arg(long, conflicts_with_all = ["dry_run", "checkpoint", "report"])]
    pub(crate) curl: bool,
    /// Ids in one request; the service does not say how many it takes
    #[arg(long, value_name = "IDS", default_value = "1000", value_parser = count)]
    pub(crate) chunk: NonZeroUsize,
    /// Requests at the same time
    #[arg(long, value_name = "REQUESTS", default_value = "4", value_parser = count)]
    pub(crate) concurrency: NonZeroUsize,
    /// Requests per second at the most, evenly spread [default: no limit]
    #[arg(long, value_name = "NUMBER", value_parser = rate)]
    pub(crate) rate: Option<f64>,
    /// How long an outage may last, as in 90s, 5m or 1h; 0s does not wait for its end
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = humantime::parse_duration)]
    pub(crate) give_up_after: Duration,
    /// Do not look for duplicates; memory then does not grow with the input
    #[arg(long)]
    pub(crate) keep_duplicates: bool,
    /// Show no progress and no warnings
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    #[command(flatten)]
    pub(crate) service: ServiceArguments,
}

#[derive(Args)]
pub(crate) struct RemoveArguments {
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) bulk: BulkArguments,
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("it is a number above 0, such as 5 or 0.5".to_owned()),
    }
}
