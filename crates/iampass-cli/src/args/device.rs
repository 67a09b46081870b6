//! `iampass device`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use iampass_management::UserId;

use super::output::CallOutput;
use super::service::ServiceArguments;

pub(super) const DEVICE_EXAMPLES: &str = "\
Examples:
  iampass device link --qr alice@example.com
  iampass device status alice@example.com
  iampass device lost --qr alice && iampass device wait alice";

const DEVICE_LINK_EXAMPLES: &str = "\
Prints the link on a line of its own. A drawn code goes to standard error, so
that the link alone can be caught: link=$(iampass device link --qr alice)

Examples:
  iampass device link alice@example.com
  iampass device link --display-name alice@my-app alice@example.com
  iampass device link --qr alice
  iampass device link --qr-file alice.png alice
  iampass device link --output json alice  # {\"register_url\":\"https://…\"}";

const DEVICE_STATUS_EXAMPLES: &str = "\
Prints `registered` or `not registered`; the exit code is 0 for both.

Examples:
  iampass device status alice@example.com
  iampass device status --output json alice  # {\"device_registered\":true}";

const DEVICE_LOST_EXAMPLES: &str = "\
Asks before it does so. Where there is no terminal to ask on, it takes --yes.
Prints the link on a line of its own. A drawn code goes to standard error.

Examples:
  iampass device lost alice@example.com
  iampass device lost --yes --output json alice  # {\"register_url\":\"https://…\"}
  iampass device lost --qr alice && iampass device wait alice";

const DEVICE_WAIT_EXAMPLES: &str = "\
Prints `registered`, or ends with exit code 1 when the time is up. A service
that cannot be reached for a while is asked again.

Examples:
  iampass device wait alice@example.com
  iampass device wait --timeout 30m --interval 10s alice
  iampass device wait --output json alice  # {\"device_registered\":true}";

#[derive(Subcommand)]
pub(crate) enum DeviceCommand {
    /// Make a link that registers a phone; pass it to that user alone
    #[command(after_help = DEVICE_LINK_EXAMPLES)]
    Link(LinkArguments),
    /// Tell whether a user has a phone registered
    #[command(after_help = DEVICE_STATUS_EXAMPLES)]
    Status(User),
    /// Disable a user's phone and make a link that registers the next one
    ///
    /// The phone stops working at once. Do not repeat this for one loss: by then the user may have
    /// registered the new phone, and that one would be disabled.
    #[command(after_help = DEVICE_LOST_EXAMPLES)]
    Lost(LostArguments),
    /// Wait until a user has a phone registered
    #[command(after_help = DEVICE_WAIT_EXAMPLES)]
    Wait(WaitArguments),
}

#[derive(Args)]
pub(crate) struct LinkArguments {
    /// What the phone shows for the account
    #[arg(long, value_name = "NAME")]
    pub(crate) display_name: Option<String>,
    #[command(flatten)]
    pub(crate) show: ShowArguments,
    #[command(flatten)]
    pub(crate) user: User,
}

#[derive(Args)]
pub(crate) struct LostArguments {
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) show: ShowArguments,
    #[command(flatten)]
    pub(crate) user: User,
}

#[derive(Args)]
pub(crate) struct WaitArguments {
    /// How long to wait, as in 90s, 5m or 1h
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Duration,
    /// How long to wait between two questions
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = humantime::parse_duration)]
    pub(crate) interval: Duration,
    #[command(flatten)]
    pub(crate) user: User,
}

/// How a link reaches the phone.
#[derive(Args)]
pub(crate) struct ShowArguments {
    /// Draw the link as a QR code; say =dark or =light to draw it without colours
    #[arg(long, value_name = "TERMINAL", value_enum, num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "auto", hide_possible_values = true)]
    pub(crate) qr: Option<Drawing>,
    /// Write the link as a QR code into a new file, as SVG or PNG by its ending
    #[arg(long, value_name = "FILE")]
    pub(crate) qr_file: Option<PathBuf>,
    /// Open the link in this machine's browser
    #[arg(long)]
    pub(crate) open: bool,
}

/// The terminal that a code is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Drawing {
    /// Black on white, whatever the terminal's own colours; as `dark` or `light` where colours are off
    Auto,
    /// Light text on a dark ground
    Dark,
    /// Dark text on a light ground
    Light,
}

#[derive(Args)]
pub(crate) struct User {
    /// The user's id; put `--` in front if it begins with a dash
    #[arg(value_name = "USER")]
    pub(crate) id: UserId,
    #[command(flatten)]
    pub(crate) output: CallOutput,
    #[command(flatten)]
    pub(crate) service: ServiceArguments,
}
