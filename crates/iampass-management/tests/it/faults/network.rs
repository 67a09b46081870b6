//! What is wrong before the service is reached.

use std::future::pending;
use std::time::Duration;

#[cfg(target_os = "linux")]
use tokio::net::TcpStream;
use tokio::net::{TcpListener, TcpSocket};
use tokio::time::sleep;
#[cfg(target_os = "linux")]
use tokio::time::timeout;

use crate::faults::reply::Reply;
use crate::faults::server::Server;

#[derive(Clone, Copy)]
pub(crate) enum Network {
    Works,
    /// Nobody listens.
    Refuses,
    /// Nobody listens during the first attempt.
    RefusesAtFirst,
    /// No connection comes about, because the listener's queue is full: Linux then responds with nothing.
    #[cfg(target_os = "linux")]
    Hangs,
}

impl Network {
    pub(crate) async fn start(self, script: Vec<Reply>) -> Server {
        if matches!(self, Self::Works) {
            return Server::start(script).await;
        }
        // From now on the port is taken, and refuses.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = socket.local_addr().unwrap();
        match self {
            Self::Works | Self::Refuses => Server::on(address, hold(socket), script),
            Self::RefusesAtFirst => Server::on(address, later(socket), script),
            #[cfg(target_os = "linux")]
            Self::Hangs => {
                let listener = socket.listen(1).unwrap();
                let mut queue = Vec::new();
                while let Ok(stream) = timeout(Duration::from_millis(1), TcpStream::connect(address)).await {
                    queue.push(stream.unwrap());
                }
                Server::on(address, hold((listener, queue)), script)
            }
        }
    }
}

async fn later(socket: TcpSocket) -> TcpListener {
    sleep(Duration::from_millis(1)).await;
    socket.listen(16).unwrap()
}

async fn hold(_kept: impl Send + 'static) -> TcpListener {
    pending().await
}
