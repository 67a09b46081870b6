//! The clock window's edges.

use std::time::Duration;

use iampass_auth::{DEFAULT_WINDOW, Refusal};

use crate::support::{NOW, TestClock, present, verifier};

#[test]
fn both_edges_belong_to_the_window() {
    let window = DEFAULT_WINDOW.as_secs();
    assert_eq!(window, 300);
    let verifier = verifier();
    for (nonce, timestamp) in [(1, NOW - window), (2, NOW + window), (3, NOW)] {
        assert_eq!(present(&verifier, nonce, timestamp), Ok(()));
    }
    for (nonce, timestamp) in [(4, NOW - window - 1), (5, NOW + window + 1), (6, 0), (7, u64::MAX)] {
        let refused = Refusal::OutsideClockWindow { timestamp, now: NOW, window: DEFAULT_WINDOW };
        assert_eq!(present(&verifier, nonce, timestamp), Err(refused));
    }
}

#[test]
fn the_window_can_be_set_in_whole_seconds() {
    let verifier = verifier().with_window(Duration::from_millis(2900));
    assert_eq!(present(&verifier, 1, NOW - 2), Ok(()));
    let window = Duration::from_secs(2);
    let refused = Refusal::OutsideClockWindow { timestamp: NOW - 3, now: NOW, window };
    assert_eq!(present(&verifier, 2, NOW - 3), Err(refused));
}

#[test]
fn a_window_of_zero_takes_the_present_second() {
    let verifier = verifier().with_window(Duration::ZERO);
    assert_eq!(present(&verifier, 1, NOW), Ok(()));
    assert!(present(&verifier, 2, NOW - 1).is_err());
    assert!(present(&verifier, 3, NOW + 1).is_err());
}

#[test]
fn the_ends_of_time_do_not_overflow() {
    for now in [0, u64::MAX] {
        let verifier = verifier().with_clock(TestClock::at(now).reader()).with_window(Duration::MAX);
        assert_eq!(present(&verifier, 1, 0), Ok(()));
        assert_eq!(present(&verifier, 2, u64::MAX), Ok(()));
    }
}
