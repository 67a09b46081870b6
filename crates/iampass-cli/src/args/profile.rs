//! `iampass login` and `iampass profile`.

use clap::{Args, Subcommand};

use super::output::OutputArguments;
use super::service::SettingsArguments;
use crate::settings::name::ProfileName;

pub(super) const LOGIN_EXAMPLES: &str = "\
What is given neither as a flag nor in the environment is asked for on the
terminal; the secret is not shown while it is typed. The profile is named
`default` if --profile does not say otherwise. The first one that is stored is
taken by every command; `iampass profile use` chooses another.

It is stored only if the server accepts the signature and refuses a wrong one; a
secret that was typed can then be typed again. On a terminal it asks before it
replaces a profile.

Examples:
  iampass login
  iampass login --profile staging --server https://iam.example.com
  pass show iampass | iampass login --application-id my-app --secret-file -";

pub(super) const PROFILE_EXAMPLES: &str = "\
Examples:
  iampass profile list
  iampass profile show
  iampass profile use staging";

const LIST_EXAMPLES: &str = "\
The current profile has a `*` in front.

Examples:
  iampass profile list
  iampass profile list --output json  # [{\"name\":\"default\",\"current\":true,…}]";

const SHOW_EXAMPLES: &str = "\
The secret is not shown, only where it is.

Examples:
  iampass profile show
  iampass profile show staging --output json";

const USE_EXAMPLES: &str = "\
Examples:
  iampass profile use staging
  IAMPASS_PROFILE=staging iampass device status alice  # for one command";

const REMOVE_EXAMPLES: &str = "\
Examples:
  iampass profile remove staging";

#[derive(Args)]
pub(crate) struct LoginArguments {
    /// Store it without asking the server whether it is right
    #[arg(long)]
    pub(crate) no_check: bool,
    /// Do not ask before a profile of the same name is replaced
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Leave the secret to the operating system's keyring, if the program was built with that
    #[arg(long)]
    pub(crate) keyring: bool,
    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
}

#[derive(Subcommand)]
pub(crate) enum ProfileCommand {
    /// List the stored profiles
    #[command(after_help = LIST_EXAMPLES)]
    List(ListProfiles),
    /// Show a profile, all but its secret
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ShowProfile),
    /// Choose the profile that commands take their settings from
    #[command(after_help = USE_EXAMPLES)]
    Use(OneProfile),
    /// Remove a profile, and its secret with it
    #[command(after_help = REMOVE_EXAMPLES)]
    Remove(OneProfile),
}

#[derive(Args)]
pub(crate) struct ListProfiles {
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Args)]
pub(crate) struct ShowProfile {
    /// The profile [default: the current one]
    #[arg(id = "profile_name", value_name = "NAME")]
    pub(crate) name: Option<ProfileName>,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Args)]
pub(crate) struct OneProfile {
    /// The profile
    #[arg(id = "profile_name", value_name = "NAME")]
    pub(crate) name: ProfileName,
}
