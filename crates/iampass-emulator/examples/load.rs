//! How fast the emulator is, and how much memory it takes.
//!
//! ```text
//! cargo run --release -p iampass-emulator --example load [USERS] [SECONDS] [ADDRESS]
//! ```
//!
//! The emulator runs in a process of its own, this program started again, so that the memory is its
//! own. By default there are 100,000 users, and each measurement takes 3 seconds. Another mock that
//! listens on ADDRESS (`127.0.0.1:4010`) is asked the same, for comparison.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a program for its printed figures"
)]

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials, Signer};
use iampass_emulator::{Application, Builder, Emulator};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const ID: &str = "load";
const SECRET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
const CONNECTIONS: usize = 64;
/// How many users one `add_users` call adds.
const CHUNK: usize = 1_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next();
    if first.as_deref() == Some("serve") {
        return serve(arguments.next().as_deref().map(Path::new));
    }
    let users = first.map_or(100_000, |users| users.parse().unwrap());
    let seconds = Duration::from_secs(arguments.next().map_or(3, |seconds| seconds.parse().unwrap()));
    let other: Option<SocketAddr> = arguments.next().map(|address| address.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let directory = tempfile::TempDir::new().unwrap();
    let file = directory.path().join("load.db");
    for data in [None, Some(file.as_path())] {
        println!("{}", if data.is_some() { "in a file" } else { "in memory" });
        let server = Served::start(data);
        println!(
            "  start to listening                     {:>9.1} ms",
            server.started_in.as_secs_f64() * 1e3
        );
        println!("  resident, no users                     {:>9}", server.memory());
        let start = Instant::now();
        runtime.block_on(server.add(users));
        let rate = f64::from(u32::try_from(users).unwrap()) / start.elapsed().as_secs_f64();
        println!("  users added, {CHUNK} a call             {rate:>9.0} /s");
        println!("  resident, {users} users               {:>9}", server.memory());

        let asked = Asked { address: server.address, users, seconds };
        let before = server.processor_time();
        let idle = runtime.block_on(asked.ask(Path404::No, false));
        let taken = server.processor_time() - before;
        report("has_registered_mobile_device", &idle);
        // What others do on the machine changes the rate, but not this.
        let each = taken / f64::from(u32::try_from(idle.latencies.len()).unwrap());
        println!("  processor time for each                {:>9.1} µs", each * 1e6);
        let nothing = runtime.block_on(asked.ask(Path404::Yes, false));
        report("a 404 (HTTP alone)", &nothing);
        let busy = runtime.block_on(asked.ask(Path404::No, true));
        report("has_registered_…, with a writer", &busy);
        println!("  verified and looked up / HTTP alone    {:>9.2}", rate_of(&idle) / rate_of(&nothing));
        println!("  p99 with a writer / without            {:>9.2}", p99(&busy) / p99(&idle));
        println!("  resident at the end                    {:>9}", server.memory());
        if let Some(address) = other {
            let other = runtime.block_on(Asked { address, ..asked }.ask(Path404::No, false));
            report("the other mock", &other);
            println!("  as many times the other mock           {:>9.1}", rate_of(&idle) / rate_of(&other));
        }
    }
}

fn serve(data: Option<&Path>) {
    let application = Application::new(ID, SECRET).unwrap();
    let builder = Emulator::builder().application(application);
    let emulator = data.into_iter().fold(builder, Builder::data).start().unwrap();
    println!("{}", emulator.local_addr());
    // Its parent ends it.
    let _ended = std::io::stdin().read_line(&mut String::new());
}

fn signer() -> Signer {
    let secret = ApplicationSecret::new(SECRET).unwrap();
    Signer::new(Credentials::new(ApplicationId::new(ID).unwrap(), secret))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Path404 {
    Yes,
    No,
}

/// What a measurement gave.
struct Measured {
    elapsed: Duration,
    /// Sorted.
    latencies: Vec<Duration>,
}

fn rate_of(measured: &Measured) -> f64 {
    f64::from(u32::try_from(measured.latencies.len()).unwrap()) / measured.elapsed.as_secs_f64()
}

fn p99(measured: &Measured) -> f64 {
    measured.latencies[measured.latencies.len() * 99 / 100].as_secs_f64()
}

fn report(what: &str, measured: &Measured) {
    let median = measured.latencies[measured.latencies.len() / 2].as_secs_f64();
    println!(
        "  {what:<38} {:>9.0} /s, median {:.2} ms, p99 {:.2} ms",
        rate_of(measured),
        median * 1e3,
        p99(measured) * 1e3
    );
}

/// The emulator in its process.
struct Served {
    child: Child,
    address: SocketAddr,
    started_in: Duration,
}

impl Served {
    fn start(data: Option<&Path>) -> Self {
        let start = Instant::now();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("serve")
            .args(data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, address: line.trim().parse().unwrap(), started_in: start.elapsed() }
    }

    /// The resident memory, where the system tells it.
    fn memory(&self) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        kilobytes.map_or("unknown".to_owned(), |kilobytes| format!("{:.1} MB", kilobytes / 1024.0))
    }

    /// The seconds that the process has had on a processor, where the system tells them.
    fn processor_time(&self) -> f64 {
        const TICKS_PER_SECOND: f64 = 100.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
        // In the kernel's own list these are the 14th and the 15th.
        let ticks = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
        ticks.sum::<f64>() / TICKS_PER_SECOND
    }

    async fn add(&self, users: usize) {
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

/// Who is asked, after how many users, and for how long.
#[derive(Clone, Copy)]
struct Asked {
    address: SocketAddr,
    users: usize,
    seconds: Duration,
}

impl Asked {
    /// Asks on many connections at once, each the next question when it has its answer.
    async fn ask(self, path: Path404, with_writer: bool) -> Measured {
        let Self { address, users, seconds } = self;
        let signer = Arc::new(signer());
        let is_over = Arc::new(AtomicBool::new(false));
        let start = Instant::now();
        let asking: Vec<_> = (0..CONNECTIONS)
            .map(|number| {
                let (signer, is_over) = (signer.clone(), is_over.clone());
                tokio::spawn(async move {
                    let mut connection = Connection::open(address).await;
                    let mut latencies = Vec::new();
                    let mut next = number;
                    while !is_over.load(Ordering::Relaxed) {
                        // A stride that reaches all parts of the tree.
                        next = (next + 7_919) % users;
                        latencies.push(connection.ask(&signer, &user(next), path).await);
                    }
                    latencies
                })
            })
            .collect();
        let writing = with_writer.then(|| {
            let (signer, is_over) = (signer.clone(), is_over.clone());
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await;
                for number in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    connection.add_users(&signer, &[format!("late-{number}@example.com")]).await;
                }
            })
        });
        tokio::time::sleep(seconds).await;
        is_over.store(true, Ordering::Relaxed);
        let mut latencies = Vec::new();
        for asking in asking {
            latencies.append(&mut asking.await.unwrap());
        }
        let elapsed = start.elapsed();
        if let Some(writing) = writing {
            writing.await.unwrap();
        }
        latencies.sort_unstable();
        Measured { elapsed, latencies }
    }
}

fn content_length(line: &str) -> Option<usize> {
    let (name, value) = line.split_once(':')?;
    name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
}

fn user(number: usize) -> String {
    format!("user-{number:07}@example.com")
}

/// A keep-alive connection that says the least that HTTP asks for.
struct Connection {
    stream: TcpStream,
    host: String,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, host: address.to_string(), answer: vec![0; 64 * 1024] }
    }

    async fn ask(&mut self, signer: &Signer, user: &str, path: Path404) -> Duration {
        let operation = match path {
            Path404::Yes => "nothing",
            Path404::No => "has_registered_mobile_device",
        };
        let start = Instant::now();
        let status = self.exchange(signer, &format!("GET /management/{operation}/{ID}/{user}"), "").await;
        assert_eq!(status, if path == Path404::Yes { 404 } else { 200 });
        start.elapsed()
    }

    async fn add_users(&mut self, signer: &Signer, users: &[String]) {
        let body = serde_json::json!({ "users": users }).to_string();
        let status = self.exchange(signer, &format!("POST /management/add_users/{ID}"), &body).await;
        assert_eq!(status, 201);
    }

    /// Sends a request and reads its answer; gives the status.
    async fn exchange(&mut self, signer: &Signer, line: &str, body: &str) -> u16 {
        let host = &self.host;
        let path = line.split_once(' ').unwrap().1;
        let mut request = format!("{line} HTTP/1.1\r\nHost: {host}\r\n");
        for (name, value) in &signer.sign(&format!("http://{host}{path}")).unwrap() {
            request.extend([name, ": ", value, "\r\n"]);
        }
        if !body.is_empty() {
            let length = body.len().to_string();
            request.extend(["Content-Type: application/json\r\nContent-Length: ", &length, "\r\n"]);
        }
        request.extend(["\r\n", body]);
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let mut length = 0;
        loop {
            let read = self.stream.read(&mut self.answer[length..]).await.unwrap();
            assert_ne!(read, 0, "the connection was closed");
            length += read;
            let answer = std::str::from_utf8(&self.answer[..length]).unwrap();
            let Some((head, body)) = answer.split_once("\r\n\r\n") else { continue };
            let declared = head.lines().find_map(content_length).unwrap();
            if body.len() >= declared {
                return head.split(' ').nth(1).unwrap().parse().unwrap();
            }
        }
    }
}
