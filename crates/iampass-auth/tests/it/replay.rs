//! No nonce is accepted twice, memory is bounded, and the clock may be set.

use std::collections::HashSet;

use iampass_auth::{Refusal, canonical_url, sign_with};
use proptest::prelude::*;

use crate::support::{APPLICATION, NOW, SECRET, Sent, TestClock, URL, credentials_of, present, verifier};

const WINDOW: u64 = 300;

fn is_replayed(outcome: &Result<(), Refusal>) -> bool {
    matches!(outcome, Err(Refusal::Replayed { .. }))
}

fn is_forgotten(outcome: &Result<(), Refusal>) -> bool {
    matches!(outcome, Err(Refusal::Forgotten { .. }))
}

fn is_outside(outcome: &Result<(), Refusal>) -> bool {
    matches!(outcome, Err(Refusal::OutsideClockWindow { .. }))
}

#[test]
fn a_nonce_is_good_once() {
    let verifier = verifier();
    assert_eq!(present(&verifier, 7, NOW), Ok(()));
    assert!(is_replayed(&present(&verifier, 7, NOW)));
    assert!(is_replayed(&present(&verifier, 7, NOW + 1)), "signed anew, but with the old nonce");
    assert_eq!(present(&verifier, 8, NOW), Ok(()));
}

#[test]
fn the_refusal_says_whose_nonce_it_was() {
    let verifier = verifier();
    assert_eq!(present(&verifier, 7, NOW), Ok(()));
    let application_id = APPLICATION.parse().unwrap();
    assert_eq!(present(&verifier, 7, NOW), Err(Refusal::Replayed { application_id, nonce: 7 }));
}

#[test]
fn applications_have_nonces_of_their_own() {
    let verifier = verifier();
    for id in ["one", "two"] {
        let url = canonical_url(URL).unwrap();
        let signed = sign_with(&credentials_of(id, SECRET), &url, 7, NOW);
        assert!(Sent::new(&signed).verify_with(&verifier).is_ok());
        assert!(Sent::new(&signed).verify_with(&verifier).is_err());
    }
}

#[test]
fn a_refused_request_uses_up_no_nonce() {
    let verifier = verifier();
    assert!(is_outside(&present(&verifier, 7, NOW - WINDOW - 1)));
    let forged = Sent::new(&sign_with(
        &credentials_of(APPLICATION, "another secret"),
        &canonical_url(URL).unwrap(),
        7,
        NOW,
    ));
    assert!(forged.verify_with(&verifier).is_err());
    assert_eq!(present(&verifier, 7, NOW), Ok(()));
}

#[test]
fn nonces_are_remembered_to_the_window_s_last_second() {
    let clock = TestClock::at(NOW);
    let verifier = verifier().with_clock(clock.reader());
    assert_eq!(present(&verifier, 7, NOW), Ok(()));
    clock.set(NOW + WINDOW);
    assert!(is_replayed(&present(&verifier, 7, NOW)));
    clock.set(NOW + WINDOW + 1);
    assert!(is_outside(&present(&verifier, 7, NOW)));
    // The same nonce may come again once its first use cannot be replayed any more.
    assert_eq!(present(&verifier, 7, NOW + WINDOW + 1), Ok(()));
}

#[test]
fn each_of_many_nonces_is_remembered_and_forgotten_in_time() {
    let clock = TestClock::at(NOW);
    let verifier = verifier().with_clock(clock.reader());
    let count = |timestamp| (0..1_000).filter(|nonce| present(&verifier, *nonce, timestamp).is_ok()).count();
    assert_eq!((count(NOW), count(NOW), count(NOW + 1)), (1_000, 0, 0));
    let later = NOW + WINDOW + 1;
    clock.set(later);
    assert_eq!((count(later), count(later), count(later - 1)), (1_000, 0, 0));
}

#[test]
fn a_full_memory_forgets_its_oldest_second_and_refuses_it_from_then_on() {
    let verifier = verifier().with_replay_capacity(4);
    for (nonce, timestamp) in [(1, NOW - 2), (2, NOW - 2), (3, NOW - 1), (4, NOW)] {
        assert_eq!(present(&verifier, nonce, timestamp), Ok(()));
    }
    assert_eq!(present(&verifier, 5, NOW), Ok(()));
    // Two were forgotten with the second NOW - 2: neither they nor new ones get in there.
    for nonce in [1, 2, 50] {
        assert!(is_forgotten(&present(&verifier, nonce, NOW - 2)));
        assert!(is_forgotten(&present(&verifier, nonce, NOW - 3)));
    }
    assert!(is_replayed(&present(&verifier, 3, NOW - 1)));
    assert_eq!(present(&verifier, 6, NOW - 1), Ok(()));
    assert!(is_forgotten(&present(&verifier, 7, NOW - 1)), "full, and nothing older to forget");
    assert_eq!(present(&verifier, 8, NOW), Ok(()));
    assert!(is_forgotten(&present(&verifier, 3, NOW - 1)));
    assert!(is_replayed(&present(&verifier, 4, NOW)));
}

#[test]
fn a_replay_makes_a_full_memory_forget_nothing() {
    let verifier = verifier().with_replay_capacity(2);
    assert_eq!(present(&verifier, 1, NOW - 1), Ok(()));
    assert_eq!(present(&verifier, 2, NOW), Ok(()));
    assert!(is_replayed(&present(&verifier, 2, NOW)));
    assert!(is_replayed(&present(&verifier, 1, NOW)), "signed anew, but with the old nonce");
    assert!(is_replayed(&present(&verifier, 1, NOW - 1)));
}

#[test]
fn the_memory_recovers_with_the_next_second() {
    let verifier = verifier().with_replay_capacity(0);
    assert_eq!(present(&verifier, 1, NOW), Ok(()), "at least one nonce is always remembered");
    assert!(is_forgotten(&present(&verifier, 2, NOW)));
    assert!(is_replayed(&present(&verifier, 1, NOW)));
    assert_eq!(present(&verifier, 2, NOW + 1), Ok(()));
    assert!(is_forgotten(&present(&verifier, 1, NOW)));
}

#[test]
fn a_clock_that_is_set_back_lets_nothing_in_again() {
    let clock = TestClock::at(NOW);
    let verifier = verifier().with_clock(clock.reader());
    assert_eq!(present(&verifier, 1, NOW), Ok(()));
    clock.set(NOW + WINDOW + 1);
    assert_eq!(present(&verifier, 2, NOW + WINDOW + 1), Ok(()));
    clock.set(NOW);
    assert!(is_forgotten(&present(&verifier, 1, NOW)));
    assert_eq!(present(&verifier, 3, NOW + 1), Ok(()), "what was not forgotten is served");
}

#[test]
fn a_clock_that_jumped_ahead_and_came_back_shuts_nobody_out() {
    let clock = TestClock::at(NOW);
    let verifier = verifier().with_clock(clock.reader()).with_replay_capacity(2);
    assert_eq!(present(&verifier, 1, NOW), Ok(()));
    let wrong = NOW + 1_000_000;
    clock.set(wrong);
    assert_eq!(present(&verifier, 2, wrong), Ok(()));
    assert_eq!(present(&verifier, 3, wrong + 1), Ok(()));
    clock.set(NOW + 5);
    // Full of a future that is not to come: that goes first, and it is never replayed.
    assert_eq!(present(&verifier, 4, NOW + 5), Ok(()));
    assert_eq!(present(&verifier, 5, NOW + 5), Ok(()));
    assert_eq!(present(&verifier, 6, NOW + 6), Ok(()));
    clock.set(wrong);
    assert!(is_forgotten(&present(&verifier, 2, wrong)));
    assert!(is_forgotten(&present(&verifier, 3, wrong + 1)));
    assert_eq!(present(&verifier, 7, wrong + 2), Ok(()));
}

#[test]
fn threads_that_present_the_same_request_get_it_through_once() {
    let verifier = verifier();
    let accepted: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| (0..200).filter(|n| present(&verifier, *n, NOW).is_ok()).count()))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(accepted, 200);
}

#[test]
fn a_thread_that_dies_in_the_look_up_does_no_harm() {
    let verifier = iampass_auth::Verifier::new(|id: &str| {
        assert!(id == APPLICATION, "the look-up fails");
        iampass_auth::ApplicationSecret::new(SECRET).ok()
    })
    .with_clock(|| NOW);
    let other = sign_with(&credentials_of("other", SECRET), &canonical_url(URL).unwrap(), 1, NOW);
    let died =
        std::thread::scope(|scope| scope.spawn(|| Sent::new(&other).verify_with(&verifier).is_ok()).join());
    assert!(died.is_err());
    assert_eq!(present(&verifier, 1, NOW), Ok(()));
}

proptest! {
    /// Whatever the clock does and however little is remembered: nothing is accepted twice.
    #[test]
    fn no_request_is_ever_accepted_twice(
        capacity in 1_usize..6,
        steps in prop::collection::vec((0_u64..40, 0_u64..12, 0_u64..40), 1..120),
    ) {
        let clock = TestClock::at(NOW);
        let verifier = verifier()
            .with_clock(clock.reader())
            .with_window(std::time::Duration::from_secs(5))
            .with_replay_capacity(capacity);
        let mut accepted = HashSet::new();
        for (now, nonce, timestamp) in steps {
            clock.set(NOW + now);
            if present(&verifier, nonce, NOW + timestamp).is_ok() {
                prop_assert!(accepted.insert((nonce, timestamp)), "{nonce} at {timestamp} twice");
            }
        }
    }
}
