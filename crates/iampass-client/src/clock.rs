//! A clock that is corrected by the service's time.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use iampass_auth::Clock;
use tracing::warn;

use crate::offset::Offset;

/// Differences up to this many seconds are not corrected: a `Date` has whole seconds, and responses take time.
const TOLERATED: i64 = 5;

/// A clock plus the offset by which it was found to be wrong. Clones share the offset.
#[derive(Clone)]
pub(crate) struct CorrectedClock {
    clock: Arc<dyn Clock>,
    offset: Offset,
}

/// What the underlying clock said at one moment, and what was added to it then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    seconds: u64,
    offset: i64,
}

/// A correction that was made; it can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Correction {
    from: i64,
    to: i64,
}

impl CorrectedClock {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, offset: Offset::default() }
    }

    /// The corrected time.
    pub(crate) fn now(&self) -> SystemTime {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.unix_seconds())).unwrap_or(UNIX_EPOCH)
    }

    pub(crate) fn reading(&self) -> Reading {
        Reading { seconds: self.clock.unix_seconds(), offset: self.offset() }
    }

    /// Seconds that are added to the underlying clock.
    fn offset(&self) -> i64 {
        self.offset.seconds()
    }

    /// Adopts the service's time, if it differs from the time that a request was signed with. `None`
    /// when the difference is too small for another attempt to help.
    ///
    /// The service read its clock at some moment between the signing and the arrival of the response's headers: a
    /// slow response is not a wrong clock. When another call has corrected the clock in the meantime, its
    /// correction is kept.
    pub(crate) fn correct(
        &self,
        signed: Reading,
        received: Reading,
        service_seconds: u64,
    ) -> Option<Correction> {
        let service = i64::try_from(service_seconds).ok()?;
        let offset_at = |reading: Reading| service.checked_sub(i64::try_from(reading.seconds).ok()?);
        let (earliest, to) = (offset_at(signed)?, offset_at(received)?);
        if (to.saturating_sub(TOLERATED)..=earliest.saturating_add(TOLERATED)).contains(&signed.offset) {
            return None;
        }
        let found = self.offset.replace(signed.offset, to);
        if found.is_ok() {
            warn!(
                offset_seconds = to,
                "the service's clock differs from this machine's; requests are now signed by the service's"
            );
        }
        Some(Correction { from: signed.offset, to: found.err().unwrap_or(to) })
    }

    /// Undoes a correction that did not help, unless another call has made one since.
    pub(crate) fn undo(&self, correction: Correction) {
        let Correction { from, to } = correction;
        if self.offset.replace(to, from).is_ok() {
            warn!(
                offset_seconds = from,
                "the signature is not accepted by the service's clock either; the correction is undone"
            );
        }
    }
}

impl fmt::Debug for CorrectedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorrectedClock").field("offset", &self.offset()).finish_non_exhaustive()
    }
}

impl Clock for CorrectedClock {
    fn unix_seconds(&self) -> u64 {
        self.clock.unix_seconds().saturating_add_signed(self.offset())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    fn clock() -> CorrectedClock {
        CorrectedClock::new(Arc::new(|| 1_000))
    }

    /// As [`CorrectedClock::correct`], for a service that takes no time.
    fn correct(clock: &CorrectedClock, signed_with: i64, service_seconds: u64) -> Option<Correction> {
        let now = Reading { offset: signed_with, ..clock.reading() };
        clock.correct(now, now, service_seconds)
    }

    #[test]
    fn a_few_seconds_are_left_alone() {
        let clock = clock();
        for service in [995, 1_000, 1_005] {
            assert_eq!(correct(&clock, 0, service), None);
        }
        assert_eq!(clock.unix_seconds(), 1_000);
        assert!(correct(&clock, 0, 1_006).is_some());
        assert_eq!(clock.unix_seconds(), 1_006);
    }

    #[test]
    fn a_response_may_be_dated_at_any_time_since_the_request() {
        let clock = clock();
        let signed = Reading { seconds: 990, offset: 0 };
        for service in [985, 990, 995, 1_000, 1_005] {
            assert_eq!(clock.correct(signed, clock.reading(), service), None, "{service}");
        }
        for service in [984, 1_006] {
            let correction = clock.correct(signed, clock.reading(), service).unwrap();
            assert_eq!(clock.unix_seconds(), service);
            clock.undo(correction);
        }
    }

    #[test]
    fn a_correction_is_relative_to_the_underlying_clock() {
        let clock = clock();
        correct(&clock, 0, 4_600).unwrap();
        assert_eq!((clock.offset(), clock.unix_seconds()), (3_600, 4_600));
        // Signed with that offset, the service's clock is right: a wrong secret, not a wrong clock.
        assert_eq!(correct(&clock, 3_600, 4_601), None);
        correct(&clock, 3_600, 10).unwrap();
        assert_eq!((clock.offset(), clock.unix_seconds()), (-990, 10));
    }

    #[test]
    fn the_first_of_two_corrections_stands() {
        let clock = clock();
        let first = correct(&clock, 0, 2_000).unwrap();
        let second = correct(&clock, 0, 3_000).unwrap();
        assert_eq!((first.to, second.to), (1_000, 1_000));
        clock.undo(first);
        clock.undo(second);
        assert_eq!(clock.offset(), 0);
    }

    #[test]
    fn undoing_leaves_a_later_correction_alone() {
        let clock = clock();
        let first = correct(&clock, 0, 2_000).unwrap();
        correct(&clock, first.to, 3_000).unwrap();
        clock.undo(first);
        assert_eq!(clock.offset(), 2_000);
    }

    /// Calls that fail at once all find the same difference: it must be made up for once, not once for each.
    #[test]
    fn callers_that_correct_at_once_correct_once() {
        const CALLERS: usize = 256;
        for round in 0..20 {
            let (clock, start) = (clock(), Barrier::new(CALLERS));
            thread::scope(|scope| {
                for caller in 0..CALLERS {
                    let (clock, start) = (&clock, &start);
                    scope.spawn(move || {
                        let signed = clock.reading();
                        start.wait();
                        // A caller that comes late has signed by the corrected clock, and finds nothing wrong.
                        let correction = clock.correct(signed, clock.reading(), 5_000);
                        assert!([1_000, 5_000].contains(&clock.unix_seconds()));
                        // Of some callers it is the secret that is wrong: they take their correction back.
                        if round % 2 == 1
                            && caller % 3 == 0
                            && let Some(correction) = correction
                        {
                            clock.undo(correction);
                        }
                    });
                }
            });
            assert!([1_000, 5_000].contains(&clock.unix_seconds()));
            if round % 2 == 0 {
                assert_eq!(clock.offset(), 4_000);
            }
            clock.correct(clock.reading(), clock.reading(), 5_000);
            assert_eq!(clock.unix_seconds(), 5_000);
        }
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        let clock = clock();
        assert_eq!(correct(&clock, 0, u64::MAX), None);
        correct(&clock, i64::MAX, 0);
        correct(&clock, i64::MIN, 0);
        let late = CorrectedClock::new(Arc::new(|| u64::MAX));
        assert_eq!(correct(&late, 0, 0), None);
    }
}
