//! What the vendor's package is compared with.
//!
//! ```text
//! calls serve              answers every request alike; prints its address
//! calls resident ADDRESS   makes calls, and prints the resident memory that our client took
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "run by `cargo xtask bench` with the right arguments"
)]

use iampass_bench::{client, serve};
use iampass_management::UserId;

/// As many as the vendor's client makes.
const CALLS: usize = 24_000;

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    match arguments[1].as_str() {
        "serve" => serve(|address| println!("{address}")),
        "resident" => {
            let (client, user) = (client(&arguments[2]), UserId::new("user1").unwrap());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                for _ in 0..CALLS {
                    assert!(client.has_registered_mobile_device(&user).await.unwrap());
                }
            });
            println!("{{\"resident_kib\": {}}}", resident_kib());
        }
        other => panic!("unknown command {other}"),
    }
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}
