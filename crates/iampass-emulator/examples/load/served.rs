//! The emulator in its process.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials, Signer};
use iampass_emulator::{Application, Builder, Emulator};

use crate::connection::{Connection, user};

pub(crate) const ID: &str = "load";
const SECRET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
/// How many users one `add_users` call adds.
pub(crate) const CHUNK: usize = 1_000;

/// What is measured.
pub(crate) enum How {
    /// This program, started again.
    Library,
    /// The program `iampass`.
    Program(PathBuf),
}

pub(crate) fn serve(data: Option<&Path>) {
    let application = Application::new(ID, SECRET).unwrap();
    let builder = Emulator::builder().application(application);
    let emulator = data.into_iter().fold(builder, Builder::data).start().unwrap();
    println!("listening on {}", emulator.base_url());
    // Its parent ends it.
    let _ended = std::io::stdin().read_line(&mut String::new());
}

pub(crate) fn signer() -> Signer {
    let secret = ApplicationSecret::new(SECRET).unwrap();
    Signer::new(Credentials::new(ApplicationId::new(ID).unwrap(), secret))
}

/// A running emulator; ends when dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) started_in: Duration,
}

impl Served {
    pub(crate) fn start(how: &How, data: Option<&Path>) -> Self {
        let mut command = match how {
            How::Library => {
                let mut command = Command::new(std::env::current_exe().unwrap());
                command.arg("serve").args(data);
                command
            }
            How::Program(program) => {
                let mut command = Command::new(program);
                command.args(["emulator", "--listen", "127.0.0.1:0", "--log", "none"]);
                command.args(["--application", &format!("{ID}:{SECRET}")]);
                command.args(data.map(|data| ["--data".as_ref(), data.as_os_str()]).into_iter().flatten());
                command
            }
        };
        let start = Instant::now();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let started_in = start.elapsed();
        let address = line.trim().strip_prefix("listening on http://").unwrap().parse().unwrap();
        Self { child, address, started_in }
    }

    /// The resident memory in megabytes, where the system tells it.
    pub(crate) fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kibibytes * 1024.0 / 1e6)
    }

    /// The seconds that the process has had on a processor, where the system tells them.
    pub(crate) fn processor_time(&self) -> f64 {
        const TICKS_PER_SECOND: f64 = 100.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
        // In the kernel's own list these are the 14th and the 15th.
        let ticks = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
        ticks.sum::<f64>() / TICKS_PER_SECOND
    }

    pub(crate) async fn add(&self, users: usize) {
        let signer = signer();
        let mut connection = Connection::open(self.address).await;
        for chunk in (0..users).collect::<Vec<_>>().chunks(CHUNK) {
            let ids: Vec<_> = chunk.iter().map(|number| user(*number)).collect();
            connection.add_users(&signer, &ids).await;
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
