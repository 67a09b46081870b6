//! A client that says exactly what it is told, and a signed one on top of it.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials, Signer};
use iampass_authentication::generated::operations::{END_SESSION, SESSION_STATUS};
use iampass_emulator::{Emulator, UserId};
use iampass_management::Operation;
use serde_json::Value;

pub(crate) const SECRET: &str = "MARKERSECRET0123456789ABCDEFGHIJ";

/// What an HTTP client sends, byte for byte.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Sent {
    pub(crate) fn new(method: &'static str, target: impl Into<String>) -> Self {
        Self { method, target: target.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn json(self, json: &Value) -> Self {
        self.header("Content-Type", "application/json").body(json.to_string())
    }

    /// Signs it for a URL on this host, now.
    pub(crate) fn signed(mut self, signer: &Signer, host: &str) -> Self {
        let pairs = signer.sign(&format!("http://{host}{}", self.target)).unwrap();
        for (name, value) in &pairs {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    pub(crate) fn send(&self, address: SocketAddr) -> Got {
        exchange(address, &self.bytes(address))
    }

    pub(crate) fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let line = format!("{} {} HTTP/1.1", self.method, self.target);
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}"));
        let mut lines: Vec<_> = std::iter::once(line).chain(headers).collect();
        let has = |name: &str| self.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        if !has("host") {
            lines.push(format!("Host: {address}"));
        }
        if !self.body.is_empty() && !has("content-length") && !has("transfer-encoding") {
            lines.push(format!("Content-Length: {}", self.body.len()));
        }
        lines.push("Connection: close\r\n\r\n".to_owned());
        [lines.join("\r\n").as_bytes(), &self.body].concat()
    }
}

/// Sends bytes and reads to the end of the connection.
pub(crate) fn exchange(address: SocketAddr, bytes: &[u8]) -> Got {
    try_exchange(address, bytes).unwrap()
}

/// As [`exchange`], with a server that may be killed meanwhile.
pub(crate) fn try_exchange(address: SocketAddr, bytes: &[u8]) -> io::Result<Got> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(bytes)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    if answer.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Got::parse(&answer))
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Got {
    pub(crate) fn parse(answer: &[u8]) -> Self {
        let text = std::str::from_utf8(answer).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        let headers = headers.map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned())).collect();
        Self { status, headers, body: body.to_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(present, _)| present == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} came twice");
        value
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_str(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn is_json(&self, status: u16, json: &Value) {
        assert_eq!((self.status, &self.json()), (status, json));
    }

    #[track_caller]
    pub(crate) fn is_text(&self, status: u16, text: &str) {
        assert_eq!((self.status, self.body.as_str()), (status, text));
        assert_eq!(self.header("content-type"), Some("text/plain; charset=utf-8"));
    }

    #[track_caller]
    pub(crate) fn is_unauthorized(&self) {
        self.is_text(401, "The request could not be authenticated.");
        assert_eq!(self.header("www-authenticate"), Some("hmac"));
    }
}

/// All operations of both contracts, those among them that a session's credentials sign last.
pub(crate) fn operations() -> Vec<&'static Operation> {
    let of_applications = iampass_management::generated::OPERATIONS
        .into_iter()
        .chain(iampass_authentication::generated::OPERATIONS);
    of_applications.chain([&SESSION_STATUS, &END_SESSION]).collect()
}

pub(crate) fn credentials(id: &str, secret: &str) -> Credentials {
    Credentials::new(ApplicationId::new(id).unwrap(), ApplicationSecret::new(secret).unwrap())
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

/// An emulator with the application `app`, and that application's backend.
pub(crate) struct Backend {
    pub(crate) emulator: Emulator,
    pub(crate) signer: Signer,
}

impl Backend {
    pub(crate) fn start() -> Self {
        let credentials = credentials("app", SECRET);
        let emulator = Emulator::builder().application(credentials.clone()).start().unwrap();
        Self { emulator, signer: Signer::new(credentials) }
    }

    /// As [`Backend::start`], with users.
    pub(crate) fn with_users(users: &[&str]) -> Self {
        let backend = Self::start();
        let got = backend.post("add_users", &serde_json::json!({ "users": users }));
        assert_eq!(got.status, 201, "{got:?}");
        backend
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.emulator.local_addr()
    }

    pub(crate) fn sign(&self, sent: Sent) -> Sent {
        sent.signed(&self.signer, &self.address().to_string())
    }

    pub(crate) fn send(&self, sent: Sent) -> Got {
        self.sign(sent).send(self.address())
    }

    pub(crate) fn post(&self, operation: &str, json: &Value) -> Got {
        self.send(Sent::new("POST", format!("/management/{operation}/app")).json(json))
    }

    /// For a user, given as a path segment.
    pub(crate) fn get(&self, operation: &str, segment: &str) -> Got {
        self.send(Sent::new("GET", format!("/management/{operation}/app/{segment}")))
    }

    pub(crate) fn link(&self, operation: &str, segment: &str) -> String {
        let got = self.get(operation, segment);
        assert_eq!(got.status, 200, "{got:?}");
        got.json()["register_url"].as_str().unwrap().to_owned()
    }

    pub(crate) fn application_id(&self) -> &ApplicationId {
        self.emulator.credentials().application_id()
    }

    pub(crate) fn users(&self) -> Vec<String> {
        let users = self.emulator.users(self.application_id()).unwrap();
        users.into_iter().map(UserId::into_string).collect()
    }

    pub(crate) fn has_device(&self, id: &str) -> bool {
        self.emulator.has_device(self.application_id(), &user(id)).unwrap()
    }

    /// Opens or uses a link as a browser does.
    pub(crate) fn open(&self, method: &'static str, link: &str) -> Got {
        let target = link.strip_prefix(self.emulator.base_url()).unwrap();
        Sent::new(method, target).send(self.address())
    }

    /// Registers a phone for a user, given as a path segment.
    pub(crate) fn register_phone(&self, segment: &str) {
        self.emulator.register_device(&self.link("device_registration_link", segment)).unwrap();
    }

    /// Asks for a sign-in of a user, given as a path segment and perhaps a query.
    pub(crate) fn authenticate(&self, segment: &str) -> Got {
        self.send(Sent::new("POST", format!("/authentication/authenticate_user/app/{segment}")))
    }

    /// As [`Backend::authenticate`], of a user who has a phone.
    pub(crate) fn sign_in(&self, segment: &str) -> Session {
        let got = self.authenticate(segment);
        assert_eq!(got.status, 202, "{got:?}");
        Session::of(&got, self.emulator.base_url(), self.address())
    }

    /// A call of an operation about the application `app`, a user or a session, rightly signed.
    pub(crate) fn call_of(&self, operation: &Operation, segment: &str, session: &Session) -> Sent {
        let method = if operation.method == "POST" { "POST" } else { "GET" };
        match operation.id {
            "session_status" => session.sign(Sent::new(method, session.status_path.as_str())),
            "end_session" => session.sign(Sent::new(method, session.end_path.as_str())),
            _ => {
                let path = operation.path.replace("{application_id}", "app").replace("{user_id}", segment);
                self.sign(Sent::new(method, path))
            }
        }
    }

    /// The code of the last request's refusal.
    pub(crate) fn last_refusal(&self) -> Option<&'static str> {
        Some(self.emulator.requests().pop().unwrap().refusal?.code)
    }
}

/// A session that was started, as its application has it.
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) secret: String,
    pub(crate) signer: Signer,
    pub(crate) status_path: String,
    pub(crate) end_path: String,
    address: SocketAddr,
}

impl Session {
    pub(crate) fn of(got: &Got, base_url: &str, address: SocketAddr) -> Self {
        let status = &got.json()["authentication_status"];
        let text = |name: &str| status[name].as_str().unwrap().to_owned();
        let path = |name: &str| text(name).strip_prefix(base_url).unwrap().to_owned();
        let (token, secret) = (text("session_token"), text("session_secret"));
        let signer = Signer::new(credentials(&token, &secret));
        let (status_path, end_path) = (path("status_url"), path("logout_url"));
        Self { token, secret, signer, status_path, end_path, address }
    }

    pub(crate) fn sign(&self, sent: Sent) -> Sent {
        sent.signed(&self.signer, &self.address.to_string())
    }

    pub(crate) fn ask(&self) -> Got {
        self.sign(Sent::new("GET", self.status_path.as_str())).send(self.address)
    }

    /// The state that the emulator tells.
    pub(crate) fn status(&self) -> String {
        let got = self.ask();
        assert_eq!(got.status, 200, "{got:?}");
        got.json()["session_status"].as_str().unwrap().to_owned()
    }

    pub(crate) fn end(&self) -> Got {
        self.sign(Sent::new("POST", self.end_path.as_str())).send(self.address)
    }
}
