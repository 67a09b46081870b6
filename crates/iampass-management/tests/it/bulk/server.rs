//! A server that responds to chunks by a script and keeps what it was sent.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use iampass_management::{CallPolicy, ManagementClient};
use serde_json::json;

use crate::support::{client, persistent_client};

/// How a chunk is responded to.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// As the service does: all ids are new, or gone.
    Done,
    /// As [`Reply::Done`], later.
    Late(Duration),
    /// This status, with a line of text.
    Status(u16),
    /// This text as the body of a success.
    Text(String),
    /// Nothing: the connection stays open until the client closes it.
    Never,
}

/// A script that fails what has this id in it.
pub(crate) fn failing(id: &'static str, status: u16) -> impl Fn(&[String]) -> Reply {
    move |ids| if ids.iter().any(|one| one == id) { Reply::Status(status) } else { Reply::Done }
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) target: String,
    pub(crate) ids: Vec<String>,
}

#[derive(Default)]
struct Seen {
    sent: Vec<Sent>,
    unanswered: usize,
    hung_up: usize,
    ended: usize,
}

type Script = dyn Fn(&[String]) -> Reply + Send + Sync;

/// Its threads end with the process.
pub(crate) struct ChunkServer {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl ChunkServer {
    pub(crate) fn start(script: impl Fn(&[String]) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Seen>>::default();
        let (script, shared): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (script, seen) = (Arc::clone(&script), Arc::clone(&shared));
                thread::spawn(move || {
                    while serve(stream.as_ref().unwrap(), &*script, &seen).is_some() {}
                    seen.lock().unwrap().ended += 1;
                });
            }
        });
        Self { address, seen }
    }

    pub(crate) fn doing_all() -> Self {
        Self::start(|_| Reply::Done)
    }

    /// A client that sends each chunk once.
    pub(crate) fn client(&self) -> ManagementClient {
        client(&self.base_url())
    }

    /// A client that retries, without long waits.
    pub(crate) fn persistent_client(&self) -> ManagementClient {
        let quick = CallPolicy::default().with_backoff(Duration::ZERO, Duration::ZERO);
        persistent_client(&self.base_url()).with_policy(quick)
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.seen.lock().unwrap().sent.clone()
    }

    /// The ids of each request so far, sorted by request.
    pub(crate) fn sorted_chunks(&self) -> Vec<Vec<String>> {
        let mut chunks: Vec<_> = self.sent().into_iter().map(|sent| sent.ids).collect();
        chunks.sort();
        chunks
    }

    /// Requests that are waiting for their response, and those whose client has not waited for it.
    pub(crate) fn unanswered_and_hung_up(&self) -> (usize, usize) {
        let seen = self.seen.lock().unwrap();
        (seen.unanswered, seen.hung_up)
    }

    /// Connections that are no more.
    #[cfg(feature = "blocking")]
    pub(crate) fn ended(&self) -> usize {
        self.seen.lock().unwrap().ended
    }
}

/// Responds to one request of a connection; `None` at its end.
fn serve(mut stream: &TcpStream, script: &Script, seen: &Mutex<Seen>) -> Option<()> {
    let sent = read(stream)?;
    let reply = script(&sent.ids);
    let ids = sent.ids.clone();
    let delete = sent.target.contains("delete_users");
    seen.lock().unwrap().sent.push(sent);
    let done = || {
        if delete {
            (200, json!({ "status": true }).to_string())
        } else {
            (201, json!({ "status": true, "users": { "created": ids } }).to_string())
        }
    };
    let (status, body) = match reply {
        Reply::Done => done(),
        Reply::Late(delay) => {
            thread::sleep(delay);
            done()
        }
        Reply::Status(status) => (status, "the script says so".to_owned()),
        Reply::Text(text) => (200, text),
        Reply::Never => {
            seen.lock().unwrap().unanswered += 1;
            let _end = stream.read(&mut [0]);
            let mut seen = seen.lock().unwrap();
            seen.unanswered -= 1;
            seen.hung_up += 1;
            return None;
        }
    };
    let head = format!("HTTP/1.1 {status} -\r\ncontent-type: application/json\r\n");
    stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).ok()
}

fn read(mut stream: &TcpStream) -> Option<Sent> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let body = &bytes[end + 4..];
            if body.len() >= length.parse().unwrap() {
                let mut body: serde_json::Value = serde_json::from_slice(body).unwrap();
                let ids = serde_json::from_value(body["users"].take()).unwrap();
                let target = head.split(' ').nth(1).unwrap().to_owned();
                return Some(Sent { target, ids });
            }
        }
        match stream.read(&mut buffer).ok()? {
            0 => return None,
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}
