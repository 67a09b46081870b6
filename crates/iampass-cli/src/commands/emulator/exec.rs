//! `iampass emulator exec`: an emulator for the time that a command runs.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

use iampass_emulator::Emulator;
use tempfile::TempPath;
use tokio::process::{Child, Command};

use super::signals::Signals;
use super::{started, state_files};
use crate::args::ExecArguments;
use crate::error::Failure;
use crate::service::runtime;

pub(super) fn run(arguments: &ExecArguments) -> Result<ExitCode, Failure> {
    let runtime = runtime()?;
    runtime.block_on(async {
        // Before the command can run, so that it never runs on without us.
        let mut signals = Signals::listen().map_err(Failure::System)?;
        let emulator = started::start(&arguments.listen, arguments.log, &arguments.options)?;
        let ca = Ca::of(&emulator, arguments)?;
        let mut child = spawn(arguments, &emulator, ca.as_ref())?;
        let status = signals.passed_on_until_the_end_of(&mut child).await.map_err(Failure::System)?;
        if let Some(path) = &arguments.options.export {
            state_files::write(&emulator, path)?;
        }
        Ok(exit_code(status))
    })
}

/// The file with the certificate of the CA that the command has to trust.
enum Ca {
    Asked(PathBuf),
    /// Gone with the command.
    Temporary(TempPath),
}

impl Ca {
    fn of(emulator: &Emulator, arguments: &ExecArguments) -> Result<Option<Self>, Failure> {
        if let Some(path) = &arguments.options.tls.tls_ca {
            // The command may run elsewhere.
            return std::path::absolute(path).map(|path| Some(Self::Asked(path))).map_err(Failure::System);
        }
        let Some(pem) = emulator.ca_certificate() else { return Ok(None) };
        let file = tempfile::Builder::new().prefix("iampass-ca-").suffix(".pem").tempfile();
        let mut file = file.map_err(Failure::System)?;
        std::io::Write::write_all(&mut file, pem.as_bytes()).map_err(Failure::System)?;
        Ok(Some(Self::Temporary(file.into_temp_path())))
    }

    fn path(&self) -> &std::path::Path {
        match self {
            Self::Asked(path) => path,
            Self::Temporary(path) => path,
        }
    }
}

fn spawn(arguments: &ExecArguments, emulator: &Emulator, ca: Option<&Ca>) -> Result<Child, Failure> {
    // clap has made sure that there is one.
    let (program, rest) = arguments.command.split_first().ok_or(Failure::NoCommand)?;
    let application = emulator.application();
    let mut command = Command::new(program);
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
            ErrorKind::NotFound => Failure::CommandNotFound { program, source },
            _ => Failure::CommandNotRun { program, source },
        }
    })
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
