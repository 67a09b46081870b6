//! Runs the program, and gives it something to talk to.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use iampass_emulator::Emulator;
#[cfg(target_os = "linux")]
use iampass_emulator::Tls;
use tempfile::TempDir;

pub(crate) const APPLICATION_ID: &str = "0123456789abcdef0123456789abcdef";
/// No output may ever show this.
pub(crate) const SECRET: &str = "MARKERSECRETMARKERSECRETMARKER12";
pub(crate) const WRONG_SECRET: &str = "WRONGMARKERWRONGMARKERWRONGMARK1";

/// How long a program may run; on a busy machine it takes some milliseconds.
const TIMEOUT: Duration = Duration::from_secs(30);

/// One call of each of the five operations.
pub(crate) const CALLS: [&[&str]; 5] = [
    &["users", "add", "alice"],
    &["users", "delete", "alice"],
    &["device", "link", "alice"],
    &["device", "status", "alice"],
    &["device", "lost", "alice", "--yes"],
];

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// What it printed, of a run that succeeded and said nothing else.
    #[track_caller]
    pub(crate) fn data(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{self:?}");
        self.stdout
    }

    /// What it said, of a run that failed with this code and printed nothing.
    #[track_caller]
    pub(crate) fn error(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{self:?}");
        assert!(self.stderr.starts_with("error: "), "{self:?}");
        self.stderr
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The program without any settings, in a terminal of 80 columns.
pub(crate) fn iampass() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iampass"));
    for name in ["IAMPASS_SERVER", "IAMPASS_APPLICATION_ID", "IAMPASS_APPLICATION_SECRET"] {
        command.env_remove(name);
    }
    command.env_remove("IAMPASS_PROFILE");
    // The profiles of whoever runs the tests stay out of them: below a file there can be none.
    command.envs(HOME_VARIABLES.map(|name| (name, env!("CARGO_BIN_EXE_iampass"))));
    command.env("COLUMNS", "80").stdin(Stdio::null());
    command
}

/// What the folder for settings is found by, on one system or another.
const HOME_VARIABLES: [&str; 3] = ["HOME", "XDG_CONFIG_HOME", "APPDATA"];

/// A home of its own, for what is kept there.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// The program at home here, without any settings.
    pub(crate) fn iampass(&self) -> Command {
        let mut command = iampass();
        command.envs(HOME_VARIABLES.map(|name| (name, self.0.path())));
        command
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Writes a file that its owner alone can read.
    pub(crate) fn write_private(&self, name: &str, text: &str) -> PathBuf {
        let path = self.write(name, text);
        make_private(&path);
        path
    }

    /// The file of profiles.
    pub(crate) fn profiles(&self) -> PathBuf {
        let folder =
            if cfg!(target_os = "macos") { "Library/Application Support/iampass" } else { "iampass" };
        self.path(folder).join("profiles.toml")
    }

    /// Writes profiles as a person would, readable to that person alone.
    pub(crate) fn write_profiles(&self, text: &str) {
        let path = self.profiles();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        make_private(&path);
    }

    /// Snapshots in which the home has a name instead, besides what else differs.
    pub(crate) fn stable(&self, check: impl FnOnce()) {
        let mut settings = stable_snapshots();
        settings.add_filter(&regex::escape(&self.profiles().display().to_string()), "[profiles]");
        settings.bind(check);
    }
}

fn make_private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// The program with all settings.
pub(crate) fn iampass_at(server: &str) -> Command {
    let mut command = iampass();
    command.env("IAMPASS_SERVER", server);
    command.env("IAMPASS_APPLICATION_ID", APPLICATION_ID).env("IAMPASS_APPLICATION_SECRET", SECRET);
    command
}

pub(crate) fn run(command: &mut Command) -> Run {
    run_into(command, Stdio::piped())
}

/// Runs with this standard output; only what goes into a pipe comes back.
pub(crate) fn run_into(command: &mut Command, stdout: impl Into<Stdio>) -> Run {
    let child = command.stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
    let _watchdog = Watchdog::over(&child);
    child.wait_with_output().unwrap().into()
}

/// Ends a program that does not end by itself, so that its test fails instead of waiting forever.
pub(crate) struct Watchdog(#[expect(dead_code, reason = "dropping it calls the watchdog off")] Sender<()>);

impl Watchdog {
    pub(crate) fn over(child: &Child) -> Self {
        let id = child.id();
        let (sender, called_off) = mpsc::channel();
        std::thread::spawn(move || {
            if called_off.recv_timeout(TIMEOUT) == Err(RecvTimeoutError::Timeout) {
                signal("KILL", id);
            }
        });
        Self(sender)
    }
}

/// Sends a signal to a program. Without `unsafe` that takes another program, which Unix has.
pub(crate) fn signal(name: &str, id: u32) {
    assert!(Command::new("kill").args(["-s", name, &id.to_string()]).status().unwrap().success());
}

/// Runs the program against this server.
pub(crate) fn call(server: &str, arguments: &[&str]) -> Run {
    run(iampass_at(server).args(arguments))
}

pub(crate) fn credentials() -> Credentials {
    let id = ApplicationId::new(APPLICATION_ID).unwrap();
    Credentials::new(id, ApplicationSecret::new(SECRET).unwrap())
}

/// An emulator that knows the application.
pub(crate) fn emulator() -> Emulator {
    Emulator::builder().application(credentials()).start().unwrap()
}

/// An emulator whose application has one user, `alice`.
/// One that speaks TLS, with a certificate of an authority of its own.
#[cfg(target_os = "linux")]
pub(crate) fn tls_emulator() -> Emulator {
    Emulator::builder().application(credentials()).tls(Tls::SelfSigned).start().unwrap()
}

/// The file of an authority that has signed none of them, for `SSL_CERT_FILE`.
#[cfg(target_os = "linux")]
pub(crate) fn another_authority(home: &Home) -> PathBuf {
    home.write("other.pem", tls_emulator().ca_certificate().unwrap())
}

pub(crate) fn emulator_with_alice() -> Emulator {
    let emulator = emulator();
    call(emulator.base_url(), &["users", "add", "alice"]).data();
    emulator
}

/// A server whose port refuses: a client's end of a connection has it, so no other test is given it.
pub(crate) fn closed_port() -> String {
    static TAKEN: LazyLock<[TcpStream; 2]> = LazyLock::new(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        [taken, listener.accept().unwrap().0]
    });
    format!("http://{}", TAKEN[0].local_addr().unwrap())
}

/// A server that answers every request with these bytes, then hangs up.
pub(crate) fn answers_with(bytes: &'static [u8]) -> String {
    answers_in_turn(vec![bytes])
}

/// A server that answers each request with the next of these, and all further ones with the last.
pub(crate) fn answers_in_turn(answers: Vec<&'static [u8]>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut turn = 0;
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if !read_request(&mut stream) {
                continue;
            }
            stream.write_all(answers[turn.min(answers.len() - 1)]).unwrap();
            turn += 1;
        }
    });
    url
}

/// Head and, as far as the five calls have one, body. Returns whether there was one: the doctor connects without.
fn read_request(stream: &mut TcpStream) -> bool {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        request.push(byte[0]);
    }
    if request.is_empty() {
        return false;
    }
    let head = String::from_utf8(request).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    true
}

/// Snapshots in which all that differs from run to run has a name instead.
pub(crate) fn stable(check: impl FnOnce()) {
    stable_snapshots().bind(check);
}

fn stable_snapshots() -> insta::Settings {
    let mut settings = snapshots();
    settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:[port]");
    settings.add_filter(r"\[port\](\S*)/register/[0-9a-f]{32}", "[port]$1/register/[token]");
    settings.add_filter(r"(session_status|end_session)/[0-9a-f]{32}", "$1/[session]");
    settings.add_filter(
        r"hmac [0-9a-f]{32}:(\n +)\d+:[A-Za-z0-9+/]{22}==",
        "hmac [session]:$1[nonce]:[signature]",
    );
    settings.add_filter(r"(hmac [\w-]+):\d+:[A-Za-z0-9+/]{22}==", "$1:[nonce]:[signature]");
    settings.add_filter(r"((?i)timestamp: )\d+", "$1[time]");
    // The text that is signed, as a refusal quotes it.
    settings.add_filter(r#""\d+(127\.0\.0\.1:\[port\]/\S+?)\d{10}""#, "\"[nonce]$1[time]\"");
    settings
}

/// Snapshots of what is the same in every run.
pub(crate) fn plain(check: impl FnOnce()) {
    snapshots().bind(check);
}

fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings
}
