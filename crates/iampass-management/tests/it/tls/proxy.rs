//! An HTTP proxy that makes tunnels (`CONNECT`).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::support::RawRequest;

/// Stops when it is dropped.
pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Whatever host it is asked for, the tunnel leads to this server; or there is none, for want of a password.
    pub(super) async fn to(server: Option<SocketAddr>) -> Self {
        Self::start(server, "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n").await
    }

    /// Gives this response to whoever asks for a tunnel, and hangs up.
    pub(super) async fn refusing(response: &'static str) -> Self {
        Self::start(None, response).await
    }

    async fn start(server: Option<SocketAddr>, refusal: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&heads);
        let accepting = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(tunnel(stream, server, refusal, Arc::clone(&kept)));
            }
        });
        Self { address, heads, accepting }
    }

    /// What it has been asked for in the clear since it was last asked.
    pub(super) fn asked_for(&self) -> Vec<String> {
        std::mem::take(&mut *self.heads.lock().unwrap())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn tunnel(
    mut client: TcpStream,
    server: Option<SocketAddr>,
    refusal: &'static str,
    heads: Arc<Mutex<Vec<String>>>,
) {
    let mut bytes = Vec::new();
    while !RawRequest::is_complete(&bytes) {
        if !client.read_buf(&mut bytes).await.is_ok_and(|count| count > 0) {
            return;
        }
    }
    heads.lock().unwrap().push(String::from_utf8(bytes).unwrap());
    let Some(server) = server else {
        client.write_all(refusal.as_bytes()).await.unwrap();
        return;
    };
    let mut server = TcpStream::connect(server).await.unwrap();
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    // Either side may hang up on the other.
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
