//! A server that answers every request alike.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 43\r\n\r\n\
                        {\"status\": true, \"device_registered\": true}";

/// Serves for ever on a free port of this machine, whose address goes to `started`.
///
/// # Panics
/// If there is no free port.
#[expect(clippy::unwrap_used, reason = "there is nothing to measure without a server")]
pub fn serve(started: impl FnOnce(std::net::SocketAddr)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        started(listener.local_addr().unwrap());
        while let Ok((stream, _)) = listener.accept().await {
            tokio::task::spawn_local(respond(stream));
        }
    });
}

/// A request comes in one piece or in two, and ends with an empty line: none of those here has a body.
async fn respond(mut stream: TcpStream) {
    let (mut request, mut length) = (vec![0; 16 * 1024], 0);
    if stream.set_nodelay(true).is_err() {
        return;
    }
    while let Ok(read @ 1..) = stream.read(&mut request[length..]).await {
        length += read;
        if request[..length].ends_with(b"\r\n\r\n") {
            length = 0;
            if stream.write_all(RESPONSE).await.is_err() {
                return;
            }
        }
    }
}
