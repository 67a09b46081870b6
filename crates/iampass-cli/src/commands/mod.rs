//! One file per command.

mod demo;
mod device;
mod doctor;
mod emulator;
mod local_application;
mod login;
mod profile;
mod session;
mod shell;
mod sign;
mod sign_in;
mod users;
mod verify;

use std::process::ExitCode;

pub(crate) use self::shell::complete;
use crate::args::Command;
use crate::error::Failure;
use crate::exit::Exit;

pub(crate) fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        // Its exit code may be another program's.
        Command::Emulator(command) => return emulator::run(&command),
        Command::Users(command) => users::run(command),
        Command::Device(command) => device::run(command),
        Command::SignIn(arguments) => sign_in::run(&arguments),
        Command::Session(command) => session::run(&command),
        Command::Completions(arguments) => shell::completions(&arguments),
        Command::Man(arguments) => shell::man(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Login(arguments) => login::run(&arguments),
        Command::Profile(command) => profile::run(&command),
        Command::Sign(arguments) => sign::run(&arguments),
        Command::Demo => demo::run(),
    }?;
    Ok(Exit::Done.into())
}
