//! reqwest with features that would change what every reqwest client of the program sends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use iampass_management::{
    ApplicationId, ApplicationSecret, CallPolicy, Connection, Credentials, ManagementClient, Settings, UserId,
};

#[path = "../../shared.rs"]
mod shared;

const RESPONSE: &str = "HTTP/1.1 200 OK\r\nset-cookie: a=b\r\nconnection: close\r\ncontent-length: 41\r\n\r\n\
                        {\"status\":true, \"device_registered\":true}";

fn main() -> shared::Result {
    shared::beside(async || {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let serving = thread::spawn(move || listener.incoming().take(2).map(|stream| serve(&stream?)).collect());
        let credentials =
            Credentials::new(ApplicationId::new("app")?, ApplicationSecret::new("not-a-real-secret")?);
        let connection = Connection::builder(Settings::new(url.parse()?, credentials));
        let client = ManagementClient::from(connection.policy(CallPolicy::one_attempt()).build()?);
        for _ in 0..2 {
            client.has_registered_mobile_device(&UserId::new("alice")?).await?;
        }
        let heads: std::io::Result<Vec<String>> = serving.join().map_err(|_| "the server has panicked")?;
        for head in heads? {
            if head.contains("accept-encoding") || head.contains("cookie") || !head.contains("http/1.1") {
                return Err(format!("the neighbour's features change what is sent: {head}").into());
            }
        }
        Ok(())
    })
}

/// Responds to one request; gives its head in lower case.
fn serve(mut stream: &TcpStream) -> std::io::Result<String> {
    let mut head = String::new();
    for line in BufReader::new(stream).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        head = head + &line.to_lowercase() + "\n";
    }
    stream.write_all(RESPONSE.as_bytes())?;
    Ok(head)
}
