//! Signs, or compresses, a given number of times, for valgrind to count the instructions.
//!
//! ```text
//! instructions sign|compressions TIMES
//! ```

#![allow(clippy::unwrap_used, clippy::panic, reason = "run by `cargo xtask bench` with the right arguments")]

use std::hint::black_box;

use iampass_auth::Signer;
use iampass_bench::{COMPRESSIONS, URL, compressions, credentials};

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let times: usize = arguments[2].parse().unwrap();
    match arguments[1].as_str() {
        "sign" => {
            let signer = Signer::new(credentials());
            for _ in 0..times {
                black_box(signer.sign(black_box(URL)).unwrap());
            }
        }
        "compressions" => {
            let (mut state, blocks) = ([1; 8], [[7; 64]; COMPRESSIONS]);
            for _ in 0..times {
                compressions(black_box(&mut state), black_box(&blocks));
            }
        }
        other => panic!("unknown operation {other}"),
    }
}
