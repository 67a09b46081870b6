//! `iampass emulator`: runs a local IAMPASS until it is told to stop, or as long as a command runs, and asks whether one
//! is up.

mod exec;
mod health;
mod signals;
mod started;
mod state_files;
mod warnings;

use std::process::ExitCode;

use self::started::LookedUp;
pub(super) use self::started::StartFailure;
use crate::args::{EmulatorCommand, EmulatorSubcommand};
use crate::error::{Failure, SystemError};
use crate::exit::Exit;
use crate::output;
use crate::service::runtime;
use crate::signals::Signals;

pub(crate) fn run(command: &EmulatorCommand) -> Result<ExitCode, Failure> {
    match &command.subcommand {
        Some(EmulatorSubcommand::Exec(arguments)) => exec::run(arguments),
        Some(EmulatorSubcommand::Health(arguments)) => health::run(arguments).map(|()| Exit::Done.into()),
        None => serve(command).map(|()| Exit::Done.into()),
    }
}

fn serve(command: &EmulatorCommand) -> Result<(), Failure> {
    let listen = LookedUp::new(&command.listen)?;
    let runtime = runtime()?;
    // Before the address is printed: a signal may come as soon as that is known.
    let listening = runtime.block_on(async { Signals::listen() });
    let mut stop = listening.map_err(SystemError)?;
    let emulator = started::start(&listen, command.log, &command.options)?;
    output::data(&format!("listening on {}\n", emulator.base_url()))?;
    if command.options.applications.is_empty() {
        // The secret is for this emulator alone, and was made up just now.
        output::message_as_is(&emulator.shell_settings());
    }
    if let (None, Some(pem)) = (&command.options.tls.tls_ca, emulator.ca_certificate()) {
        output::message_as_is(pem.trim_end());
    }
    runtime.block_on(stop.received());
    command.options.export.as_deref().map_or(Ok(()), |path| Ok(state_files::write(&emulator, path)?))
}
