//! The processor time of calls: our client beside bare reqwest, which decodes the same answer, and beside reqwest
//! with the same headers, signed by hand: what the service asks of every client.
//!
//! ```text
//! calls serve                      answers every request alike; prints its address
//! calls compare ADDRESS TASKS      prints nanoseconds per call of all three, for each of the turns they take
//! calls resident ADDRESS           prints nanoseconds per call, for each turn, and resident memory of ours alone
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "run by `cargo xtask bench` with the right arguments"
)]

use std::time::Duration;

use iampass_auth::Signer;
use iampass_bench::{APPLICATION_ID, bare_reqwest, credentials};
use iampass_management::generated::types::RegisteredDeviceResponse;
use iampass_management::{Connection, ManagementClient, Settings, UserId};
use reqwest::header::{ACCEPT, CACHE_CONTROL, USER_AGENT};
use rustix::time::{ClockId, clock_gettime};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 43\r\n\r\n\
                        {\"status\": true, \"device_registered\": true}";
const CALLS_PER_TURN: usize = 2_048;
const TURNS: usize = 60;

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match arguments[1].as_str() {
        "serve" => runtime.block_on(serve()),
        "compare" => compare(&runtime, &arguments[2], arguments[3].parse().unwrap()),
        "resident" => {
            let ours = Ours::new(&arguments[2]);
            let turns: Vec<_> = (0..TURNS).map(|_| turn(&runtime, 1, &ours)).collect();
            println!("{{\"nanoseconds\": {turns:?}, \"resident_kib\": {}}}", resident_kib());
        }
        other => panic!("unknown command {other}"),
    }
}

async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::task::spawn_local(answer(stream));
            }
        })
        .await;
}

/// A request comes in one piece or in two, and ends with an empty line: none of those here has a body.
async fn answer(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let (mut request, mut length) = (vec![0; 16 * 1024], 0);
    while let Ok(read @ 1..) = stream.read(&mut request[length..]).await {
        length += read;
        if request[..length].ends_with(b"\r\n\r\n") {
            length = 0;
            if stream.write_all(ANSWER).await.is_err() {
                return;
            }
        }
    }
}

trait Caller: Clone + Send + 'static {
    fn call(&self) -> impl Future<Output = ()> + Send;
}

#[derive(Clone)]
struct Ours {
    client: ManagementClient,
    user: UserId,
}

impl Ours {
    fn new(address: &str) -> Self {
        let settings = Settings::new(format!("http://{address}").parse().unwrap(), credentials());
        let connection = Connection::builder(settings).no_proxy().build().unwrap();
        Self { client: connection.into(), user: UserId::new("user1").unwrap() }
    }
}

impl Caller for Ours {
    async fn call(&self) {
        assert!(self.client.has_registered_mobile_device(&self.user).await.unwrap());
    }
}

#[derive(Clone)]
struct Bare {
    client: reqwest::Client,
    url: String,
}

impl Bare {
    fn new(address: &str) -> Self {
        let client = bare_reqwest();
        let url = format!("http://{address}/management/has_registered_mobile_device/{APPLICATION_ID}/user1");
        Self { client, url }
    }
}

impl Caller for Bare {
    async fn call(&self) {
        let answer = self.client.get(&self.url).timeout(Duration::from_secs(10)).send().await.unwrap();
        let answer: RegisteredDeviceResponse = answer.json().await.unwrap();
        assert_eq!(answer.device_registered, Some(true));
    }
}

#[derive(Clone)]
struct ByHand {
    bare: Bare,
    signer: Signer,
}

impl ByHand {
    fn new(address: &str) -> Self {
        Self { bare: Bare::new(address), signer: Signer::new(credentials()) }
    }
}

impl Caller for ByHand {
    async fn call(&self) {
        let request = self.bare.client.get(&self.bare.url).timeout(Duration::from_secs(10));
        let request = request.header(ACCEPT, "application/json").header(CACHE_CONTROL, "no-cache");
        let mut request = request.header(USER_AGENT, "by-hand/0.1.0").build().unwrap();
        self.signer.sign_request(&mut request);
        let answer = self.bare.client.execute(request).await.unwrap();
        let answer: RegisteredDeviceResponse = answer.json().await.unwrap();
        assert_eq!(answer.device_registered, Some(true));
    }
}

/// In turns, so that whatever else the machine does strikes all.
fn compare(runtime: &Runtime, address: &str, tasks: usize) {
    let (ours, bare, by_hand) = (Ours::new(address), Bare::new(address), ByHand::new(address));
    let mut turns = [const { Vec::new() }; 3];
    for _ in 0..TURNS {
        turns[0].push(turn(runtime, tasks, &ours));
        turns[1].push(turn(runtime, tasks, &bare));
        turns[2].push(turn(runtime, tasks, &by_hand));
    }
    let [ours, bare, by_hand] = turns;
    println!("{{\"ours\": {ours:?}, \"bare\": {bare:?}, \"by_hand\": {by_hand:?}}}");
}

/// Nanoseconds on the processor per call.
fn turn(runtime: &Runtime, tasks: usize, caller: &impl Caller) -> u64 {
    let before = processor_nanoseconds();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..tasks)
            .map(|_| {
                let caller = caller.clone();
                tokio::spawn(async move {
                    for _ in 0..CALLS_PER_TURN / tasks {
                        caller.call().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    (processor_nanoseconds() - before) / CALLS_PER_TURN as u64
}

/// Of this thread, which is the only one that works. The system's file about it counts whole ticks, of milliseconds,
/// for a thread that never waits.
fn processor_nanoseconds() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap().as_nanos().try_into().unwrap()
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}
