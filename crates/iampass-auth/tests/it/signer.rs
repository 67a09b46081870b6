//! The signer's own part: a nonce and the time for each call.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use iampass_auth::{
    Clock, InvalidUrl, NonceSource, Signer, SystemClock, ThreadRngNonce, canonical_url, sign_with,
};

use crate::support::{TestClock, URL, credentials, credentials_of};

#[test]
fn every_call_draws_a_fresh_nonce() {
    let signer = Signer::new(credentials());
    let nonces: HashSet<_> = (0..1000).map(|_| signer.sign(URL).unwrap().nonce()).collect();
    assert_eq!(nonces.len(), 1000);
}

#[test]
fn threads_and_clones_do_not_share_nonces() {
    let signer = Signer::new(credentials());
    let threads: Vec<_> = (0..256)
        .map(|_| {
            let signer = signer.clone();
            std::thread::spawn(move || {
                (0..100).map(|_| signer.sign(URL).unwrap().nonce()).collect::<Vec<_>>()
            })
        })
        .collect();
    let nonces: HashSet<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    assert_eq!(nonces.len(), 256 * 100);
}

#[test]
fn all_64_bits_of_a_nonce_are_random() {
    let (all, any) = (0..256).fold((u64::MAX, 0), |(all, any), _| {
        let nonce = ThreadRngNonce.nonce();
        (all & nonce, any | nonce)
    });
    assert_eq!((all, any), (0, u64::MAX));
}

#[test]
fn the_time_is_taken_anew_for_every_call() {
    let clock = TestClock::at(1000);
    let signer = Signer::new(credentials()).with_clock(clock.reader());
    assert_eq!(signer.sign(URL).unwrap().timestamp(), 1000);
    clock.set(1001);
    let signed = signer.clone().sign(URL).unwrap();
    assert_eq!(signed.timestamp(), 1001);
    assert_eq!(signed.timestamp_text(), "1001");
}

#[test]
fn the_default_clock_is_the_machine_s() {
    let machine = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(SystemClock.unix_seconds().abs_diff(machine) <= 5);
    let signed = Signer::new(credentials()).sign(URL).unwrap();
    assert!(signed.timestamp().abs_diff(machine) <= 5);
}

#[test]
fn a_clock_can_be_shared_or_chosen_at_run_time() {
    let shared: Arc<dyn Clock> = Arc::new(|| 7);
    let signer = Signer::new(credentials()).with_clock(Arc::clone(&shared));
    assert_eq!(signer.sign(URL).unwrap().timestamp(), shared.unix_seconds());
    let nonces: Arc<dyn NonceSource> = Arc::new(|| 8);
    assert_eq!(signer.with_nonce_source(nonces).sign(URL).unwrap().nonce(), 8);
}

#[test]
fn a_signer_with_other_credentials_shares_clock_and_nonces() {
    let clock = TestClock::at(1000);
    let signer = Signer::new(credentials()).with_clock(clock.reader()).with_nonce_source(|| 6);
    let session = credentials_of("session", "secret of the session");
    let session_signer = signer.with_credentials(session.clone());
    clock.set(1001);
    let signed = session_signer.sign(URL).unwrap();
    assert_eq!(signed, sign_with(&session, &canonical_url(URL).unwrap(), 6, 1001));
    assert_eq!(session_signer.credentials(), &session);
    // The original signer is as it was.
    assert_eq!(signer.sign(URL).unwrap(), sign_with(&credentials(), &canonical_url(URL).unwrap(), 6, 1001));
}

#[test]
fn the_parts_of_what_was_signed() {
    let signer = Signer::new(credentials()).with_clock(|| 5).with_nonce_source(|| 6);
    let signed = signer.sign(URL).unwrap();
    let id = signer.credentials().application_id();
    assert_eq!(signed.authentication(), format!("hmac {id}:6:{}", signed.signature()));
    assert_eq!(signed.signature().len(), 24);
    let value = signed.clone().into_authentication();
    assert_eq!(value, signed.authentication());
}

#[test]
fn a_url_that_cannot_be_signed_is_refused() {
    let signer = Signer::new(credentials());
    assert_eq!(signer.sign("/management/add_users/app"), Err(InvalidUrl::MissingScheme));
}

#[test]
fn signer_and_verifier_go_between_threads() {
    fn assert_shared<T: Send + Sync + 'static>() {}
    assert_shared::<Signer>();
    assert_shared::<iampass_auth::Verifier>();
}

#[test]
fn iterating_gives_every_header() {
    let signed = Signer::new(credentials()).sign(URL).unwrap();
    let mut given = Vec::new();
    for pair in &signed {
        given.push(pair);
    }
    assert_eq!(given, signed.pairs());
}
