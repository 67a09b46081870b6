//! `iampass device`.

use clap::{Args, Subcommand};
use iampass_management::UserId;

use super::output::OutputArguments;
use super::service::ServiceArguments;

const DEVICE_LINK_EXAMPLES: &str = "\
Prints the link on a line of its own.

Examples:
  iampass device link alice@example.com
  iampass device link --display-name alice@my-app alice@example.com
  iampass device link --output json alice  # {\"register_url\":\"https://…\"}";

const DEVICE_STATUS_EXAMPLES: &str = "\
Prints `registered` or `not registered`; the exit code is 0 for both.

Examples:
  iampass device status alice@example.com
  iampass device status --output json alice  # {\"device_registered\":true}";

const DEVICE_LOST_EXAMPLES: &str = "\
Prints the link on a line of its own.

Examples:
  iampass device lost alice@example.com
  iampass device lost --output json alice  # {\"register_url\":\"https://…\"}";

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
    Lost(User),
}

#[derive(Args)]
pub(crate) struct LinkArguments {
    /// What the phone shows for the account
    #[arg(long, value_name = "NAME")]
    pub(crate) display_name: Option<String>,
    #[command(flatten)]
    pub(crate) user: User,
}

#[derive(Args)]
pub(crate) struct User {
    /// The user's id; put `--` in front if it begins with a dash
    #[arg(value_name = "USER")]
    pub(crate) id: UserId,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    #[command(flatten)]
    pub(crate) service: ServiceArguments,
}
