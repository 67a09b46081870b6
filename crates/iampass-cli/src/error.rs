//! What a command fails with: an error that says how the program ends, and what to try.

use std::error::Error;
use std::io;

use crate::exit::Exit;

/// An error that can end a command. Each is defined beside the code that it is about.
pub(crate) trait CommandError: Error {
    /// How the program ends.
    fn exit(&self) -> Exit {
        Exit::Failed
    }

    /// What the person at the terminal can do about it, if the message does not say so itself.
    fn hint(&self) -> Option<String> {
        None
    }

    /// The command that continues what was begun.
    fn command(&self) -> Option<&str> {
        None
    }

    /// What the service wrote about it.
    fn server_message(&self) -> Option<&str> {
        None
    }
}

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub(crate) enum Failure {
    Error(Box<dyn CommandError>),
    /// The command's output says it all.
    Reported(Exit),
}

impl Failure {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Error(error) => error.exit(),
            Self::Reported(exit) => *exit,
        }
    }
}

impl<E: CommandError + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Error(Box::new(error))
    }
}

/// The operating system refuses something that every run needs.
#[derive(Debug, thiserror::Error)]
#[error("the operating system does not let the program do its work")]
pub(crate) struct SystemError(#[source] pub(crate) io::Error);

impl CommandError for SystemError {}
