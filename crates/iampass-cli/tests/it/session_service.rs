//! A double of the service that signs users in as it is told to, and notes what arrives.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// No output may ever show these.
pub(crate) const SESSION_TOKEN: &str = "MARKERTOKENMARKERTOKENMARKERTOK1";
pub(crate) const SESSION_SECRET: &str = "MARKERSECRETOFSESSIONSECRETMARKE";

/// A response: its status and its body. Status 0 hangs up without one.
pub(crate) type Response = (u16, Value);

pub(crate) struct SessionService {
    url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl SessionService {
    /// Starts every sign-in, and tells these states of it one after the other, the last one again and again.
    pub(crate) fn telling(states: &'static [&'static str]) -> Self {
        let mut asked = 0;
        Self::answering(move |line, url| {
            if line.contains("/authenticate_user/") {
                return started(url);
            }
            if line.contains("/end/") {
                return (200, json!({"status": true}));
            }
            asked += 1;
            state(states[(asked - 1).min(states.len() - 1)])
        })
    }

    /// Answers every request by its first line. The second argument is the service's own URL.
    pub(crate) fn answering(mut answer: impl FnMut(&str, &str) -> Response + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (own, heads) = (url.clone(), Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let head = read_head(&mut stream);
                if head.is_empty() {
                    continue;
                }
                heads.lock().unwrap().push(head.clone());
                let (status, body) = answer(head.lines().next().unwrap(), &own);
                if status == 0 {
                    continue;
                }
                let body = body.to_string();
                let length = body.len();
                let response = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n\
                     content-length: {length}\r\n\r\n{body}"
                );
                // A program that was stopped takes no response.
                stream.write_all(response.as_bytes()).ok();
            }
        });
        Self { url, seen }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The heads of all requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// Methods and targets of all requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        let line = |head: &String| head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
        self.heads().iter().map(line).collect()
    }
}

/// The phone asks; the session's URLs are below this one.
pub(crate) fn started(url: &str) -> Response {
    let status = json!({
        "authenticated": true,
        "session_status": "pending",
        "session_token": SESSION_TOKEN,
        "session_secret": SESSION_SECRET,
        "status_url": format!("{url}/sessions/state/1"),
        "logout_url": format!("{url}/sessions/end/1"),
    });
    (202, json!({"authentication_status": status}))
}

pub(crate) fn state(word: &str) -> Response {
    (200, json!({"session_status": word, "authentication_status": {"session_status": word}}))
}

/// The requests of the program have no body.
fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}
