//! Remembers what requests were signed with, so that the headers that were sent can be shown.

use std::sync::{Arc, Mutex, PoisonError};

use iampass_auth::{Clock as _, NonceSource as _, SystemClock, ThreadRngNonce};
use iampass_management::ConnectionBuilder;

/// The nonces and times of all signatures so far, in the order in which they were made.
#[derive(Clone, Default)]
pub(super) struct Recorder {
    nonces: Arc<Mutex<Vec<u64>>>,
    times: Arc<Mutex<Vec<u64>>>,
}

impl Recorder {
    /// Remembers the signatures of this connection.
    pub(super) fn watch(&self, connection: ConnectionBuilder) -> ConnectionBuilder {
        let (nonces, times) = (self.nonces.clone(), self.times.clone());
        connection
            .nonce_source(move || noted(&nonces, ThreadRngNonce.nonce()))
            .clock(move || noted(&times, SystemClock.unix_seconds()))
    }

    /// Nonce and time of each signature since this was last asked.
    pub(super) fn take(&self) -> Vec<(u64, u64)> {
        taken(&self.nonces).into_iter().zip(taken(&self.times)).collect()
    }
}

fn noted(list: &Mutex<Vec<u64>>, value: u64) -> u64 {
    list.lock().unwrap_or_else(PoisonError::into_inner).push(value);
    value
}

fn taken(list: &Mutex<Vec<u64>>) -> Vec<u64> {
    std::mem::take(&mut *list.lock().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use iampass_auth::{ApplicationId, ApplicationSecret, Credentials, canonical_url, sign_with};
    use iampass_management::{Connection, ManagementClient, Settings, UserId};

    use super::*;
    use crate::service::runtime;

    #[test]
    fn what_was_recorded_gives_the_headers_that_were_made() {
        let secret = ApplicationSecret::new("any secret").unwrap();
        let credentials = Credentials::new(ApplicationId::new("demo").unwrap(), secret);
        let settings = Settings::new("http://127.0.0.1:1".parse().unwrap(), credentials.clone());
        let recorder = Recorder::default();
        let connection = recorder.watch(Connection::builder(settings)).build().unwrap();
        let made = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&made);
        let client = ManagementClient::from(connection)
            .with_dry_run(move |request| sink.lock().unwrap().push(request));
        for user in ["alice", "bob"] {
            let call = async { client.has_registered_mobile_device(&UserId::new(user).unwrap()).await };
            runtime().ok().unwrap().block_on(call).unwrap_err();
        }
        let (taken, made) = (recorder.take(), made.lock().unwrap());
        assert_eq!((taken.len(), made.len()), (2, 2));
        for ((nonce, time), request) in taken.into_iter().zip(&*made) {
            let url = canonical_url(&request.url).unwrap();
            for (name, value) in &sign_with(&credentials, &url, nonce, time) {
                assert_eq!(request.headers[name], value);
            }
        }
        assert_eq!(recorder.take(), []);
    }
}
