//! Child processes that are waited for with a limit, never outlive the run, and leave their output in files.
//!
//! Files rather than pipes: nobody has to empty them, so no child can block and no thread has to be joined, and
//! after a failure the whole output is still there to read.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::error::{Error, file};

const POLL: Duration = Duration::from_millis(20);
/// How many lines of a long output a message shows, from its beginning and from its end.
const HEAD: usize = 60;
const TAIL: usize = 20;

/// A command, and where its output goes.
pub(crate) struct Job {
    command: Command,
    name: String,
    log: PathBuf,
    advice: &'static str,
}

/// What a program printed, once it has ended well.
pub(crate) struct Output {
    pub(crate) stdout: String,
}

impl Job {
    /// `program`, whose output goes to `{log}.out` and `{log}.err`. `advice` tells what to install when the
    /// program is missing.
    pub(crate) fn new(program: impl AsRef<OsStr>, log: &Path, advice: &'static str) -> Self {
        let name = Path::new(&program).file_name().unwrap_or(program.as_ref()).to_string_lossy().into_owned();
        Self { command: Command::new(program), name, log: log.to_owned(), advice }
    }

    /// Adds arguments, which error messages show.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        for argument in arguments {
            self.name.push(' ');
            self.name.push_str(&argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes environment variables that would change what the program does.
    pub(crate) fn without_env(mut self, names: &[&str]) -> Self {
        for name in names {
            self.command.env_remove(name);
        }
        self
    }

    /// Runs the program in `folder`.
    pub(crate) fn current_dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// The command alone, for a caller who reads its output.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    /// Starts the program and returns at once.
    pub(crate) fn start(mut self) -> Result<Running, Error> {
        let stdout = self.log.with_extension("out");
        let stderr = self.log.with_extension("err");
        let create = |path: &Path| File::create(path).map_err(file(path, "cannot be written"));
        self.command.stdin(Stdio::null()).stdout(create(&stdout)?).stderr(create(&stderr)?);
        match self.command.spawn() {
            Ok(child) => Ok(Running { child, name: self.name, stdout, stderr }),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
                let program = self.command.get_program().to_string_lossy().into_owned();
                Err(Error::Missing { program, advice: self.advice })
            }
            Err(source) => Err(Error::Start { command: self.name, source }),
        }
    }

    /// Runs the program to its end; anything but success is an error that carries what it printed.
    pub(crate) fn run(self, limit: Duration) -> Result<Output, Error> {
        self.start()?.finish(limit)
    }
}

/// A child process; stopped when dropped. (An interrupt from the terminal reaches it anyway; only a run that is killed
/// outright leaves it behind.)
pub(crate) struct Running {
    child: Child,
    name: String,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Running {
    /// Waits for the end.
    fn finish(mut self, limit: Duration) -> Result<Output, Error> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.status()? {
                if status.success() {
                    return Ok(Output { stdout: read(&self.stdout) });
                }
                return Err(Error::Failed { status, output: self.output(), command: self.name.clone() });
            }
            self.still_within(begun, limit)?;
        }
    }

    /// Waits for the first line on stdout, which the program is to print while it goes on running.
    pub(crate) fn first_line(&mut self, limit: Duration) -> Result<String, Error> {
        let begun = Instant::now();
        loop {
            // The status first: what an ended program printed is then complete.
            let status = self.status()?;
            if let Some((line, _)) = read(&self.stdout).split_once('\n') {
                return Ok(line.trim_end().to_owned());
            }
            if let Some(status) = status {
                return Err(Error::Failed { status, output: self.output(), command: self.name.clone() });
            }
            self.still_within(begun, limit)?;
        }
    }

    /// Waits until the program, which is to go on running, is ready in the eyes of `is_ready`.
    pub(crate) fn until(&mut self, limit: Duration, is_ready: impl Fn() -> bool) -> Result<(), Error> {
        let begun = Instant::now();
        while !is_ready() {
            if let Some(status) = self.status()? {
                return Err(Error::Failed { status, output: self.output(), command: self.name.clone() });
            }
            self.still_within(begun, limit)?;
        }
        Ok(())
    }

    /// The command line.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What the program has printed, stderr after stdout, without the middle when it is long.
    pub(crate) fn output(&self) -> String {
        let (stdout, stderr) = (read(&self.stdout), read(&self.stderr));
        let texts = [(stdout, &self.stdout), (stderr, &self.stderr)];
        let texts = texts.iter().filter(|(text, _)| !text.trim().is_empty());
        texts.map(|(text, path)| shorten(text.trim_end(), path)).collect::<Vec<_>>().join("\n")
    }

    fn status(&mut self) -> Result<Option<ExitStatus>, Error> {
        self.child.try_wait().map_err(|source| Error::Start { command: self.name.clone(), source })
    }

    fn still_within(&self, begun: Instant, limit: Duration) -> Result<(), Error> {
        if begun.elapsed() > limit {
            return Err(Error::TimedOut { command: self.name.clone(), limit, output: self.output() });
        }
        thread::sleep(POLL);
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when the program has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The beginning, where the first mistake is, and the end, where the verdict is.
fn shorten(text: &str, path: &Path) -> String {
    let lines: Vec<_> = text.lines().collect();
    let Some(left_out) = lines.len().checked_sub(HEAD + TAIL).filter(|count| *count > 0) else {
        return text.to_owned();
    };
    let note = format!("… {left_out} lines left out, see {} …", path.display());
    [&lines[..HEAD], &[note.as_str()], &lines[lines.len() - TAIL..]].concat().join("\n")
}

/// A log that cannot be read any more only makes a message poorer.
fn read(path: &Path) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(folder: &tempfile::TempDir, script: &str) -> Job {
        Job::new("sh", &folder.path().join("job"), "install a shell").args(["-c", script])
    }

    #[test]
    fn a_failing_program_is_an_error_with_all_it_printed() {
        let folder = tempfile::tempdir().unwrap();
        let error = shell(&folder, "echo out; echo err >&2; exit 3").run(POLL * 100).err().unwrap();
        assert_eq!(
            error.to_string(),
            "`sh -c echo out; echo err >&2; exit 3` failed (exit status: 3)\nout\nerr"
        );
    }

    #[test]
    fn a_missing_program_comes_with_advice() {
        let folder = tempfile::tempdir().unwrap();
        let job = Job::new("iampass-no-such-program", &folder.path().join("job"), "install it");
        let error = job.run(POLL).err().unwrap();
        assert_eq!(error.to_string(), "`iampass-no-such-program` is not on the PATH: install it");
    }

    #[test]
    fn a_program_that_does_not_end_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let begun = Instant::now();
        let error = shell(&folder, "echo begun; exec sleep 60").run(POLL * 10).err().unwrap();
        assert!(matches!(&error, Error::TimedOut { output, .. } if output == "begun"), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn the_first_line_is_waited_for_until_the_program_ends() {
        let folder = tempfile::tempdir().unwrap();
        let limit = Duration::from_secs(30);
        let mut speaks = shell(&folder, "sleep 0.1; echo hello; exec sleep 60").start().unwrap();
        assert_eq!(speaks.first_line(limit).unwrap(), "hello");
        drop(speaks);
        let mut dies = shell(&folder, "echo no line feed >&2; exit 1").start().unwrap();
        assert!(matches!(dies.first_line(limit), Err(Error::Failed { .. })));
    }

    #[test]
    fn readiness_is_waited_for_until_the_program_ends() {
        let folder = tempfile::tempdir().unwrap();
        let limit = Duration::from_secs(30);
        let mark = folder.path().join("mark");
        let mut works =
            shell(&folder, "sleep 0.1; touch \"$0\"; exec sleep 60").args([&mark]).start().unwrap();
        assert!(works.until(limit, || mark.exists()).is_ok());
        drop(works);
        let mut dies = shell(&folder, "exit 1").start().unwrap();
        assert!(matches!(dies.until(limit, || false), Err(Error::Failed { .. })));
    }

    #[test]
    fn a_long_output_loses_its_middle() {
        let text: Vec<_> = (0..HEAD + TAIL + 2).map(|number| number.to_string()).collect();
        let short = shorten(&text.join("\n"), Path::new("log"));
        assert!(short.starts_with("0\n1\n") && short.ends_with("\n80\n81"), "{short}");
        assert!(short.contains("\n59\n… 2 lines left out, see log …\n62\n"), "{short}");
        assert_eq!(shorten("a\nb", Path::new("log")), "a\nb");
    }
}
