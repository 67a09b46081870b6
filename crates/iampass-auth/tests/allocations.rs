//! How much memory a signature takes from the heap, exactly. A binary of its own, since the allocator that counts is
//! the whole program's.

#![expect(
    clippy::unwrap_used,
    reason = "a panic is the failure report; clippy knows `#[test]` functions alone"
)]
#![expect(clippy::similar_names, reason = "signer and signed are the field's words")]

use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use allocation_counter::{AllocationInfo, measure};
use iampass_auth::{
    ApplicationId, ApplicationSecret, Credentials, DEFAULT_REPLAY_CAPACITY, PresentedHeaders, Signer,
    Verifier,
};

const SECRET: &str = "9R4ESXSXCF6RRR412XCFPP8CLVXCDN1V";

fn signer(application_id: &str, secret: &str) -> Signer {
    let id = ApplicationId::new(application_id).unwrap();
    let signer = Signer::new(Credentials::new(id, ApplicationSecret::new(secret).unwrap()));
    // The thread's generator of nonces is made, and seeded, with the first.
    signer.sign("https://h/").unwrap();
    signer
}

fn url_of(length: usize) -> String {
    let start = "https://main.iam-api.com/";
    format!("{start}{}", "a".repeat(length - start.len()))
}

fn signing(signer: &Signer, url: &str) -> AllocationInfo {
    measure(|| drop(signer.sign(url).unwrap()))
}

#[test]
fn signing_allocates_the_header_s_value_and_nothing_else() {
    for secret_length in [1, 32, 36, 64, 500] {
        let signer = signer("my-app", &"s".repeat(secret_length));
        for url_length in [30, 103, 300, 5_000] {
            let info = signing(&signer, &url_of(url_length));
            assert_eq!(info.count_total, 1, "secret {secret_length}, URL {url_length}");
            assert_eq!(info.count_current, 0);
            // `hmac my-app:` nonce `:` signature.
            assert!(info.bytes_max <= 12 + 20 + 1 + 24, "{} bytes", info.bytes_max);
        }
    }
}

#[test]
fn the_header_s_value_grows_with_the_application_s_id_alone() {
    let bytes = |length: usize| {
        let signer = signer(&"a".repeat(length), SECRET).with_nonce_source(|| 7);
        signing(&signer, &url_of(103)).bytes_max
    };
    assert_eq!(bytes(100), bytes(10) + 90);
}

/// What a client pays, in a map that has room: the two values that no two requests share.
#[cfg(feature = "reqwest")]
#[test]
fn signing_a_request_allocates_its_two_values_and_nothing_else() {
    let signer = signer("my-app", SECRET);
    for url_length in [30, 103, 300, 5_000] {
        let url = url_of(url_length).parse().unwrap();
        let mut request = reqwest::Request::new(reqwest::Method::GET, url);
        request.headers_mut().reserve(8);
        let info = measure(|| signer.sign_request(&mut request));
        assert_eq!(request.headers().len(), 4);
        assert_eq!(info.count_total, 2);
    }
}

#[test]
fn verifying_allocates_the_application_s_id_and_now_and_then_more_room_for_nonces() {
    const REQUESTS: u64 = 1_000;
    let signer = signer("my-app", SECRET).with_clock(|| 7);
    let secret = ApplicationSecret::new(SECRET).unwrap();
    let verifier = Verifier::new(move |_: &str| Some(secret.clone())).with_clock(|| 7);
    let url = url_of(103);
    let mut allocations = 0;
    for _ in 0..REQUESTS {
        let signed = signer.sign(&url).unwrap();
        let presented = PresentedHeaders::from_pairs(signed.iter());
        allocations += measure(|| drop(verifier.verify(&presented, &url).unwrap())).count_total;
    }
    // The table, and the list of the second, double their room; ten times from one to a thousand.
    assert!((REQUESTS..=REQUESTS + 25).contains(&allocations), "{allocations} allocations");
}

/// What [`DEFAULT_REPLAY_CAPACITY`] says, for a memory of a 32nd of the size.
#[test]
fn a_full_replay_memory_takes_what_its_documentation_says() {
    const FOR_ALL: i64 = 8_000_000;
    const PART: usize = 32;
    const CAPACITY: usize = DEFAULT_REPLAY_CAPACITY / PART;
    let (now, url) = (Arc::new(AtomicU64::new(0)), url_of(103));
    let (signer_s, verifier_s) = (Arc::clone(&now), Arc::clone(&now));
    let signer = signer("my-app", SECRET).with_clock(move || signer_s.load(Ordering::Relaxed));
    let secret = ApplicationSecret::new(SECRET).unwrap();
    let info = measure(|| {
        let verifier = Verifier::new(move |_: &str| Some(secret.clone()))
            .with_clock(move || verifier_s.load(Ordering::Relaxed))
            .with_replay_capacity(CAPACITY);
        for second in 0..300 {
            now.store(second, Ordering::Relaxed);
            for _ in 0..CAPACITY / 200 {
                let signed = signer.sign(&url).unwrap();
                verifier.verify(&PresentedHeaders::from_pairs(signed.iter()), &url).unwrap();
            }
        }
        mem::forget(verifier);
    });
    let bytes = info.bytes_current * i64::try_from(PART).unwrap();
    assert!((FOR_ALL * 3 / 4..=FOR_ALL * 5 / 4).contains(&bytes), "{bytes} bytes");
}
