//! Ten million requests, signed by 256 tasks that share one signer: does a nonce come twice?
//!
//! ```text
//! nonces [REQUESTS]
//! ```

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program for its verdict")]

use std::process::ExitCode;
use std::thread;

use iampass_auth::Signer;
use iampass_bench::{URL, credentials};

const TASKS: usize = 256;

fn main() -> ExitCode {
    let requests: usize = std::env::args().nth(1).map_or(10_000_000, |requests| requests.parse().unwrap());
    let signer = Signer::new(credentials());
    let sign =
        || (0..requests.div_ceil(TASKS)).map(|_| signer.sign(URL).unwrap().nonce()).collect::<Vec<_>>();
    let mut nonces = thread::scope(|scope| {
        let tasks: Vec<_> = (0..TASKS).map(|_| scope.spawn(sign)).collect();
        tasks.into_iter().flat_map(|task| task.join().unwrap()).collect::<Vec<_>>()
    });
    nonces.sort_unstable();
    let twice = nonces.windows(2).filter(|pair| pair[0] == pair[1]).count();
    println!("{{\"nonces\": {}, \"twice\": {twice}}}", nonces.len());
    // By chance alone, two of ten million would be equal once in 370,000 runs.
    if twice == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
