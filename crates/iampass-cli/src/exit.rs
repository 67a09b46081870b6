//! The exit codes. Scripts rely on them: a number never changes its meaning.

use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// What was asked for is done.
    Done = 0,
    /// It failed for a reason that no other code has.
    Failed = 1,
    /// Arguments or settings are missing or malformed; nothing was sent.
    Usage = 2,
    /// The service understood the call and will not carry it out.
    Refused = 3,
    /// The service does not know the application or the user.
    NotFound = 4,
    /// The service did not accept the signature.
    NotAuthorised = 5,
    /// No answer, or not the whole of it, came from the service.
    Unreachable = 6,
    /// `emulator exec`: the command is there but cannot be run. As `env` and shells have it.
    CommandNotRun = 126,
    /// `emulator exec`: there is no such command. As `env` and shells have it.
    CommandNotFound = 127,
    /// Stopped by SIGINT, as Ctrl-C sends it. As shells have it: 128 and the signal's number.
    Interrupted = 130,
    /// Stopped by SIGTERM. As shells have it.
    #[cfg(unix)]
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
