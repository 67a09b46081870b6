//! A keep-alive connection that says the least that HTTP asks for.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use iampass_auth::Signer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::asked::Question;
use crate::served::ID;

fn content_length(line: &str) -> Option<usize> {
    let (name, value) = line.split_once(':')?;
    name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
}

pub(crate) fn user(number: usize) -> String {
    format!("user-{number:07}@example.com")
}

/// One of many clients.
pub(crate) struct Connection {
    stream: TcpStream,
    host: String,
    answer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, host: address.to_string(), answer: vec![0; 64 * 1024] }
    }

    pub(crate) async fn ask(&mut self, signer: &Signer, user: &str, question: Question) -> Duration {
        let operation = match question {
            Question::Nothing => "nothing",
            Question::HasDevice => "has_registered_mobile_device",
        };
        let start = Instant::now();
        let status = self.exchange(signer, &format!("GET /management/{operation}/{ID}/{user}"), "").await;
        assert_eq!(status, if question == Question::Nothing { 404 } else { 200 });
        start.elapsed()
    }

    pub(crate) async fn add_users(&mut self, signer: &Signer, users: &[String]) {
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
