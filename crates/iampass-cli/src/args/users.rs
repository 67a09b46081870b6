//! `iampass users`.

use clap::{Args, Subcommand};
use iampass_management::UserId;

use super::bulk::{self, BulkArguments, RemoveArguments};
use super::output::CallOutput;
use super::service::ServiceArguments;

pub(super) const USERS_EXAMPLES: &str = "\
Examples:
  iampass users add alice@example.com
  iampass users import staff.csv --column email --checkpoint staff.state
  iampass users remove leavers.txt --dry-run";

const USERS_ADD_EXAMPLES: &str = "\
Prints `created ID` or `existing ID`, a line for each user. With `-` alone, the
ids are the lines of standard input, up to 1,000; `users import` takes more.

Examples:
  iampass users add alice@example.com 'DOMAIN\\bob'
  iampass users add -- -id-with-dash
  iampass users add --output json alice  # {\"created\":[\"alice\"],\"existing\":[]}";

const USERS_DELETE_EXAMPLES: &str = "\
Prints `deleted ID`, a line for each user that was asked for. The service does
not tell which of them it had. Of more than one it asks first; where there is no
terminal to ask on, it takes --yes.

Examples:
  iampass users delete alice@example.com 'DOMAIN\\bob'
  iampass users delete -- -id-with-dash
  iampass users delete --output json alice  # {\"deleted\":[\"alice\"]}";

#[derive(Subcommand)]
pub(crate) enum UsersCommand {
    /// Add users; those that the application has already are no error
    #[command(after_help = USERS_ADD_EXAMPLES)]
    Add(UserList),
    /// Delete users, and their devices with them
    #[command(after_help = USERS_DELETE_EXAMPLES)]
    Delete(DeleteArguments),
    /// Add all users of a file
    #[command(after_help = bulk::IMPORT_EXAMPLES)]
    Import(BulkArguments),
    /// Delete all users of a file, and their devices with them
    #[command(after_help = bulk::REMOVE_EXAMPLES)]
    Remove(RemoveArguments),
}

#[derive(Args)]
pub(crate) struct UserList {
    /// The users' ids: your own strings, such as e-mail addresses
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<UserId>,
    #[command(flatten)]
    pub(crate) output: CallOutput,
    #[command(flatten)]
    pub(crate) service: ServiceArguments,
}

#[derive(Args)]
pub(crate) struct DeleteArguments {
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) users: UserList,
}
