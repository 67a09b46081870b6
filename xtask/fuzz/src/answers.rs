//! What the client makes of an answer: of each operation, with any status, headers and body.

use std::cell::RefCell;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

use iampass_management::{
    ApplicationId, ApplicationSecret, CallPolicy, Connection, Credentials, Error, ManagementClient, Settings,
    UserId,
};
use tokio::runtime::Runtime;

const STATUSES: [u16; 12] = [200, 201, 200, 201, 204, 301, 400, 401, 404, 429, 500, 503];
/// A text of the service's may be repeated in an error, but not at any length.
const LONGEST_ERROR: usize = 4 * 1024;

/// The first byte chooses the operation and the status; the rest is the body.
pub fn answer(data: &[u8]) {
    thread_local!(static CALLER: RefCell<Caller> = RefCell::new(Caller::new()));
    let Some((&choice, body)) = data.split_first() else { return };
    CALLER.with_borrow_mut(|caller| caller.call(choice, body));
}

struct Caller {
    runtime: Runtime,
    client: ManagementClient,
    answers: Sender<Vec<u8>>,
}

impl Caller {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (answers, to_send) = channel::<Vec<u8>>();
        std::thread::spawn(move || {
            let current = Mutex::new(None);
            while let Ok(answer) = to_send.recv() {
                serve(&listener, &mut current.lock().unwrap(), &answer);
            }
        });
        let credentials = Credentials::new(
            ApplicationId::new("fuzz").unwrap(),
            ApplicationSecret::new("9R4ESXSXCF6RRR412XCFPP8CLVXCDN1V").unwrap(),
        );
        let settings = Settings::new(format!("http://{address}").parse().unwrap(), credentials);
        let connection = Connection::builder(settings).no_proxy().policy(CallPolicy::one_attempt()).build();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, client: connection.unwrap().into(), answers }
    }

    fn call(&mut self, choice: u8, body: &[u8]) {
        let status = STATUSES[usize::from(choice / 5) % STATUSES.len()];
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nDate: X\r\n\r\n", body.len());
        self.answers.send([head.as_bytes(), body].concat()).unwrap();
        let user = UserId::new("alice").unwrap();
        let client = &self.client;
        let result: Result<(), Error> = self.runtime.block_on(async {
            match choice % 5 {
                0 => client.add_users([user]).await.map(drop),
                1 => client.delete_users([user]).await,
                2 => client.device_registration_link(&user, None).await.map(drop),
                3 => client.has_registered_mobile_device(&user).await.map(drop),
                _ => client.lost_user_mobile_device(&user).await.map(drop),
            }
        });
        match result {
            Ok(()) => {
                assert!((200..300).contains(&status));
                // Some editors put a mark before the text; the client takes it away. And it passes over members that
                // it does not know without looking at their bytes, which need not be UTF-8.
                let body = String::from_utf8_lossy(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body));
                let json: serde_json::Value = serde_json::from_str(&body).expect("a success is JSON");
                assert_eq!(json["status"], true, "a success says so");
            }
            Err(error) => {
                assert!(!error.is_connect() && !error.is_timeout(), "{error}");
                assert!(error.to_string().len() <= LONGEST_ERROR, "{error}");
            }
        }
    }
}

/// Answers the next request, on the connection of the last one if the client goes on with it.
fn serve(listener: &TcpListener, current: &mut Option<TcpStream>, answer: &[u8]) {
    if let Some(stream) = current
        && read_request(stream)
    {
        stream.write_all(answer).unwrap();
        return;
    }
    let (mut stream, _) = listener.accept().unwrap();
    assert!(read_request(&mut stream));
    stream.write_all(answer).unwrap();
    *current = Some(stream);
}

/// `false` when the connection was closed instead.
fn read_request(stream: &mut TcpStream) -> bool {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return false,
            Ok(read) => request.extend_from_slice(&piece[..read]),
        }
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return true;
        }
    }
}
