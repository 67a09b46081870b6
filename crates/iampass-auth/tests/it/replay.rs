//! No nonce is accepted twice, memory is bounded, and the clock may be set.

use std::collections::HashSet;
use std::ops::Range;
use std::time::Duration;

use iampass_auth::{
    ApplicationId, ApplicationSecret, Refusal, SecretLookup, Verifier, canonical_url, sign_with,
};
use proptest::prelude::*;

use crate::support::{
    APPLICATION, NOW, SECRET, Sent, TestClock, URL, credentials_of, present, present_as, verifier,
};

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
        assert_eq!(present_as(id, &verifier, 7, NOW), Ok(()));
        assert!(is_replayed(&present_as(id, &verifier, 7, NOW)));
    }
}

/// Ids such as `one/7`, and whose they are.
struct Sessions;

impl SecretLookup for Sessions {
    fn secret(&self, _id: &str) -> Option<ApplicationSecret> {
        ApplicationSecret::new(SECRET).ok()
    }

    fn nonce_owner(&self, id: &ApplicationId) -> ApplicationId {
        id.as_str().split('/').next().unwrap().parse().unwrap()
    }
}

#[test]
fn many_ids_of_one_owner_refuse_no_id_of_another_nor_each_other() {
    let verifier = Verifier::new(Sessions).with_clock(|| NOW).with_replay_capacity(4);
    for number in 0..100_u64 {
        let timestamp = NOW - 100 + number;
        assert_eq!(present_as(&format!("one/{number}"), &verifier, number, timestamp), Ok(()));
    }
    assert_eq!(present_as("two/0", &verifier, 1, NOW - 100), Ok(()));
    assert!(is_replayed(&present_as("one/99", &verifier, 99, NOW - 1)));
    assert!(is_replayed(&present_as("one/100", &verifier, 99, NOW)), "a nonce of the same owner");
    assert_eq!(present_as("two/1", &verifier, 99, NOW), Ok(()));
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
    let verifier = Verifier::new(|id: &str| {
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

#[test]
fn an_application_that_fills_the_memory_refuses_no_other() {
    let window = 10;
    let clock = TestClock::at(NOW);
    let verifier = verifier()
        .with_clock(clock.reader())
        .with_window(Duration::from_secs(window))
        .with_replay_capacity(64);
    assert_eq!(present_as("quiet", &verifier, 0, NOW), Ok(()));
    for second in 0..3 * window {
        let now = NOW + second;
        clock.set(now);
        // More than fits, stamped as far ahead as the window allows.
        for nonce in 0..100 {
            let _ = present_as("noisy", &verifier, 100 * second + nonce, now + window - 1);
        }
        for (application, timestamp) in [("quiet", now), ("other", now), ("late", now - window)] {
            let outcome = present_as(application, &verifier, second + 1, timestamp);
            assert_eq!(outcome, Ok(()), "{application} after {second} s");
        }
    }
}

#[test]
fn an_application_keeps_the_nonces_of_its_share() {
    let verifier = verifier().with_replay_capacity(30);
    for nonce in 0..10 {
        assert_eq!(present_as("quiet", &verifier, nonce, NOW - 200 + nonce), Ok(()));
    }
    for application in ["noisy", "noisier"] {
        for nonce in 0..200 {
            let _ = present_as(application, &verifier, nonce, NOW - 200 + nonce);
        }
    }
    for nonce in 0..10 {
        assert!(is_replayed(&present_as("quiet", &verifier, nonce, NOW - 200 + nonce)));
    }
}

#[test]
fn room_is_taken_from_the_application_that_holds_most() {
    let verifier = verifier().with_replay_capacity(9);
    for nonce in 0..6 {
        assert_eq!(present_as("large", &verifier, nonce, NOW + nonce), Ok(()));
    }
    for nonce in 0..3 {
        assert_eq!(present_as("small", &verifier, nonce, NOW), Ok(()));
    }
    assert_eq!(present_as("new", &verifier, 0, NOW - 9), Ok(()));
    assert!(is_forgotten(&present_as("large", &verifier, 0, NOW)), "its oldest second made room");
    assert!(is_replayed(&present_as("large", &verifier, 1, NOW + 1)));
    assert!(is_replayed(&present_as("small", &verifier, 0, NOW)));
    // It holds most, so its own nonces make room for its new ones.
    assert_eq!(present_as("large", &verifier, 6, NOW + 6), Ok(()));
    assert!(is_forgotten(&present_as("large", &verifier, 1, NOW + 1)));
    assert!(is_replayed(&present_as("small", &verifier, 0, NOW)));
}

#[test]
fn the_future_of_a_clock_that_was_set_back_makes_room_before_the_present() {
    let clock = TestClock::at(NOW + 1_000);
    let verifier = verifier().with_clock(clock.reader()).with_replay_capacity(8);
    for nonce in 0..3 {
        assert_eq!(present_as("large", &verifier, nonce, NOW + 1_000), Ok(()));
    }
    clock.set(NOW);
    for nonce in 3..6 {
        assert_eq!(present_as("large", &verifier, nonce, NOW), Ok(()));
    }
    for nonce in 0..3 {
        assert_eq!(present_as("small", &verifier, nonce, NOW), Ok(()));
    }
    for nonce in 3..6 {
        assert!(is_replayed(&present_as("large", &verifier, nonce, NOW)));
    }
    clock.set(NOW + 1_000);
    assert!(is_forgotten(&present_as("large", &verifier, 0, NOW + 1_000)));
}

#[test]
fn nonces_that_left_the_window_make_room_first() {
    let clock = TestClock::at(NOW);
    let verifier = verifier().with_clock(clock.reader()).with_replay_capacity(4);
    for nonce in 0..3 {
        assert_eq!(present_as("idle", &verifier, nonce, NOW), Ok(()));
    }
    clock.set(NOW + WINDOW + 1);
    // One place stays with the idle application, so that it cannot replay if the clock is set back.
    for nonce in 0..3 {
        assert_eq!(present_as("busy", &verifier, nonce, NOW + WINDOW), Ok(()));
    }
    for nonce in 0..3 {
        assert!(is_replayed(&present_as("busy", &verifier, nonce, NOW + WINDOW)));
    }
    clock.set(NOW);
    assert!(is_forgotten(&present_as("idle", &verifier, 0, NOW)));
}

/// A look-up may accept any number of ids. A nonce of each must fit, or no replay could be told.
#[test]
fn no_more_applications_are_accepted_than_nonces_fit() {
    let clock = TestClock::at(NOW);
    let verifier = verifier().with_clock(clock.reader()).with_replay_capacity(8);
    let accepted = |ids: Range<u64>, timestamp| {
        ids.filter(|id| present_as(&id.to_string(), &verifier, 1, timestamp).is_ok()).count()
    };
    assert_eq!((accepted(0..100, NOW), accepted(0..100, NOW), accepted(0..100, NOW + 1)), (8, 0, 0));
    // Those that are remembered can go on; of the others it is not known what they sent.
    assert_eq!(present_as("0", &verifier, 2, NOW + 1), Ok(()));
    assert!(is_forgotten(&present_as("99", &verifier, 2, NOW + 1)));
    // Once their nonces have left the window, others take their places.
    let later = NOW + WINDOW + 2;
    clock.set(later);
    assert_eq!((accepted(200..300, later), accepted(200..300, later)), (8, 0));
    clock.set(NOW);
    assert_eq!((accepted(0..300, NOW), accepted(0..300, NOW + 1)), (0, 0));
}

/// A step of a property test: which application sends what, and when.
#[derive(Clone, Copy, Debug)]
struct Step {
    application: usize,
    now: u64,
    nonce: u64,
    timestamp: u64,
}

const APPLICATIONS: [&str; 3] = ["one", "two", "three"];

fn steps(length: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (0..APPLICATIONS.len(), 0_u64..40, 0_u64..12, 0_u64..40);
    let step = step.prop_map(|(application, now, nonce, timestamp)| Step {
        application,
        now: NOW + now,
        nonce,
        timestamp: NOW + timestamp,
    });
    prop::collection::vec(step, 1..length)
}

/// A verifier with a clock to set and a window of 5 s.
struct Run(TestClock, Verifier);

impl Run {
    fn new(capacity: usize) -> Self {
        let clock = TestClock::at(NOW);
        let verifier = verifier()
            .with_clock(clock.reader())
            .with_window(Duration::from_secs(5))
            .with_replay_capacity(capacity);
        Self(clock, verifier)
    }

    fn take(&self, step: Step) -> Result<(), Refusal> {
        self.0.set(step.now);
        present_as(APPLICATIONS[step.application], &self.1, step.nonce, step.timestamp)
    }
}

proptest! {
    /// Whatever the clock does and however little is remembered: nothing is accepted twice.
    #[test]
    fn no_request_is_ever_accepted_twice(capacity in 1_usize..6, steps in steps(120)) {
        let run = Run::new(capacity);
        let mut accepted = HashSet::new();
        for step in steps {
            if run.take(step).is_ok() {
                let request = (step.application, step.nonce, step.timestamp);
                prop_assert!(accepted.insert(request), "{step:?} twice");
            }
        }
    }

    /// Whatever the clock does and however little is remembered: an application that has used no more
    /// than its share of the memory, and signs later than ever before, is not refused for what others do.
    #[test]
    fn the_traffic_of_one_refuses_no_other(capacity in 3_usize..12, steps in steps(60)) {
        let run = Run::new(capacity);
        let mut used = [0; APPLICATIONS.len()];
        let mut latest = [0; APPLICATIONS.len()];
        for step in steps {
            let (used, latest) = (&mut used[step.application], &mut latest[step.application]);
            let outcome = run.take(step);
            if *used < capacity / APPLICATIONS.len() && step.timestamp > *latest {
                prop_assert!(!is_forgotten(&outcome), "{step:?}");
            }
            if outcome.is_ok() {
                *used += 1;
                *latest = step.timestamp.max(*latest);
            }
        }
    }

    /// A clock that is not set back, and little memory: an application that has used no more than its
    /// share is served as if it were alone.
    #[test]
    fn within_its_share_an_application_is_served_as_if_alone(
        capacity in 3_usize..12,
        mut steps in steps(40),
    ) {
        steps.sort_by_key(|step| step.now);
        let run = Run::new(capacity);
        let alone = APPLICATIONS.map(|_| Run::new(1_000));
        let mut used = [0; APPLICATIONS.len()];
        for step in steps {
            let (outcome, used) = (run.take(step), &mut used[step.application]);
            if *used < capacity / APPLICATIONS.len() {
                prop_assert_eq!(&outcome, &alone[step.application].take(step), "{:?}", step);
            }
            *used += usize::from(outcome.is_ok());
        }
    }

    /// Any clock, and memory enough: each application is served as if it were alone.
    #[test]
    fn with_room_for_all_each_application_is_served_as_if_alone(steps in steps(40)) {
        let run = Run::new(40);
        let alone = APPLICATIONS.map(|_| Run::new(40));
        for step in steps {
            prop_assert_eq!(run.take(step), alone[step.application].take(step), "{:?}", step);
        }
    }
}
