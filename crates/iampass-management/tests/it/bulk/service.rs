//! A service in virtual time: it responds to chunks by a script that sees their ids and the time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use iampass_fixture_service::reply::http;
use iampass_fixture_service::virtual_time::something_happened;
use iampass_management::{BulkEvent, CallPolicy, ManagementClient, StopReason};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};

use crate::support::{RawRequest, client};

/// How a chunk is responded to.
#[derive(Clone, Debug)]
pub(super) enum Response {
    /// All ids are new, or gone.
    Done,
    /// As [`Response::Done`], later.
    Late(u64),
    /// This status line, and whole lines as headers.
    Status(&'static str, &'static str),
    /// The connection breaks.
    Closed,
    /// Nothing comes.
    Nothing,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// In milliseconds from the service's start.
    pub(super) at: u64,
    pub(super) ids: Vec<String>,
    /// Whether its ids were added.
    pub(super) done: bool,
}

type Script = dyn FnMut(u64, &[String]) -> Response + Send;

pub(super) struct Service {
    base_url: String,
    started: Instant,
    requests: Arc<Mutex<Vec<Request>>>,
    events: Arc<Mutex<Vec<String>>>,
}

impl Service {
    /// The script is given the milliseconds since now, and the ids.
    pub(super) async fn start(script: impl FnMut(u64, &[String]) -> Response + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let (requests, events) = (Arc::<Mutex<Vec<Request>>>::default(), Arc::default());
        let script: Arc<Mutex<Script>> = Arc::new(Mutex::new(script));
        let (started, log) = (Instant::now(), Arc::clone(&requests));
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                something_happened();
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                tokio::spawn(async move {
                    while respond(&mut stream, started, &script, &log).await.is_some() {}
                    something_happened();
                });
            }
        });
        Self { base_url, started, requests, events }
    }

    /// A client that makes one attempt for each call.
    pub(super) fn client(&self) -> ManagementClient {
        client(&self.base_url).with_policy(CallPolicy::one_attempt())
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// When each request came.
    pub(super) fn times(&self) -> Vec<u64> {
        self.requests().iter().map(|request| request.at).collect()
    }

    pub(super) fn now(&self) -> u64 {
        millis(self.started.elapsed())
    }

    /// Records the events of a bulk.
    pub(super) fn listener(&self) -> impl Fn(BulkEvent<'_>) + Send + Sync + 'static {
        let events = Arc::clone(&self.events);
        move |event| {
            let event = match event {
                BulkEvent::Paused { wait, error } => {
                    format!("paused {} {}", millis(wait), error.kind().name())
                }
                BulkEvent::Resumed { outage } => format!("resumed {}", millis(outage)),
                BulkEvent::Stopped { reason, error } => {
                    let reason = match reason {
                        StopReason::Outage => "outage",
                        StopReason::FailsForAll => "fails for all",
                        StopReason::FailuresInARow => "in a row",
                        other => panic!("{other:?}"),
                    };
                    format!("stopped {reason} {}", error.kind().name())
                }
                other => panic!("{other:?}"),
            };
            events.lock().unwrap().push(event);
        }
    }

    /// The events so far.
    pub(super) fn events(&self) -> Vec<String> {
        self.events.lock().unwrap().clone()
    }
}

fn millis(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap()
}

/// Responds to one request of a connection; `None` at its end.
async fn respond(
    stream: &mut TcpStream,
    started: Instant,
    script: &Mutex<Script>,
    log: &Mutex<Vec<Request>>,
) -> Option<()> {
    let mut bytes = Vec::new();
    while !RawRequest::is_complete(&bytes) {
        let count = stream.read_buf(&mut bytes).await.ok()?;
        something_happened();
        if count == 0 {
            return None;
        }
    }
    let is_deletion = bytes.starts_with(b"POST /management/delete_users/");
    let body = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let mut body: serde_json::Value = serde_json::from_slice(&bytes[body..]).unwrap();
    let ids: Vec<String> = serde_json::from_value(body["users"].take()).unwrap();
    let at = millis(started.elapsed());
    let response = (script.lock().unwrap())(at, &ids);
    let done = matches!(response, Response::Done | Response::Late(_));
    log.lock().unwrap().push(Request { at, ids: ids.clone(), done });
    let added = || {
        let users = json!({ "created": ids, "existing": [] });
        let status = if is_deletion { "200 OK" } else { "201 Created" };
        http(status, "", json!({ "status": true, "users": users }).to_string())
    };
    let bytes = match response {
        Response::Done => added(),
        Response::Late(time) => {
            sleep(Duration::from_millis(time)).await;
            added()
        }
        Response::Status(status, headers) => http(status, headers, "the script says so"),
        Response::Closed => return None,
        Response::Nothing => {
            while stream.read(&mut [0; 64]).await.is_ok_and(|count| count > 0) {}
            return None;
        }
    };
    stream.write_all(&bytes).await.ok()?;
    something_happened();
    Some(())
}
