//! A terminal that runs the program: a pseudo-terminal, and a screen that shows what was printed.

use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command as PtyCommand, Pty, open};
use rustix::termios::{LocalModes, tcgetattr};

use crate::support::Watchdog;

const ROWS: u16 = 60;
/// How long something may take to appear; on a busy machine it takes some milliseconds.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The program on a terminal of its own.
pub(crate) struct Terminal {
    pty: Arc<Pty>,
    shown: Arc<(Mutex<Shown>, Condvar)>,
    child: Child,
    _watchdog: Watchdog,
}

/// What came out so far.
struct Shown {
    screen: vt100::Parser,
    bytes: Vec<u8>,
    ended: bool,
}

/// How a run on a terminal ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// What the screen shows: text alone, its lines as they are.
    pub(crate) screen: String,
    /// Everything that was printed, with all that steers the terminal.
    pub(crate) bytes: String,
    /// The screen itself, for its colours.
    pub(crate) parser: vt100::Parser,
}

impl Ended {
    pub(crate) fn was_interrupted(&self) -> bool {
        self.status.signal() == Some(rustix::process::Signal::INT.as_raw())
    }
}

/// Whether Ctrl-C is nothing to this process and so to what it starts: a shell that is no terminal's starts programs
/// so with `&`.
fn ignores_interrupts() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.map_or(0, |set| u64::from_str_radix(set.trim(), 16).unwrap());
    ignored & (1 << (rustix::process::Signal::INT.as_raw() - 1)) != 0
}

impl Terminal {
    /// Starts a command on a terminal of this many columns.
    pub(crate) fn run(command: &Command, columns: u16) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(ROWS, columns)).unwrap();
        let mut copy = if ignores_interrupts() {
            PtyCommand::new("env").arg("--default-signal=INT").arg(command.get_program())
        } else {
            PtyCommand::new(command.get_program())
        };
        copy = copy.args(command.get_args()).env("TERM", "xterm-256color");
        if let Some(folder) = command.get_current_dir() {
            copy = copy.current_dir(folder);
        }
        for (name, value) in command.get_envs() {
            copy = match value {
                Some(value) => copy.env(name, value),
                None => copy.env_remove(name),
            };
        }
        let child = copy.spawn(pts).unwrap();
        let size = |size| NonZeroU16::new(size).unwrap();
        let screen = vt100::Parser::new(size(ROWS), size(columns), 0);
        let shown = Shown { screen, bytes: Vec::new(), ended: false };
        let shown = Arc::new((Mutex::new(shown), Condvar::new()));
        let (pty, watchdog) = (Arc::new(pty), Watchdog::over(&child));
        let (reader, screen) = (Arc::clone(&pty), Arc::clone(&shown));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                // When the last program on it has ended, a terminal is an error to read; one that waits just then
                // gets it before what was written last, which the next read has.
                let read =
                    (&*reader).read(&mut buffer).or_else(|_| (&*reader).read(&mut buffer)).unwrap_or(0);
                let mut shown = screen.0.lock().unwrap();
                shown.screen.process(&buffer[..read]);
                shown.bytes.extend_from_slice(&buffer[..read]);
                shown.ended = read == 0;
                screen.1.notify_all();
                if shown.ended {
                    return;
                }
            }
        });
        Self { pty, shown, child, _watchdog: watchdog }
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    pub(crate) fn until(&self, text: &str) {
        self.wait_for(|shown| shown.screen.screen().contents().contains(text), text);
    }

    #[track_caller]
    fn wait_for(&self, reached: impl Fn(&Shown) -> bool, what: &str) {
        let deadline = Instant::now() + TIMEOUT;
        let mut shown = self.shown.0.lock().unwrap();
        while !reached(&shown) {
            let contents = shown.screen.screen().contents();
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!shown.ended && !left.is_zero(), "{what:?} is not shown:\n{contents}");
            shown = self.shown.1.wait_timeout(shown, left).unwrap().0;
        }
    }

    /// Types a text; a line ends in `\r`, and Ctrl-C is `\u{3}`.
    pub(crate) fn enter(&self, text: &str) {
        (&*self.pty).write_all(text.as_bytes()).unwrap();
    }

    /// Waits until what is typed is no longer shown, as at a prompt for a secret.
    pub(crate) fn until_echo_is_off(&self) {
        let deadline = Instant::now() + TIMEOUT;
        while self.echoes() {
            assert!(Instant::now() < deadline, "the terminal shows what is typed");
            std::thread::yield_now();
        }
    }

    /// Whether what is typed is shown and lines are edited, as a shell expects it.
    pub(crate) fn is_as_a_shell_expects(&self) -> bool {
        let modes = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        let shown = self.shown.0.lock().unwrap();
        tcgetattr(&*self.pty).unwrap().local_modes.contains(modes) && !shown.screen.screen().hide_cursor()
    }

    fn echoes(&self) -> bool {
        tcgetattr(&*self.pty).unwrap().local_modes.contains(LocalModes::ECHO)
    }

    /// Waits for the end, and makes sure that the terminal is left as a shell expects it.
    #[track_caller]
    pub(crate) fn end(mut self) -> Ended {
        let status = self.child.wait().unwrap();
        let mut shown = self.shown.0.lock().unwrap();
        while !shown.ended {
            shown = self.shown.1.wait(shown).unwrap();
        }
        drop(shown);
        assert!(self.is_as_a_shell_expects(), "the terminal is not left clean");
        let shown = self.shown.0.lock().unwrap();
        let bytes = String::from_utf8(shown.bytes.clone()).unwrap();
        let screen = shown.screen.screen();
        let text = screen.contents();
        let (rows, columns) = screen.size();
        let mut parser = vt100::Parser::new(rows, columns, 0);
        parser.process(bytes.as_bytes());
        Ended { status, screen: text, bytes, parser }
    }
}
