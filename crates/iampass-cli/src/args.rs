//! What can be typed, and what `--help` says about it.

use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use iampass_management::UserId;

const OVERVIEW: &str = "\
Settings (environment):
  IAMPASS_SERVER              the service's URL, if not https://main.iam-api.com
  IAMPASS_APPLICATION_ID      the application's id, as issued by IAMPASS
  IAMPASS_APPLICATION_SECRET  the application's secret; it is never an argument

Exit codes:
  0  done
  1  failed, for a reason that no other code has
  2  usage: arguments or settings are missing or malformed; nothing was sent
  3  refused by the service
  4  not found: the service does not know the application or the user
  5  not authorised: the service did not accept the signature
  6  could not reach it: no connection, a broken one, or no answer in time

Data goes to standard output, messages go to standard error.

Examples:
  iampass demo
  iampass users add alice@example.com bob@example.com
  iampass device link alice@example.com";

const USERS_ADD_EXAMPLES: &str = "\
Prints `created ID` or `existing ID`, a line for each user.

Examples:
  iampass users add alice@example.com 'DOMAIN\\bob'
  iampass users add -- -id-with-dash
  iampass users add --output json alice  # {\"created\":[\"alice\"],\"existing\":[]}";

const USERS_DELETE_EXAMPLES: &str = "\
Prints `deleted ID`, a line for each user that was asked for. The service does
not tell which of them it had.

Examples:
  iampass users delete alice@example.com 'DOMAIN\\bob'
  iampass users delete -- -id-with-dash
  iampass users delete --output json alice  # {\"deleted\":[\"alice\"]}";

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

const SIGN_EXAMPLES: &str = "\
Needs IAMPASS_APPLICATION_ID and IAMPASS_APPLICATION_SECRET; sends nothing.
The headers are good for one request, to this URL, within minutes.

Examples:
  iampass sign 'https://main.iam-api.com/management/add_users/my-app'
  iampass sign --output json 'https://…' | jq -r .Authentication
  iampass sign --nonce 1 --timestamp 1700000000 'https://…'";

const EMULATOR_EXAMPLES: &str = "\
The first line on standard output is `listening on http://HOST:PORT`; a line for
each request goes to standard error. Users and devices are kept in memory. It
runs until SIGINT or SIGTERM.

Examples:
  iampass emulator
  iampass emulator --listen 127.0.0.1:0 --application my-app:local-secret";

/// Users and devices of the IAMPASS Management API, from a terminal
#[derive(Parser)]
#[command(name = "iampass", version, after_help = OVERVIEW, max_term_width = 100)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add and delete users of the application
    #[command(subcommand, arg_required_else_help = true)]
    Users(UsersCommand),
    /// Register, look up and replace users' phones
    #[command(subcommand, arg_required_else_help = true)]
    Device(DeviceCommand),
    /// Print the headers that sign a request
    #[command(after_help = SIGN_EXAMPLES)]
    Sign(SignArguments),
    /// Run a local IAMPASS for development and tests
    #[command(after_help = EMULATOR_EXAMPLES)]
    Emulator(EmulatorArguments),
    /// Show every call at work against a local IAMPASS, no account needed
    ///
    /// Starts an emulator inside the program, makes all five calls of the Management API with the real
    /// client, shows what was sent and answered, and ends with a call whose secret is wrong. Takes no
    /// settings and talks to nobody else. Exit code 0 says that everything went as it should.
    Demo,
}

#[derive(Subcommand)]
pub(crate) enum UsersCommand {
    /// Add users; those that the application has already are no error
    #[command(after_help = USERS_ADD_EXAMPLES)]
    Add(UserList),
    /// Delete users, and their devices with them
    #[command(after_help = USERS_DELETE_EXAMPLES)]
    Delete(UserList),
}

#[derive(Args)]
pub(crate) struct UserList {
    /// The users' ids: your own strings, such as e-mail addresses
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<UserId>,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

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
}

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
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Args)]
pub(crate) struct EmulatorArguments {
    /// The address to listen on; port 0 is any free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080", value_parser = listen_address)]
    pub(crate) listen: SocketAddr,
    /// An application to serve; repeat it for more [default: a random one, told on standard error]
    ///
    /// Other programs on the machine can see arguments, so do not use a secret of the real service.
    // Text, not parsed by clap, which would show the secret when it finds something wrong.
    #[arg(long = "application", value_name = "ID:SECRET")]
    pub(crate) applications: Vec<String>,
}

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
}

fn listen_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "give an IP address and a port, as in 127.0.0.1:8080 or [::1]:8080")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Arguments;

    #[test]
    fn clap_finds_nothing_wrong() {
        Arguments::command().debug_assert();
    }
}
