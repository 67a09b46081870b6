//! Signing, verifying, and a chunk of users on its way out, beside the least that each of them must cost.

#![allow(clippy::unwrap_used, missing_docs, reason = "a program for its figures")]

use std::cell::Cell;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use iampass_auth::{ApplicationSecret, PresentedHeaders, SignedHeaders, Signer, Verifier};
use iampass_bench::{APPLICATION_SECRET, COMPRESSIONS, URL, bare_reqwest, compressions, credentials};
use iampass_management::UserId;
use iampass_management::generated::types::UserList;

/// So many requests are signed and verified for each second that the clock is moved on: what the verifier's memory is
/// made for. After 600 seconds' worth, it forgets as much as it learns.
const PER_SECOND: u64 = 400;
const CHUNK: usize = 1_000;

fn signing(criterion: &mut Criterion) {
    let (mut state, blocks) = ([1; 8], [[7; 64]; COMPRESSIONS]);
    criterion.bench_function("compressions", |bencher| {
        bencher.iter(|| compressions(black_box(&mut state), black_box(&blocks)));
    });
    criterion.bench_function("compressions_in_one_call", |bencher| {
        bencher.iter(|| sha2::block_api::compress256(black_box(&mut state), black_box(&blocks)));
    });
    let signer = Signer::new(credentials());
    criterion.bench_function("sign", |bencher| bencher.iter(|| signer.sign(black_box(URL)).unwrap()));
}

fn verifying(criterion: &mut Criterion) {
    let now = Arc::new(AtomicU64::new(1_700_000_000));
    let clock = |now: &Arc<AtomicU64>| {
        let now = Arc::clone(now);
        move || now.load(Ordering::Relaxed)
    };
    let signer = Signer::new(credentials()).with_clock(clock(&now));
    let secret = ApplicationSecret::new(APPLICATION_SECRET).unwrap();
    let verifier = Verifier::new(move |_: &str| Some(secret.clone())).with_clock(clock(&now));
    let count = Cell::new(0_u64);
    let next = || -> SignedHeaders {
        count.set(count.get() + 1);
        if count.get().is_multiple_of(PER_SECOND) {
            now.fetch_add(1, Ordering::Relaxed);
        }
        signer.sign(URL).unwrap()
    };
    let verify = |signed: &SignedHeaders| {
        verifier.verify(&PresentedHeaders::from_pairs(black_box(signed).iter()), black_box(URL)).unwrap()
    };
    for _ in 0..700 * PER_SECOND {
        verify(&next());
    }
    // By hand and in small batches: each request must be new, and its making is not to be counted, nor what a batch
    // of thousands would do to the processor's cache.
    criterion.bench_function("verify", |bencher| {
        bencher.iter_custom(|iterations| {
            let mut elapsed = Duration::ZERO;
            let mut left = iterations;
            while left > 0 {
                let batch: Vec<_> = (0..left.min(50)).map(|_| next()).collect();
                left -= batch.len() as u64;
                let started = Instant::now();
                for signed in &batch {
                    black_box(verify(signed));
                }
                elapsed += started.elapsed();
            }
            elapsed
        });
    });
}

/// A chunk as the client sends it, and its JSON alone.
fn bulk(criterion: &mut Criterion) {
    let users = (0..CHUNK).map(|number| UserId::new(format!("user-{number:07}@example.com")).unwrap());
    let list = UserList { users: users.collect() };
    let (client, signer) = (bare_reqwest(), Signer::new(credentials()));
    // The client parses its URL once.
    let url: reqwest::Url = URL.parse().unwrap();
    criterion.bench_function("chunk_to_json", |bencher| {
        bencher.iter(|| serde_json::to_vec(black_box(&list)).unwrap());
    });
    criterion.bench_function("chunk_to_signed_request", |bencher| {
        bencher.iter(|| {
            let mut request = client.post(url.clone()).json(black_box(&list)).build().unwrap();
            signer.sign_request(&mut request);
            request
        });
    });
}

criterion_group!(benches, signing, verifying, bulk);
criterion_main!(benches);
