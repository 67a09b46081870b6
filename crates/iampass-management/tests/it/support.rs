//! What the tests share: a client with known credentials, one call of each operation, and a server that
//! keeps the raw bytes it was sent.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use iampass_management::{
    ApplicationId, ApplicationSecret, CallPolicy, Credentials, Error, ManagementClient, Settings, UserId,
};
use tokio::net::TcpSocket;

pub(crate) const APPLICATION_ID: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const SECRET: &str = "MARKERSECRET0123456789ABCDEFGHIJ";

pub(crate) fn credentials() -> Credentials {
    Credentials::new(ApplicationId::new(APPLICATION_ID).unwrap(), ApplicationSecret::new(SECRET).unwrap())
}

/// A client that sends each call once: one request, one response.
pub(crate) fn client(base_url: &str) -> ManagementClient {
    persistent_client(base_url).with_policy(CallPolicy::one_attempt())
}

/// A client with the defaults.
pub(crate) fn persistent_client(base_url: &str) -> ManagementClient {
    ManagementClient::new(Settings::new(base_url.parse().unwrap(), credentials())).unwrap()
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

/// What a call came back with, in words that tests can compare.
pub(crate) type Outcome = Result<String, Error>;

/// Makes one call of an operation, for `user1`. An operation that is new in the contract must be added here
/// (`call_naming` and `success`): tests that go through the generated table panic until it is.
pub(crate) async fn call(client: &ManagementClient, operation: &str) -> Outcome {
    call_for(client, operation, &user("user1")).await
}

pub(crate) async fn call_for(client: &ManagementClient, operation: &str, user: &UserId) -> Outcome {
    call_naming(client, operation, user, "Zoë & co").await
}

pub(crate) async fn call_naming(
    client: &ManagementClient,
    operation: &str,
    user: &UserId,
    display_name: &str,
) -> Outcome {
    match operation {
        "add_users" => client.add_users([user.clone()]).await.map(|outcome| {
            let list = |ids: &[UserId]| ids.iter().map(UserId::as_str).collect::<Vec<_>>().join(",");
            format!("created {}; existing {}", list(&outcome.created), list(&outcome.existing))
        }),
        "delete_users" => client.delete_users([user.clone()]).await.map(|()| "deleted".to_owned()),
        "device_registration_link" => {
            client.device_registration_link(user, Some(display_name)).await.map(|link| link.to_string())
        }
        "has_registered_mobile_device" => {
            client.has_registered_mobile_device(user).await.map(|registered| registered.to_string())
        }
        "lost_user_mobile_device" => client.lost_user_mobile_device(user).await.map(|link| link.to_string()),
        other => panic!("the tests do not know how to call `{other}`"),
    }
}

/// The body of an operation's success, about `marker-user`, and what the call then comes back with.
pub(crate) fn success(operation: &str) -> (&'static str, &'static str) {
    match operation {
        "add_users" => (
            r#"{"status":true,"users":{"created":["marker-user"],"existing":[]}}"#,
            "created marker-user; existing ",
        ),
        "delete_users" => (r#"{"status":true}"#, "deleted"),
        "device_registration_link" => (
            r#"{"status":true,"register_url":"https://main.iam-api.com/register/0a1b2c"}"#,
            "https://main.iam-api.com/register/0a1b2c",
        ),
        "has_registered_mobile_device" => (r#"{"status":true,"device_registered":true}"#, "true"),
        "lost_user_mobile_device" => (
            r#"{"status":true,"register_url":"https://main.iam-api.com/register/3d4e5f"}"#,
            "https://main.iam-api.com/register/3d4e5f",
        ),
        other => panic!("the tests do not know a success of `{other}`"),
    }
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct RawRequest(pub(crate) Vec<u8>);

impl RawRequest {
    /// Whether these bytes are a whole request, its body included.
    pub(crate) fn is_complete(bytes: &[u8]) -> bool {
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse::<usize>().unwrap());
        bytes.len() >= end + 4 + length
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.clone()).unwrap()
    }

    /// `GET /path HTTP/1.1` → `/path`.
    pub(crate) fn target(&self) -> String {
        self.text().split(' ').nth(1).unwrap().to_owned()
    }

    /// All values of a header, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> Vec<String> {
        self.headers()
            .into_iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }

    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let text = self.text();
        let head = text.split("\r\n\r\n").next().unwrap();
        head.lines()
            .skip(1)
            .map(|line| line.split_once(": ").unwrap())
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }
}

/// A port that refuses every connection: taken, so that no other test is given it, and not listened on.
pub(crate) struct ClosedPort {
    pub(crate) address: SocketAddr,
    _taken: TcpSocket,
}

impl ClosedPort {
    pub(crate) fn take() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self { address: socket.local_addr().unwrap(), _taken: socket }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Responds to every request with the same bytes and keeps what came. Its thread ends with the process.
pub(crate) struct RawServer {
    pub(crate) address: SocketAddr,
    requests: Receiver<RawRequest>,
}

impl RawServer {
    pub(crate) fn responding(response: impl Into<Vec<u8>>) -> Self {
        let response = response.into();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                // Kept before it is responded to: the test looks as soon as it has the response.
                let request = read_request(&mut stream);
                if sender.send(RawRequest(request)).is_err() {
                    return;
                }
                // The client may have gone away; that is for its own assertions to notice.
                let _ = stream.write_all(&response);
            }
        });
        Self { address, requests }
    }

    pub(crate) fn json(status: &str, body: &str) -> Self {
        Self::responding(format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        ))
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<RawRequest> {
        self.requests.try_iter().collect()
    }

    /// The one request that must have come by now.
    pub(crate) fn only_request(&self) -> RawRequest {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.into_iter().next().unwrap()
    }
}

fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if RawRequest::is_complete(&bytes) {
            return bytes;
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return bytes,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}
