//! Signing, and a chunk of users on its way out, beside the least that each of them must cost.

#![allow(clippy::unwrap_used, missing_docs, reason = "a program for its figures")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use iampass_auth::Signer;
use iampass_bench::{COMPRESSIONS, URL, bare_reqwest, compressions, credentials};
use iampass_management::UserId;
use iampass_management::generated::types::UserList;

const CHUNK: usize = 1_000;

fn signing(criterion: &mut Criterion) {
    let (mut state, blocks) = ([1; 8], [[7; 64]; COMPRESSIONS]);
    criterion.bench_function("compressions", |bencher| {
        bencher.iter(|| compressions(black_box(&mut state), black_box(&blocks)));
    });
    let signer = Signer::new(credentials());
    criterion.bench_function("sign", |bencher| bencher.iter(|| signer.sign(black_box(URL)).unwrap()));
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

criterion_group!(benches, signing, bulk);
criterion_main!(benches);
