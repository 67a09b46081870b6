//! One file per command.

mod demo;
mod device;
mod emulator;
mod local_application;
mod sign;
mod users;

use crate::args::Command;
use crate::error::Failure;

pub(crate) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Users(command) => users::run(command),
        Command::Device(command) => device::run(command),
        Command::Sign(arguments) => sign::run(&arguments),
        Command::Emulator(arguments) => emulator::run(&arguments),
        Command::Demo => demo::run(),
    }
}
