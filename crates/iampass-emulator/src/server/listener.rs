//! The thread that listens.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::net::TcpSocket;
use tokio::sync::{Semaphore, oneshot};

use super::connection::{self, ConnectionConfig};
use super::passing_time::tell_listeners;
use crate::error::StartError;

/// How long to wait after a failed accept: mostly there are too many open files, and trying again
/// at once would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A socket that listens; its connections wait until it is served.
#[derive(Debug)]
pub(crate) struct Listening {
    listener: TcpListener,
    local_addr: SocketAddr,
}

impl Listening {
    pub(crate) fn bind(address: SocketAddr) -> Result<Self, StartError> {
        let failed = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let local_addr = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, local_addr })
    }

    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves it on a thread of its own until the [`Server`] is dropped.
    pub(crate) fn serve(self, with: ServerConfig) -> Result<Server, StartError> {
        let (stop, stopped) = oneshot::channel();
        let (ready, is_ready) = mpsc::sync_channel(1);
        let run = move || match Running::new(self.listener) {
            Ok(running) => {
                // The starter waits for this, or it has panicked and `stopped` resolves at once.
                let _starter_waits = ready.send(Ok(())).is_ok();
                running.until(stopped, with);
            }
            Err(error) => {
                let _starter_waits = ready.send(Err(error)).is_ok();
            }
        };
        let thread = std::thread::Builder::new().name("iampass-emulator".to_owned()).spawn(run);
        let thread = thread.map_err(StartError::Thread)?;
        let started = is_ready.recv().unwrap_or_else(|gone| Err(io::Error::other(gone)));
        // If it has not started, the thread has ended, and dropping the server joins it.
        let server = Server { stop: Some(stop), thread: Some(thread) };
        started.map(|()| server).map_err(StartError::Thread)
    }
}

/// How long an address may stay in use after its listener is gone: a child process has a copy of every open socket
/// between fork and exec.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(5);
const RELEASE_POLL: Duration = Duration::from_millis(5);

/// An address that is bound and not listened on: it refuses connections, and the system gives it to nobody else.
#[derive(Debug)]
pub(crate) struct Reserved {
    _socket: TcpSocket,
}

impl Reserved {
    /// Binds an address whose listener has just been closed.
    pub(crate) fn bind(address: SocketAddr) -> Result<Self, StartError> {
        let give_up = Instant::now() + RELEASE_TIMEOUT;
        loop {
            match Self::try_bind(address) {
                Ok(socket) => return Ok(Self { _socket: socket }),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && Instant::now() < give_up => {
                    std::thread::sleep(RELEASE_POLL);
                }
                Err(source) => return Err(StartError::Listen { address, source }),
            }
        }
    }

    fn try_bind(address: SocketAddr) -> io::Result<TcpSocket> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // Connections that the listener had may be in TIME_WAIT; Windows does not mind those.
        #[cfg(not(windows))]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(socket)
    }
}

/// What is served, and how.
#[derive(Clone)]
pub(crate) struct ServerConfig {
    pub(crate) each: ConnectionConfig,
    /// How many connections there can be at once.
    pub(crate) max_connections: usize,
}

/// The thread that serves. Dropping it stops the thread and waits for its end.
#[derive(Debug)]
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // The thread waits for the sender's end as well as for a message.
        drop(self.stop.take());
        let Some(thread) = self.thread.take() else { return };
        // A thread that drops its own server, from a clock that holds it, cannot wait for itself.
        if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
            tracing::error!("the emulator's thread panicked");
        }
    }
}

/// What the thread works with: a runtime of its own, so that neither a caller's runtime nor its
/// paused clock matters.
struct Running {
    runtime: tokio::runtime::Runtime,
    listener: tokio::net::TcpListener,
}

impl Running {
    fn new(listener: TcpListener) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let entered = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        drop(entered);
        Ok(Self { runtime, listener })
    }

    /// When this returns, the runtime is gone, and with it the listener and every connection: open
    /// ones delay nothing.
    fn until(self, stopped: oneshot::Receiver<()>, served: ServerConfig) {
        let Self { runtime, listener } = self;
        runtime.block_on(async {
            tokio::spawn(tell_listeners(served.each.state.clone()));
            tokio::spawn(accept(listener, served));
            let _told_or_dropped = stopped.await;
        });
    }
}

async fn accept(listener: tokio::net::TcpListener, served: ServerConfig) {
    let places = Arc::new(Semaphore::new(served.max_connections.min(Semaphore::MAX_PERMITS)));
    let mut told = false;
    loop {
        // Whoever comes when all places are taken waits in the system's queue.
        let is_full = places.available_permits() == 0;
        if is_full && !told {
            tracing::warn!(
                max_connections = served.max_connections,
                "all connections are taken, and others wait until one ends; \
                 `--max-connections` (in Rust `Builder::max_connections`) allows more"
            );
        }
        told = is_full;
        // It is never closed.
        let Ok(place) = places.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _peer)) => {
                let connection = connection::serve(stream, served.each.clone());
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
