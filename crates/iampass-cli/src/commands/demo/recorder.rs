//! Remembers what a signer was given, so that the headers that it sent can be shown.

use std::sync::{Arc, Mutex, PoisonError};

use iampass_auth::{Clock, Credentials, NonceSource, Signer, SystemClock, ThreadRngNonce};

/// The nonces and times of all signatures so far, in the order in which they were made.
#[derive(Clone, Default)]
pub(super) struct Recorder {
    nonces: Arc<Mutex<Vec<u64>>>,
    times: Arc<Mutex<Vec<u64>>>,
}

impl Recorder {
    /// A signer like any other, but for being watched.
    pub(super) fn signer(&self, credentials: Credentials) -> Signer {
        let (nonces, times) = (self.nonces.clone(), self.times.clone());
        Signer::new(credentials)
            .with_nonce_source(move || noted(&nonces, ThreadRngNonce.nonce()))
            .with_clock(move || noted(&times, SystemClock.unix_seconds()))
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
    use iampass_auth::{ApplicationId, ApplicationSecret, canonical_url, sign_with};

    use super::*;

    #[test]
    fn what_was_recorded_gives_the_headers_that_were_made() {
        let secret = ApplicationSecret::new("any secret").unwrap();
        let credentials = Credentials::new(ApplicationId::new("demo").unwrap(), secret);
        let url = canonical_url("http://127.0.0.1:1/x").unwrap();
        let recorder = Recorder::default();
        let signer = recorder.signer(credentials.clone());
        let made = [signer.sign_canonical(&url), signer.sign_canonical(&url)];
        let taken = recorder.take();
        assert_eq!(taken.len(), made.len());
        for ((nonce, time), made) in taken.into_iter().zip(made) {
            assert!(sign_with(&credentials, &url, nonce, time) == made);
        }
        assert_eq!(recorder.take(), []);
    }
}
