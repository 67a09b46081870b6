//! Ten million requests, made and signed by 256 tasks that share one client: does a nonce come twice?
//!
//! ```text
//! nonces [REQUESTS]
//! ```

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program for its verdict")]

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use iampass_bench::credentials;
use iampass_management::{ErrorKind, ManagementClient, Settings, SignedRequest, UserId};

const TASKS: usize = 256;
/// More than there are cores here, so that one can be stopped at any point while another goes on.
const THREADS: usize = 8;

fn main() -> ExitCode {
    let requests: usize = std::env::args().nth(1).map_or(10_000_000, |requests| requests.parse().unwrap());
    let each = requests.div_ceil(TASKS);
    let nonces = Arc::new(Mutex::new(Vec::with_capacity(each * TASKS)));
    let drawn = Arc::clone(&nonces);
    let settings = Settings::new("https://main.iam-api.com".parse().unwrap(), credentials());
    let client = ManagementClient::new(settings).unwrap();
    // Signed as each request is, and caught where it would be sent.
    let client = Arc::new(client.with_dry_run(move |request| drawn.lock().unwrap().push(nonce(&request))));

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).build().unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..TASKS).map(|_| tokio::spawn(ask(Arc::clone(&client), each))).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });

    let mut nonces = nonces.lock().unwrap();
    assert_eq!(nonces.len(), each * TASKS, "each call makes one request");
    nonces.sort_unstable();
    let twice = nonces.windows(2).filter(|pair| pair[0] == pair[1]).count();
    println!("{{\"nonces\": {}, \"tasks\": {TASKS}, \"twice\": {twice}}}", nonces.len());
    // By chance alone, two of ten million would be equal once in 370,000 runs.
    if twice == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn ask(client: Arc<ManagementClient>, times: usize) {
    let user = UserId::new("user1").unwrap();
    for _ in 0..times {
        let ended = client.has_registered_mobile_device(&user).await;
        assert!(matches!(ended, Err(error) if matches!(error.kind(), ErrorKind::DryRun)));
        // Nothing here waits for a network, so the tasks would run one after the other.
        tokio::task::yield_now().await;
    }
}

/// `hmac {application}:{nonce}:{signature}`
fn nonce(request: &SignedRequest) -> u64 {
    let authentication = request.headers["authentication"].to_str().unwrap();
    authentication.split(':').nth(1).unwrap().parse().unwrap()
}
