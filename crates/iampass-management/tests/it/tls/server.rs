//! A server that speaks TLS and keeps what it was sent in the clear.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;

use super::authority::Certificate;
use crate::support::RawRequest;

const BODY: &str = r#"{"status":true,"register_url":"https://main.iam-api.com/register/0a1b2c"}"#;

/// Stops when it is dropped.
pub(super) struct TlsServer {
    pub(super) address: SocketAddr,
    seen: Arc<Seen>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
}

impl TlsServer {
    pub(super) async fn start(certificate: Certificate) -> Self {
        let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len());
        Self::responding(certificate, response).await
    }

    pub(super) async fn responding((certificate, key): Certificate, response: String) -> Self {
        // A provider of its own: whether the client installs one for the process is what is tested.
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Seen>::default();
        let kept = Arc::clone(&seen);
        let accepting = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                kept.connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(acceptor.clone(), stream, Arc::clone(&kept), response.clone()));
            }
        });
        Self { address, seen, accepting }
    }

    pub(super) fn base_url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    pub(super) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::Relaxed)
    }

    /// What has come since it was last asked, whole or not.
    pub(super) fn received(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.requests.lock().unwrap())
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream, seen: Arc<Seen>, response: String) {
    // A client that does not like the certificate goes away here.
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut bytes = Vec::new();
    while stream.read_buf(&mut bytes).await.is_ok_and(|count| count > 0) {
        if RawRequest::is_complete(&bytes) {
            let request = String::from_utf8(std::mem::take(&mut bytes)).unwrap();
            seen.requests.lock().unwrap().push(request);
            stream.write_all(response.as_bytes()).await.unwrap();
        }
    }
    if !bytes.is_empty() {
        seen.requests.lock().unwrap().push(String::from_utf8_lossy(&bytes).into_owned());
    }
}
