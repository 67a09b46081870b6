//! `iampass verify`.

use std::path::PathBuf;

use clap::Args;

use super::output::OutputArguments;
use super::service::SettingsArguments;

pub(super) const VERIFY_EXAMPLES: &str = "\
Reads headers, `Name: value` on a line each: a request as it came or went, what
`curl -v` shows of it, or what `iampass sign` prints, as text or JSON. Needs the
application's id and secret; sends nothing. A signature that was right when it
was made is right here, however long ago that is, unless --at tells when it came.

Exit codes: 0 if the signature is right, 5 if it is not.

Examples:
  iampass verify request.txt
  iampass verify --url 'https://main.iam-api.com/management/…' headers.txt
  curl -v … 2>&1 | iampass verify --output json";

#[derive(Args)]
pub(crate) struct VerifyArguments {
    /// The file with the captured request
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    pub(crate) file: PathBuf,
    /// The URL that was sent [default: from the request line and the header `Host`]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// When the request came, in Unix seconds: then its age counts as well
    #[arg(long, value_name = "T")]
    pub(crate) at: Option<u64>,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
}
