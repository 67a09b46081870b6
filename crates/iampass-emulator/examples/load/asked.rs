//! Many clients at once, and what they measure.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::connection::{Connection, user};
use crate::served::signer;

pub(crate) const CONNECTIONS: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    HasDevice,
    /// A path where there is nothing: HTTP without signature and look-up.
    Nothing,
}

/// What a measurement gave.
#[derive(Default)]
pub(crate) struct Measured {
    elapsed: Duration,
    /// Sorted.
    latencies: Vec<Duration>,
}

impl Measured {
    pub(crate) fn add(&mut self, mut more: Self) {
        self.elapsed += more.elapsed;
        self.latencies.append(&mut more.latencies);
        self.latencies.sort_unstable();
    }

    pub(crate) fn count(&self) -> f64 {
        f64::from(u32::try_from(self.latencies.len()).unwrap())
    }

    /// Requests each second.
    pub(crate) fn rate(&self) -> f64 {
        self.count() / self.elapsed.as_secs_f64()
    }

    /// In seconds.
    pub(crate) fn median(&self) -> f64 {
        self.latencies[self.latencies.len() / 2].as_secs_f64()
    }

    /// In seconds.
    pub(crate) fn p99(&self) -> f64 {
        self.latencies[self.latencies.len() * 99 / 100].as_secs_f64()
    }
}

/// Who is asked, after how many users, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) address: SocketAddr,
    pub(crate) users: usize,
    pub(crate) seconds: Duration,
}

impl Asked {
    /// Asks on many connections at once, each the next question when it has its answer.
    pub(crate) async fn ask(self, question: Question, with_writer: bool) -> Measured {
        let Self { address, users, seconds } = self;
        let signer = Arc::new(signer());
        let is_over = Arc::new(AtomicBool::new(false));
        let start = Instant::now();
        let asking: Vec<_> = (0..CONNECTIONS)
            .map(|number| {
                let (signer, is_over) = (signer.clone(), is_over.clone());
                tokio::spawn(async move {
                    let mut connection = Connection::open(address).await;
                    let mut latencies = Vec::new();
                    let mut next = number;
                    while !is_over.load(Ordering::Relaxed) {
                        // A stride that reaches all parts of the tree.
                        next = (next + 7_919) % users;
                        latencies.push(connection.ask(&signer, &user(next), question).await);
                    }
                    latencies
                })
            })
            .collect();
        let writing = with_writer.then(|| {
            let (signer, is_over) = (signer.clone(), is_over.clone());
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await;
                for number in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    connection.add_users(&signer, &[format!("late-{number}@example.com")]).await;
                }
            })
        });
        tokio::time::sleep(seconds).await;
        is_over.store(true, Ordering::Relaxed);
        let mut latencies = Vec::new();
        for asking in asking {
            latencies.append(&mut asking.await.unwrap());
        }
        let elapsed = start.elapsed();
        if let Some(writing) = writing {
            writing.await.unwrap();
        }
        latencies.sort_unstable();
        Measured { elapsed, latencies }
    }
}
