//! `iampass sign`.

use clap::Args;

use super::output::OutputArguments;
use super::service::SettingsArguments;

pub(super) const SIGN_EXAMPLES: &str = "\
Needs IAMPASS_APPLICATION_ID and IAMPASS_APPLICATION_SECRET; sends nothing.
The headers are good for one request, to this URL, within minutes.

Examples:
  iampass sign 'https://main.iam-api.com/management/add_users/my-app'
  iampass sign --output json 'https://…' | jq -r .Authentication
  iampass sign --explain 'https://…'
  iampass sign --nonce 1 --timestamp 1700000000 'https://…'";

#[derive(Args)]
pub(crate) struct SignArguments {
    /// The request's URL, absolute and percent-encoded, as it will be sent
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// The nonce, in decimal; a service takes each one once [default: random]
    #[arg(long, value_name = "N")]
    pub(crate) nonce: Option<u64>,
    /// The time of signing, in Unix seconds [default: now]
    #[arg(long, value_name = "T")]
    pub(crate) timestamp: Option<u64>,
    /// Show every stage of the signature; the secret is not shown, but the nonce's own key is
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
}
