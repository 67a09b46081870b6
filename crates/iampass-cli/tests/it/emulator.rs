//! `iampass emulator`.

#[cfg(unix)]
mod exec;
mod network;
mod options;
#[cfg(unix)]
mod state_files;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Stdio};

#[cfg(unix)]
use crate::support::{APPLICATION_ID, SECRET, call, stable};
use crate::support::{Run, Watchdog, iampass, run, signal};

/// A running emulator; ends when dropped.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    url: String,
    _watchdog: Watchdog,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let running = Self::listening(&[&["--listen", "127.0.0.1:0"], arguments].concat());
        assert!(running.url.starts_with("http://127.0.0.1:"), "{}", running.url);
        running
    }

    fn listening(arguments: &[&str]) -> Self {
        let mut command = iampass();
        command.arg("emulator").args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let watchdog = Watchdog::over(&child);
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line.strip_prefix("listening on ").and_then(|url| url.strip_suffix('\n')).unwrap();
        Self { child, stdout, url: url.to_owned(), _watchdog: watchdog }
    }

    /// Sends a signal, and gives what the program wrote after its first line.
    fn signalled(mut self, name: &str) -> Run {
        signal(name, self.child.id());
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        Run { code: self.child.wait().unwrap().code(), stdout, stderr }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[cfg(unix)]
#[test]
fn serves_until_told_to_stop_and_logs_each_request() {
    use std::io::Write as _;
    use std::net::TcpStream;

    let application = format!("{APPLICATION_ID}:{SECRET}");
    let running = Running::start(&["--application", &application, "--application", "other:a:b"]);
    let url = running.url.clone();
    assert_eq!(call(&url, &["users", "add", "alice"]).data(), "created alice\n");
    call(&url, &["device", "status", "bob"]).error(4);
    let other = |secret| {
        let mut program = iampass();
        program.env("IAMPASS_SERVER", &url).env("IAMPASS_APPLICATION_ID", "other");
        run(program.env("IAMPASS_APPLICATION_SECRET", secret).args(["users", "add", "alice"]))
    };
    other("a:b").data();
    other("a").error(5);
    let mut rubbish = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    rubbish.write_all(b"G@T / HTTP/1.1\r\n\r\n").unwrap();
    rubbish.read_to_end(&mut Vec::new()).unwrap();

    let stopped = running.signalled("TERM");
    assert_eq!((stopped.code, stopped.stdout.as_str()), (Some(0), ""), "{stopped:?}");
    assert!(!stopped.stderr.contains(SECRET));
    stable(|| insta::assert_snapshot!("emulator_log", stopped.stderr));
}

#[cfg(unix)]
#[test]
fn stops_on_sigint() {
    let stopped = Running::start(&["--application", "a:b"]).signalled("INT");
    assert_eq!(stopped, Run { code: Some(0), stdout: String::new(), stderr: String::new() });
}

#[cfg(unix)]
#[test]
fn an_application_of_its_own_making_is_told_as_settings() {
    let mut running = Running::start(&[]);
    let mut stderr = BufReader::new(running.child.stderr.take().unwrap());
    let mut program = iampass();
    for name in ["IAMPASS_SERVER", "IAMPASS_APPLICATION_ID", "IAMPASS_APPLICATION_SECRET"] {
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        program.env(name, line.strip_prefix(&format!("export {name}=")).unwrap().trim_end());
    }
    assert_eq!(run(program.args(["users", "add", "alice"])).data(), "created alice\n");
}

#[test]
fn what_keeps_it_from_starting_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let start = |arguments: &[&str]| run(iampass().arg("emulator").args(arguments));
    let said = start(&["--listen", &address]).error(1);
    assert!(said.contains("the emulator did not start\n  because: cannot listen on 127.0.0.1"), "{said}");
    assert!(said.contains("--listen 127.0.0.1:0"), "{said}");

    let said = start(&["--listen", "127.0.0.1:0", "--application", "a:b", "--application", "a:c"]).error(2);
    assert!(said.contains("the application `a` was given more than once"), "{said}");
    let said = start(&["--listen", "127.0.0.1:0", "--application", "a:b", "--application", "c"]).error(2);
    assert!(said.contains("number 2 is not ID:SECRET\n  because: there is no `:`"), "{said}");
}
