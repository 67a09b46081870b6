//! Whether a request's client still waits for its response.

use tokio::sync::watch;

/// The client of a request: an extension of each.
#[derive(Clone, Debug)]
pub(crate) struct Client(watch::Receiver<()>);

impl Client {
    /// The client hangs up when the sender is dropped.
    pub(crate) fn new() -> (watch::Sender<()>, Self) {
        let (waits, client) = watch::channel(());
        (waits, Self(client))
    }

    /// Returns when the client has hung up.
    pub(crate) async fn hangs_up(&mut self) {
        while self.0.changed().await.is_ok() {}
    }
}
