//! Signals for a command that runs below this program.
//!
//! SIGTERM and SIGHUP are passed on. The terminal's own, SIGINT and SIGQUIT, come to the command from
//! the terminal as well when it is in the foreground; twice would be once too often, since many
//! programs end in good order at the first and at once at the second.

use std::io;
use std::process::ExitStatus;

use tokio::process::Child;

#[cfg(unix)]
pub(super) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// From here on none of them ends this program.
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    pub(super) async fn passed_on_until_the_end_of(&mut self, child: &mut Child) -> io::Result<ExitStatus> {
        use rustix::process::Signal;
        loop {
            let signal = tokio::select! {
                status = child.wait() => return status,
                _ = self.interrupt.recv() => Signal::INT,
                _ = self.quit.recv() => Signal::QUIT,
                _ = self.terminate.recv() => Signal::TERM,
                _ = self.hang_up.recv() => Signal::HUP,
            };
            let is_the_terminals = matches!(signal, Signal::INT | Signal::QUIT) && is_in_the_foreground();
            if !is_the_terminals {
                pass_on(child, signal)?;
            }
        }
    }
}

/// The child has not been waited for, so its id is still its own.
#[cfg(unix)]
fn pass_on(child: &Child, signal: rustix::process::Signal) -> io::Result<()> {
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    match id.map(|id| rustix::process::kill_process(id, signal)) {
        // It has ended, or may not be sent signals any more: its end is what is waited for.
        None | Some(Ok(()) | Err(rustix::io::Errno::SRCH | rustix::io::Errno::PERM)) => Ok(()),
        Some(Err(error)) => Err(error.into()),
    }
}

/// Whether what is typed at the terminal comes to this program, and so to its child.
#[cfg(unix)]
fn is_in_the_foreground() -> bool {
    let terminal = std::fs::File::open("/dev/tty");
    terminal.is_ok_and(|terminal| {
        rustix::termios::tcgetpgrp(&terminal).is_ok_and(|group| group == rustix::process::getpgrp())
    })
}

/// Ctrl-C comes to all programs at the terminal, and the command's end is waited for.
#[cfg(not(unix))]
pub(super) struct Signals(());

#[cfg(not(unix))]
impl Signals {
    #[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self(()))
    }

    pub(super) async fn passed_on_until_the_end_of(&mut self, child: &mut Child) -> io::Result<ExitStatus> {
        loop {
            tokio::select! {
                status = child.wait() => return status,
                listened = tokio::signal::ctrl_c() => listened?,
            }
        }
    }
}
