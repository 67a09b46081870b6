//! A server that responds to by a script, on raw TCP and on the test's own runtime.

use std::future::ready;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::faults::reply::{Asked, Reply, Step, When};
use crate::faults::virtual_time::something_happened;
use crate::support::RawRequest;

/// The Unix second at which a server starts; the clocks of service and client agree unless a test has
/// them differ.
pub(crate) const EPOCH: u64 = 1_750_000_000;

/// More than this is sent to nobody: a client that would read it all has no limit.
const ENOUGH: u64 = 1 << 30;

/// What a server has seen.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// When each connection came, from the server's start.
    pub(crate) connections: Vec<Duration>,
    pub(crate) requests: Vec<Request>,
    /// Bytes that were handed to the system to be sent.
    pub(crate) sent: u64,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// From the server's start.
    pub(crate) at: Duration,
    pub(crate) raw: RawRequest,
}

impl Request {
    /// `(nonce, signature)`.
    pub(crate) fn signed(&self) -> (String, String) {
        let header = self.raw.header("authentication").join("");
        let mut parts = header.split(':').skip(1).map(str::to_owned);
        (parts.next().unwrap(), parts.next().unwrap())
    }

    /// The `operationId` that its path begins with.
    fn operation(&self) -> String {
        let target = self.raw.target();
        target.strip_prefix("/management/").unwrap().split('/').next().unwrap().to_owned()
    }

    /// The Unix second that it was signed with.
    pub(crate) fn timestamp(&self) -> u64 {
        self.raw.header("x-iampass-authentication-timestamp")[0].parse().unwrap()
    }
}

/// Stops when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    started: Instant,
    log: Arc<Mutex<Log>>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Listens now. The first reply is for the first request, or connection, and so on; the last one is
    /// for all that come after it too.
    pub(crate) async fn start(script: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener.local_addr().unwrap(), ready(listener), script)
    }

    /// As [`start`](Server::start), once there is a listener.
    pub(crate) fn on(
        address: SocketAddr,
        listener: impl Future<Output = TcpListener> + Send + 'static,
        script: Vec<Reply>,
    ) -> Self {
        let log = Arc::<Mutex<Log>>::default();
        let started = Instant::now();
        let next = AtomicUsize::new(0);
        let script = Arc::new(Script { replies: script, next, log: Arc::clone(&log), started });
        let accepting = tokio::spawn(async move { accept(listener.await, script).await });
        Self { address, started, log, accepting }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn log(&self) -> std::sync::MutexGuard<'_, Log> {
        self.log.lock().unwrap()
    }

    /// The service's clock, which is the client's unless a test says otherwise: it goes as virtual time
    /// does.
    pub(crate) fn clock(&self) -> impl Fn() -> u64 + Send + Sync + 'static {
        let started = self.started;
        move || EPOCH + started.elapsed().as_secs()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

struct Script {
    replies: Vec<Reply>,
    /// The place of the next reply.
    next: AtomicUsize,
    log: Arc<Mutex<Log>>,
    started: Instant,
}

impl Script {
    fn next(&self) -> &Reply {
        self.reply(self.next.load(Ordering::Relaxed))
    }

    fn take(&self) -> &Reply {
        self.reply(self.next.fetch_add(1, Ordering::Relaxed))
    }

    fn reply(&self, place: usize) -> &Reply {
        &self.replies[place.min(self.replies.len() - 1)]
    }
}

async fn accept(listener: TcpListener, script: Arc<Script>) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        something_happened();
        script.log.lock().unwrap().connections.push(script.started.elapsed());
        connections.spawn(serve(stream, Arc::clone(&script)));
    }
}

/// One connection, until either side has had enough of it.
async fn serve(mut stream: TcpStream, script: Arc<Script>) {
    stream.set_nodelay(true).unwrap();
    loop {
        if matches!(script.next().when, When::Connected) {
            play(&mut stream, &script.take().steps, None, &script).await;
            return;
        }
        let Some(raw) = read_request(&mut stream).await else { return };
        let at = script.started.elapsed();
        let request = Request { at, raw: RawRequest(raw) };
        script.log.lock().unwrap().requests.push(request.clone());
        if !play(&mut stream, &script.take().steps, Some(&request), &script).await {
            return;
        }
    }
}

/// Whether the connection can be used any further.
async fn play(stream: &mut TcpStream, steps: &[Step], request: Option<&Request>, script: &Script) -> bool {
    for step in steps {
        match step {
            Step::Send(bytes) => {
                let now = EPOCH + script.started.elapsed().as_secs();
                let timestamp = request.map_or(0, Request::timestamp);
                let operation = request.map(Request::operation).unwrap_or_default();
                if !send(stream, &bytes(&Asked { now, timestamp, operation }), script).await {
                    return false;
                }
            }
            Step::Drip { bytes, every } => {
                for byte in bytes {
                    sleep(*every).await;
                    if !send(stream, &[*byte], script).await {
                        return false;
                    }
                }
            }
            Step::Flood { bytes, every } => {
                while send(stream, bytes, script).await {
                    assert!(script.log.lock().unwrap().sent < ENOUGH, "the client reads without end");
                    sleep(*every).await;
                }
                return false;
            }
            Step::Wait(time) => sleep(*time).await,
            Step::Hold => {
                while !matches!(stream.read(&mut [0; 4096]).await, Ok(0) | Err(_)) {}
                something_happened();
                return false;
            }
            Step::Finish => {
                something_happened();
                let _ = stream.shutdown().await;
            }
            Step::Close => {
                something_happened();
                return false;
            }
            Step::Reset => {
                something_happened();
                stream.set_zero_linger().unwrap();
                return false;
            }
        }
    }
    true
}

async fn send(stream: &mut TcpStream, bytes: &[u8], script: &Script) -> bool {
    let sent = stream.write_all(bytes).await.is_ok();
    something_happened();
    if sent {
        script.log.lock().unwrap().sent += bytes.len() as u64;
    }
    sent
}

/// `None` when the client has gone.
async fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if RawRequest::is_complete(&bytes) {
            return Some(bytes);
        }
        let count = stream.read_buf(&mut bytes).await.unwrap_or(0);
        something_happened();
        if count == 0 {
            return None;
        }
    }
}
