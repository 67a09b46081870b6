//! `iampass emulator exec`: an emulator for the time that a command runs.

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

use iampass_emulator::Emulator;
use tempfile::TempPath;
use tokio::process::{Child, Command};

use super::signals::Signals;
use super::started::LookedUp;
use super::{started, state_files};
use crate::args::ExecArguments;
use crate::error::{CommandError, Failure, SystemError};
use crate::exit::Exit;
use crate::service::runtime;

/// Why the command is not run.
#[derive(Debug, thiserror::Error)]
enum CommandLineError {
    #[error("there is no command to run")]
    Missing,
    #[error("there is no command `{program}`")]
    NotFound { program: String, source: io::Error },
    #[error("the command `{program}` cannot be run")]
    NotRun { program: String, source: io::Error },
}

impl CommandError for CommandLineError {
    fn exit(&self) -> Exit {
        match self {
            Self::Missing => Exit::Usage,
            Self::NotFound { .. } => Exit::CommandNotFound,
            Self::NotRun { .. } => Exit::CommandNotRun,
        }
    }
}

pub(super) fn run(arguments: &ExecArguments) -> Result<ExitCode, Failure> {
    let listen = LookedUp::new(&arguments.listen)?;
    let runtime = runtime()?;
    runtime.block_on(async {
        // Before the command starts, so that a signal never ends this program and leaves the command running.
        let mut signals = Signals::listen().map_err(SystemError)?;
        let emulator = started::start(&listen, arguments.log, &arguments.options)?;
        let ca = Ca::of(&emulator, arguments)?;
        let mut child = spawn(arguments, &emulator, ca.as_ref())?;
        let status = signals.passed_on_until_the_end_of(&mut child).await.map_err(SystemError)?;
        if let Some(path) = &arguments.options.export {
            state_files::write(&emulator, path)?;
        }
        Ok(exit_code(status))
    })
}

/// The file with the certificate of the CA that the command has to trust.
enum Ca {
    Asked(PathBuf),
    /// Deleted when the command has ended.
    Temporary(TempPath),
}

impl Ca {
    fn of(emulator: &Emulator, arguments: &ExecArguments) -> Result<Option<Self>, SystemError> {
        if let Some(path) = &arguments.options.tls.tls_ca {
            // The command may run elsewhere.
            return std::path::absolute(path).map(|path| Some(Self::Asked(path))).map_err(SystemError);
        }
        let Some(pem) = emulator.ca_certificate() else { return Ok(None) };
        let file = tempfile::Builder::new().prefix("iampass-ca-").suffix(".pem").tempfile();
        let mut file = file.map_err(SystemError)?;
        std::io::Write::write_all(&mut file, pem.as_bytes()).map_err(SystemError)?;
        Ok(Some(Self::Temporary(file.into_temp_path())))
    }

    fn path(&self) -> &std::path::Path {
        match self {
            Self::Asked(path) => path,
            Self::Temporary(path) => path,
        }
    }
}

fn spawn(arguments: &ExecArguments, emulator: &Emulator, ca: Option<&Ca>) -> Result<Child, CommandLineError> {
    // clap has made sure that there is one.
    let (program, rest) = arguments.command.split_first().ok_or(CommandLineError::Missing)?;
    let application = emulator.application();
    let mut command = Command::new(found(program));
    command
        .args(rest)
        .env("IAMPASS_SERVER", emulator.base_url())
        .env("IAMPASS_APPLICATION_ID", application.credentials().application_id().as_str())
        .env("IAMPASS_APPLICATION_SECRET", application.expose_secret().unwrap_or_default());
    if let Some(ca) = ca {
        command.env("IAMPASS_CA_FILE", ca.path());
    }
    command.spawn().map_err(|source| {
        let program = program.to_string_lossy().into_owned();
        match source.kind() {
            ErrorKind::NotFound => CommandLineError::NotFound { program, source },
            _ => CommandLineError::NotRun { program, source },
        }
    })
}

#[cfg(not(windows))]
fn found(program: &OsStr) -> &OsStr {
    program
}

/// Windows has `npm` as `npm.cmd`, which a shell finds, while std looks for `npm.exe` alone.
#[cfg(windows)]
fn found(program: &OsStr) -> PathBuf {
    which::which(program).unwrap_or_else(|_| program.into())
}

/// The command's own, or what a shell would say of a command that a signal ended.
fn exit_code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal = None;
    let code = status.code().or(signal.map(|signal: i32| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1).into()
}
