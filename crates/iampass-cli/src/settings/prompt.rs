//! A prompt that does not show what is typed.

#[cfg(unix)]
pub(super) use self::unix::ask;

#[cfg(not(unix))]
pub(super) fn ask(question: &str) -> std::io::Result<String> {
    rpassword::prompt_password(question)
}

/// rpassword edits the line. It would end the program at Ctrl-C without restoring the terminal, so this code sets and
/// restores the terminal itself.
#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, Read, Write as _};

    use rpassword::ConfigBuilder;
    use rustix::process::{Signal, getpid, kill_process};
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    const CTRL_C: u8 = 3;

    pub(in crate::settings) fn ask(question: &str) -> io::Result<String> {
        // Standard input and output may be redirected.
        let mut terminal = File::options().read(true).write(true).open("/dev/tty")?;
        let quiet = Quiet::new(terminal.try_clone()?)?;
        terminal.write_all(question.as_bytes())?;
        let config = ConfigBuilder::new()
            .input_reader(Keys(terminal.try_clone()?))
            .output_discard()
            .password_feedback_hide()
            .build();
        let answer = rpassword::read_password_with_config(config);
        drop(quiet);
        writeln!(terminal)?;
        if answer.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::ConnectionAborted) {
            // Ends by the signal, so that the shell sees that the program was interrupted.
            kill_process(getpid(), Signal::INT)?;
        }
        answer
    }

    /// Turns off echo and line editing until it is dropped.
    struct Quiet {
        terminal: File,
        before: Termios,
    }

    impl Quiet {
        fn new(terminal: File) -> io::Result<Self> {
            let before = tcgetattr(&terminal)?;
            let mut modes = before.clone();
            modes.local_modes &=
                !(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
            tcsetattr(&terminal, OptionalActions::Now, &modes)?;
            Ok(Self { terminal, before })
        }
    }

    impl Drop for Quiet {
        fn drop(&mut self) {
            // A failure could not be reported from here.
            let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
        }
    }

    /// What is typed, up to Ctrl-C.
    struct Keys(File);

    impl Read for Keys {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(buffer)?;
            if buffer.iter().take(read).any(|byte| *byte == CTRL_C) {
                // The caller would retry a read that ends with `Interrupted`.
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            Ok(read)
        }
    }
}
