//! What can be typed, and what `--help` says about it; a file for each command.

mod bulk;
mod count;
mod device;
mod doctor;
mod emulator;
mod input;
mod listen;
mod output;
mod profile;
mod service;
mod session;
mod shell;
mod sign;
mod sign_in;
mod users;
mod verify;

use clap::error::{ContextKind, ContextValue};
use clap::{Parser, Subcommand};

pub(crate) use self::bulk::{BulkArguments, RemoveArguments};
pub(crate) use self::device::{
    DeviceCommand, Drawing, LinkArguments, LostArguments, ShowArguments, User, WaitArguments,
};
pub(crate) use self::doctor::DoctorArguments;
pub(crate) use self::emulator::{
    EmulatorCommand, EmulatorOptions, EmulatorSubcommand, ExecArguments, HealthArguments, Logged,
    PhonePolicy, TlsOptions,
};
pub(crate) use self::input::{InputArguments, InputFormat};
pub(crate) use self::listen::ListenAddress;
pub(crate) use self::output::Format;
pub(crate) use self::profile::{LoginArguments, ProfileCommand, ShowProfile};
pub(crate) use self::service::{ServerArguments, ServiceArguments, SettingsArguments};
pub(crate) use self::session::{SessionArguments, SessionCommand, SessionWaitArguments};
pub(crate) use self::shell::{CompletionsArguments, ManArguments};
pub(crate) use self::sign::SignArguments;
pub(crate) use self::sign_in::SignInArguments;
pub(crate) use self::users::{DeleteArguments, UserList, UsersCommand};
pub(crate) use self::verify::VerifyArguments;

/// As clap's own, but for how to begin.
const TEMPLATE: &str = "\
{before-help}{about-with-newline}
To begin:
  iampass login   stores the application's id and secret, as IAMPASS issued them
  iampass doctor  checks them with the server, and the way to it
  iampass demo    shows every call at work, and needs no account

{usage-heading} {usage}

{all-args}{after-help}";

const OVERVIEW: &str = "\
Settings (flags win over the environment, and that over the profile, unless
--profile names it):
  IAMPASS_SERVER              the service's URL, if not https://main.iam-api.com
  IAMPASS_APPLICATION_ID      the application's id, as issued by IAMPASS
  IAMPASS_APPLICATION_SECRET  the application's secret; it is never an argument
  IAMPASS_PROFILE             the profile to take the rest from

Exit codes:
  0  done
  1  failed, for a reason that no other code has
  2  usage: arguments or settings are missing or malformed; nothing was sent
  3  refused by the service, or by the user who was to sign in
  4  not found: the service does not know the application or the user
  5  not authorised: the service did not accept the signature
  6  could not reach it: no connection, a broken one, or no answer in time
  130, 143  users import and remove, sign-in, session wait: stopped by Ctrl-C,
     by SIGTERM

Data goes to standard output, messages go to standard error.

Examples:
  iampass demo
  iampass users add alice@example.com bob@example.com
  iampass device link alice@example.com
  iampass sign-in alice@example.com";

const DEMO_EXAMPLES: &str = "\
Examples:
  iampass demo
  iampass demo | less";

/// Users, devices and sign-ins of IAMPASS, from a terminal
#[derive(Parser)]
#[command(name = "iampass", version, after_help = OVERVIEW, max_term_width = 100, help_template = TEMPLATE)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add and delete users of the application
    #[command(subcommand, arg_required_else_help = true, after_help = users::USERS_EXAMPLES)]
    Users(UsersCommand),
    /// Register, look up and replace users' phones
    #[command(subcommand, arg_required_else_help = true, after_help = device::DEVICE_EXAMPLES)]
    Device(DeviceCommand),
    /// Sign a user in by phone, and wait for the outcome
    #[command(after_help = sign_in::SIGN_IN_EXAMPLES)]
    SignIn(SignInArguments),
    /// Ask for a sign-in's session later, wait for it, end it
    #[command(subcommand, arg_required_else_help = true, after_help = session::SESSION_EXAMPLES)]
    Session(SessionCommand),
    /// Find out what is wrong with a request's signature
    #[command(after_help = verify::VERIFY_EXAMPLES)]
    Verify(VerifyArguments),
    /// Find out what keeps calls from succeeding
    #[command(after_help = doctor::DOCTOR_EXAMPLES)]
    Doctor(DoctorArguments),
    /// Store a profile: server, application id and secret
    #[command(after_help = profile::LOGIN_EXAMPLES)]
    Login(LoginArguments),
    /// List, show, choose and remove stored profiles
    #[command(subcommand, arg_required_else_help = true, after_help = profile::PROFILE_EXAMPLES)]
    Profile(ProfileCommand),
    /// Print the headers that sign a request
    #[command(after_help = sign::SIGN_EXAMPLES)]
    Sign(SignArguments),
    /// Run a local IAMPASS for development and tests
    #[command(after_help = emulator::EMULATOR_EXAMPLES)]
    Emulator(Box<EmulatorCommand>),
    /// Print a script that completes commands and options in a shell
    #[command(after_help = shell::COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArguments),
    /// Write the man pages
    #[command(after_help = shell::MAN_EXAMPLES)]
    Man(ManArguments),
    /// Show every call at work, no account needed
    ///
    /// Starts an emulator inside the program, makes every call of both APIs with the real clients and
    /// shows what was sent and answered: users and phones, a call whose secret is wrong, a sign-in to
    /// which the user agrees and one that the user refuses. Takes no settings and talks to nobody else.
    /// Exit code 0 says that everything went as it should.
    #[command(after_help = DEMO_EXAMPLES)]
    Demo,
}

/// With a tip for what other programs have and this one has in another way, or cannot have.
pub(crate) fn explained(mut error: clap::Error) -> clap::Error {
    let is = |kind, text| matches!(error.get(kind), Some(ContextValue::String(given)) if given == text);
    let tip = if is(ContextKind::InvalidArg, "--json") {
        "`--output json` prints JSON, where there is something to print"
    } else if is(ContextKind::InvalidSubcommand, "list") {
        "the APIs have no calls that list users, phones or sessions"
    } else {
        return error;
    };
    error.remove(ContextKind::SuggestedArg);
    error.remove(ContextKind::SuggestedSubcommand);
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    error
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
