//! What xshell has not: a process with a time limit, one that goes on running until it is dropped, and output that is
//! kept in files.
//!
//! Files rather than pipes: nobody has to empty them, so no child can block, and after a failure the whole output is
//! there to read.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Error, Result, anyhow, bail};

/// Downloads and builds from nothing, on a slow machine.
const LIMIT: Duration = Duration::from_secs(1800);
/// How soon a server must be ready.
const START: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(20);
/// How many lines of a long output a message shows, from its beginning and from its end.
const HEAD: usize = 60;
const TAIL: usize = 20;

/// Runs a program to its end, with its output in `{log}.out` and `{log}.err`, and returns what it printed. Any exit code
/// but 0 is an error that shows the output.
pub(crate) fn run(command: &mut Command, log: &Path) -> Result<String> {
    start(command, log)?.finish(LIMIT)
}

/// Starts a program, with its output as in [`run`].
pub(crate) fn start(command: &mut Command, log: &Path) -> Result<Running> {
    let (stdout, stderr) = (log.with_extension("out"), log.with_extension("err"));
    let create = |path: &Path| File::create(path).with_context(|| path.display().to_string());
    command.stdin(Stdio::null()).stdout(create(&stdout)?).stderr(create(&stderr)?);
    let child = command.spawn().map_err(|error| not_started(command, error))?;
    Ok(Running { child, name: name(command), stdout, stderr })
}

fn not_started(command: &Command, error: std::io::Error) -> Error {
    let program = command.get_program().to_string_lossy();
    match error.kind() {
        std::io::ErrorKind::NotFound => anyhow!("`{program}` is not on the PATH{}", advice(&program)),
        _ => Error::from(error).context(format!("`{}` cannot be started", name(command))),
    }
}

fn advice(program: &str) -> &'static str {
    match program {
        "node" | "npm" => ": install Node.js 20.19 or later, with npm",
        "python3" => {
            ": install Python 3.11 or later with its venv module (Debian: apt-get install python3-venv)"
        }
        "bash" => ": install bash",
        _ => "",
    }
}

/// The file name of the program, and its arguments.
fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
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
    fn finish(mut self, limit: Duration) -> Result<String> {
        self.poll(limit, |running, status| status.filter(ExitStatus::success).map(|_| read(&running.stdout)))
    }

    /// Waits for the first line on stdout, which the program prints while it goes on running.
    pub(crate) fn first_line(&mut self) -> Result<String> {
        self.poll(START, |running, _| {
            let text = read(&running.stdout);
            text.split_once('\n').map(|(line, _)| line.trim_end().to_owned())
        })
    }

    /// Waits until `is_ready` says that the program, which goes on running, is ready.
    pub(crate) fn until(&mut self, is_ready: impl Fn() -> bool) -> Result<()> {
        self.poll(START, |_, _| is_ready().then_some(()))
    }

    /// Waits for a value; that the program ends without it, or takes too long, is an error.
    fn poll<T>(
        &mut self,
        limit: Duration,
        value: impl Fn(&Self, Option<ExitStatus>) -> Option<T>,
    ) -> Result<T> {
        let started = Instant::now();
        loop {
            // The status first: what an ended program printed is then complete.
            let status = self.child.try_wait().with_context(|| self.name.clone())?;
            if let Some(value) = value(self, status) {
                return Ok(value);
            }
            let (name, output) = (&self.name, || self.output());
            if let Some(status) = status {
                bail!("`{name}` failed ({status})\n{}", output());
            }
            if started.elapsed() > limit {
                bail!("`{name}` took longer than {} s and was stopped\n{}", limit.as_secs_f32(), output());
            }
            thread::sleep(POLL);
        }
    }

    /// What the program has printed, stderr after stdout, without the middle when it is long.
    fn output(&self) -> String {
        let texts = [&self.stdout, &self.stderr].map(|path| (read(path), path));
        let texts = texts.iter().filter(|(text, _)| !text.trim().is_empty());
        texts.map(|(text, path)| shorten(text.trim_end(), path)).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when the program has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The beginning, where the first mistake is, and the end, where the summary is.
fn shorten(text: &str, path: &Path) -> String {
    let lines: Vec<_> = text.lines().collect();
    let Some(left_out) = lines.len().checked_sub(HEAD + TAIL).filter(|count| *count > 0) else {
        return text.to_owned();
    };
    let note = format!("… {left_out} lines left out, see {} …", path.display());
    [&lines[..HEAD], &[note.as_str()], &lines[lines.len() - TAIL..]].concat().join("\n")
}

/// A log that cannot be read only makes a message poorer.
fn read(path: &Path) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(folder: &tempfile::TempDir, script: &str) -> Running {
        start(Command::new("sh").args(["-c", script]).arg(folder.path()), &folder.path().join("log")).unwrap()
    }

    #[test]
    fn a_failing_program_is_an_error_with_all_it_printed() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2; exit 3"]);
        let error = run(&mut command, &folder.path().join("log")).unwrap_err();
        let expected = "`sh -c echo out; echo err >&2; exit 3` failed (exit status: 3)\nout\nerr";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_missing_program_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error =
            run(&mut Command::new("iampass-no-such-program"), &folder.path().join("log")).unwrap_err();
        assert_eq!(error.to_string(), "`iampass-no-such-program` is not on the PATH");
    }

    #[test]
    fn a_program_that_does_not_end_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let error = shell(&folder, "echo begun; exec sleep 600").finish(POLL * 10).unwrap_err().to_string();
        assert!(error.ends_with(" took longer than 0.2 s and was stopped\nbegun"), "{error}");
    }

    #[test]
    fn the_first_line_is_waited_for_until_the_program_ends() {
        let folder = tempfile::tempdir().unwrap();
        let mut prints = shell(&folder, "sleep 0.1; echo hello; exec sleep 60");
        assert_eq!(prints.first_line().unwrap(), "hello");
        drop(prints);
        let error = shell(&folder, "echo no line feed >&2; exit 1").first_line().unwrap_err().to_string();
        assert!(error.contains("failed (exit status: 1)"), "{error}");
    }

    #[test]
    fn readiness_is_waited_for_until_the_program_ends() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("mark");
        let mut works = shell(&folder, "sleep 0.1; touch \"$0/mark\"; exec sleep 60");
        works.until(|| mark.exists()).unwrap();
        drop(works);
        let error = shell(&folder, "exit 1").until(|| false).unwrap_err().to_string();
        assert!(error.contains("failed (exit status: 1)"), "{error}");
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
