//! `iampass emulator`.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use reqwest::Url;

use super::count::count;
use super::listen::{ListenAddress, listen_address};

pub(super) const EMULATOR_EXAMPLES: &str = "\
The first line on standard output is `listening on http://HOST:PORT`; a line for
each request goes to standard error. It runs until SIGINT or SIGTERM. The
console is at its address, the reference of the API at /docs. Options for `exec`
and `health` stand after them.

Examples:
  iampass emulator
  iampass emulator --data dev.db --explain
  iampass emulator --listen 127.0.0.1:0 --application my-app:local-secret
  iampass emulator --tls --tls-ca ca.pem
  iampass emulator --listen 0.0.0.0:8080 --public-url https://iampass.example
  iampass emulator --import fixture.json --export end.json
  iampass emulator exec -- npm test";

const EXEC_EXAMPLES: &str = "\
The command finds IAMPASS_SERVER, IAMPASS_APPLICATION_ID and
IAMPASS_APPLICATION_SECRET in its environment, of the first application if there
are more; with a self-made certificate IAMPASS_CA_FILE too, the file of the CA
to trust. Standard input and output are the command's own.

Signals are passed on to the command. The exit code is the command's; 128 and
the number of the signal that ended it; 126 if it cannot be run and 127 if there
is no such command; 1 or 2 if the emulator did not start.

Examples:
  iampass emulator exec -- npm test
  iampass emulator exec --explain --log all -- python3 my_signer.py
  iampass emulator exec -- sh -c 'iampass users add alice && ./my-test'";

const HEALTH_EXAMPLES: &str = "\
The exit code is 0 if it is up, 1 if it is not, and 2 if the arguments are
wrong. It asks GET /_emulator/v1/health, which is there however the emulator was
started.

Examples:
  iampass emulator health
  iampass emulator health http://iampass:8080
  iampass emulator health https://localhost:8080 --ca ca.pem";

/// The options stand after `exec` if it is there, so that none is given twice.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct EmulatorCommand {
    #[command(subcommand)]
    pub(crate) subcommand: Option<EmulatorSubcommand>,
    /// The address or name to listen on; port 0 is any free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080", value_parser = listen_address)]
    pub(crate) listen: ListenAddress,
    /// Which requests get a line on standard error
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = Logged::All)]
    pub(crate) log: Logged,
    #[command(flatten)]
    pub(crate) options: EmulatorOptions,
}

#[derive(Subcommand)]
pub(crate) enum EmulatorSubcommand {
    /// Run a command against an emulator of its own
    #[command(after_help = EXEC_EXAMPLES)]
    Exec(Box<ExecArguments>),
    /// Ask whether an emulator is up
    #[command(after_help = HEALTH_EXAMPLES)]
    Health(HealthArguments),
}

#[derive(Args)]
pub(crate) struct ExecArguments {
    /// The address or name to listen on; port 0 is any free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0", value_parser = listen_address)]
    pub(crate) listen: ListenAddress,
    /// Which requests get a line on standard error
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = Logged::Refused)]
    pub(crate) log: Logged,
    #[command(flatten)]
    pub(crate) options: EmulatorOptions,
    /// The command and its arguments, as they are: no shell looks at them
    #[arg(value_name = "COMMAND", required = true, trailing_var_arg = true)]
    pub(crate) command: Vec<OsString>,
}

#[derive(Args)]
pub(crate) struct HealthArguments {
    /// Where it is
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:8080", value_parser = emulator_url)]
    pub(crate) url: Url,
    /// Trust this CA, in PEM, as --tls-ca of the emulator writes it [default: what the system trusts]
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
}

/// What an emulator can be told, however it is run.
#[derive(Args)]
pub(crate) struct EmulatorOptions {
    /// An application to serve; repeat it for more [default: those of the data file, or a random one]
    ///
    /// Other programs on the machine can see arguments, so do not use a secret of the real service.
    // Text, not parsed by clap, which would show the secret when it finds something wrong.
    #[arg(long = "application", value_name = "ID:SECRET")]
    pub(crate) applications: Vec<String>,
    /// Keep all state in this file, secrets included; it is made if there is none [default: in memory]
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// Start with the state in this file, as --export writes it; it takes the place of what --data has
    ///
    /// Ids, tokens and secrets that it leaves out are made up.
    #[arg(long, value_name = "FILE")]
    pub(crate) import: Option<PathBuf>,
    /// Write the state into this file at the end, secrets and open links included
    #[arg(long, value_name = "FILE")]
    pub(crate) export: Option<PathBuf>,
    /// Say in the body of a 401 what is wrong with the signature
    #[arg(long)]
    pub(crate) explain: bool,
    /// How far a signer's clock may be off, each way
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(crate) clock_window: u64,
    /// Answer 413 to bodies that are larger
    #[arg(long, value_name = "BYTES", default_value_t = 8 * 1024 * 1024)]
    pub(crate) body_limit: usize,
    /// Begin links, and the settings that it shows, with this URL [default: what the client used]
    ///
    /// For an emulator behind a proxy, which has to pass the `Host` header on, or in a container. It is scheme, host and
    /// port, without a path. Its host may also be used for console and admin API.
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Let links expire so long after they were made, as in 90s, 15m or 24h [default: never]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) link_lifetime: Option<Duration>,
    /// Let a sign-in time out when its user has not reacted for so long, as in 10s or 5m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = humantime::parse_duration)]
    pub(crate) sign_in_timeout: Duration,
    /// What registering a phone does when its user has one
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = PhonePolicy::Replace)]
    pub(crate) second_phone: PhonePolicy,
    /// How many connections there can be at once; others wait until one ends
    #[arg(long, value_name = "NUMBER", default_value = "512", value_parser = count)]
    pub(crate) max_connections: NonZeroUsize,
    /// Serve console and admin API even if other machines can reach them
    ///
    /// They show the secrets and can change everything. On a loopback address without --public-url they are served
    /// anyway.
    #[arg(long)]
    pub(crate) admin: bool,
    #[command(flatten)]
    pub(crate) tls: TlsOptions,
}

#[derive(Args)]
pub(crate) struct TlsOptions {
    /// Speak HTTPS, with a certificate made at the start unless one is given
    #[arg(long)]
    pub(crate) tls: bool,
    /// Write the certificate of the CA to trust, in PEM, into this file [default: standard error]
    #[arg(long, value_name = "FILE", requires = "tls", conflicts_with = "tls_certificate")]
    pub(crate) tls_ca: Option<PathBuf>,
    /// Another host that the self-made certificate is for; repeat it for more
    #[arg(long = "tls-host", value_name = "HOST", requires = "tls", conflicts_with = "tls_certificate")]
    pub(crate) tls_hosts: Vec<String>,
    /// Speak HTTPS with this certificate, and those that lead to its CA, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// The private key of the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub(crate) tls_key: Option<PathBuf>,
}

/// What becomes of a second phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PhonePolicy {
    /// It takes the place of the first
    Replace,
    /// It is refused until the first is reported lost
    Refuse,
}

/// Which requests are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Logged {
    /// All but those of the admin API
    All,
    /// Those that are refused, with the reason
    Refused,
    /// None
    None,
}

fn emulator_url(text: &str) -> Result<Url, &'static str> {
    let url: Url = text.parse().map_err(|_| "give a URL, as in http://127.0.0.1:8080")?;
    let is_origin = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && (url.query(), url.fragment(), url.username(), url.password()) == (None, None, "", None);
    if is_origin { Ok(url) } else { Err("give scheme, host and port alone, as in http://127.0.0.1:8080") }
}
