//! The time that signatures are held against.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::header::HeaderValue;
use iampass_auth::Clock;

/// A clock, and how far it was moved.
pub(crate) struct MovableClock {
    clock: Arc<dyn Clock>,
    moved_by: AtomicI64,
}

impl MovableClock {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, moved_by: AtomicI64::new(0) }
    }

    /// Moves it on, or back, from where it is.
    pub(crate) fn move_by(&self, seconds: i64) {
        let moved = |moved_by: i64| Some(moved_by.saturating_add(seconds));
        // The closure always has a value to give.
        let _moved = self.moved_by.fetch_update(Ordering::Relaxed, Ordering::Relaxed, moved).is_ok();
    }

    /// Sets it; it goes on from there.
    pub(crate) fn set(&self, unix_seconds: u64) {
        let (wanted, real) = (i128::from(unix_seconds), i128::from(self.clock.unix_seconds()));
        let seconds = i64::try_from(wanted - real);
        self.moved_by
            .store(seconds.unwrap_or(if wanted < real { i64::MIN } else { i64::MAX }), Ordering::Relaxed);
    }

    /// Sets it right.
    pub(crate) fn reset(&self) {
        self.moved_by.store(0, Ordering::Relaxed);
    }

    pub(crate) fn moved_by(&self) -> i64 {
        self.moved_by.load(Ordering::Relaxed)
    }

    /// The value of a `Date` header: a client whose clock is off finds out by it. `None` for years
    /// that the header cannot express.
    pub(crate) fn date(&self) -> Option<HeaderValue> {
        const YEAR_10000: u64 = 253_402_300_800;
        let seconds = Some(self.unix_seconds()).filter(|seconds| *seconds < YEAR_10000)?;
        let time: SystemTime = UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
        HeaderValue::try_from(httpdate::fmt_http_date(time)).ok()
    }
}

impl Clock for MovableClock {
    fn unix_seconds(&self) -> u64 {
        self.clock.unix_seconds().saturating_add_signed(self.moved_by())
    }
}

impl fmt::Debug for MovableClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MovableClock").field("moved_by", &self.moved_by()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_from_where_it_was_set_to() {
        use std::sync::atomic::AtomicU64;
        let real = Arc::new(AtomicU64::new(1_000));
        let shown = real.clone();
        let clock = MovableClock::new(Arc::new(move || shown.load(Ordering::Relaxed)));
        clock.move_by(-400);
        assert_eq!(clock.unix_seconds(), 600);
        clock.set(5_000);
        clock.move_by(7);
        real.store(1_001, Ordering::Relaxed);
        assert_eq!((clock.unix_seconds(), clock.moved_by()), (5_008, 4_007));
        clock.reset();
        assert_eq!(clock.unix_seconds(), 1_001);
    }

    #[test]
    fn it_bears_any_numbers() {
        let clock = MovableClock::new(Arc::new(|| 1_000));
        for (seconds, then) in [(i64::MIN, 0), (i64::MIN, 0), (i64::MAX, 999)] {
            clock.move_by(seconds);
            assert_eq!(clock.unix_seconds(), then);
        }
        clock.set(u64::MAX);
        assert_eq!((clock.unix_seconds(), clock.date()), (1_000 + i64::MAX.unsigned_abs(), None));
        clock.set(0);
        assert_eq!(clock.date().unwrap(), "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
