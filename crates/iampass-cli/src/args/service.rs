//! What every command takes that calls the service.

use std::path::PathBuf;

use clap::Args;

use crate::settings::name::ProfileName;

/// Which service. Each stands above the environment, and that above a profile that no flag names.
#[derive(Args, Clone, Debug, Default)]
#[expect(clippy::doc_markdown, reason = "it is what `--help` shows")]
pub(crate) struct ServerArguments {
    /// The stored profile to take settings from [env: IAMPASS_PROFILE]
    #[arg(long, value_name = "NAME", help_heading = "Settings")]
    pub(crate) profile: Option<ProfileName>,
    /// The service's URL [env: IAMPASS_SERVER]
    #[arg(long, value_name = "URL", help_heading = "Settings")]
    pub(crate) server: Option<String>,
}

/// Which service, and as whom.
#[derive(Args, Clone, Debug, Default)]
#[expect(clippy::doc_markdown, reason = "it is what `--help` shows")]
pub(crate) struct SettingsArguments {
    #[command(flatten)]
    pub(crate) at: ServerArguments,
    /// The application's id [env: IAMPASS_APPLICATION_ID]
    #[arg(long, value_name = "ID", help_heading = "Settings")]
    pub(crate) application_id: Option<String>,
    /// A file with the application's secret; `-` is standard input
    #[arg(long, value_name = "FILE", help_heading = "Settings")]
    pub(crate) secret_file: Option<PathBuf>,
}

/// For every command that calls the service.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServiceArguments {
    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
    /// Show each attempt and each wait on standard error
    #[arg(long, short)]
    pub(crate) verbose: bool,
}
