//! Spreads requests evenly over time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Lets requests through one by one, at least one interval apart, in the order in which they came.
#[derive(Debug)]
pub(crate) struct RateLimit {
    interval: Duration,
    /// When the next request may go. Whoever is the next holds it locked until then; one that gives up
    /// takes nothing with it.
    next: Mutex<Option<Instant>>,
    /// A limit that is to be kept as well, because it is shared with others.
    shared: Option<Arc<RateLimit>>,
    /// Whether one turn was waited for beforehand.
    prepaid: AtomicBool,
}

impl RateLimit {
    /// `None` for a rate that is no limit: not a number, or not above zero.
    pub(crate) fn per_second(rate: f64) -> Option<Self> {
        if rate.is_nan() || rate <= 0.0 {
            return None;
        }
        let interval = Duration::try_from_secs_f64(rate.recip()).ok()?;
        Some(Self { interval, next: Mutex::default(), shared: None, prepaid: AtomicBool::new(false) })
    }

    /// This limit and another one besides.
    pub(crate) fn and(self, shared: Option<Arc<Self>>) -> Self {
        Self { shared, ..self }
    }

    /// Waits for a turn now, and gives a limit for one call that need not wait for its first: the time
    /// that a call waits in this queue must not count against its deadline.
    pub(crate) async fn first_turn(self: Arc<Self>) -> Self {
        self.turn().await;
        let (interval, next) = (Duration::ZERO, Mutex::default());
        Self { interval, next, shared: Some(self), prepaid: AtomicBool::new(true) }
    }

    /// Waits for this request's turn.
    pub(crate) async fn turn(&self) {
        if self.prepaid.swap(false, Ordering::Relaxed) {
            return;
        }
        // The shared one last: a place in it is not held while waiting for another.
        let mut limit = Some(self);
        while let Some(this) = limit {
            this.own_turn().await;
            limit = this.shared.as_deref();
        }
    }

    async fn own_turn(&self) {
        let mut next = self.next.lock().await;
        let now = Instant::now();
        let moment = next.map_or(now, |next| next.max(now));
        sleep_until(moment).await;
        *next = moment.checked_add(self.interval);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(rate: f64) -> Arc<RateLimit> {
        Arc::new(RateLimit::per_second(rate).unwrap())
    }

    async fn millis_of_turns(limit: &RateLimit, turns: u32) -> u128 {
        let started = Instant::now();
        for _ in 0..turns {
            limit.turn().await;
        }
        started.elapsed().as_millis()
    }

    #[test]
    fn what_is_not_above_zero_is_no_limit() {
        for rate in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            assert!(RateLimit::per_second(rate).is_none(), "{rate}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn turns_are_an_interval_apart() {
        assert_eq!(millis_of_turns(&limit(10.0), 11).await, 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn of_two_limits_both_are_kept() {
        for (own, shared) in [(10.0, 5.0), (5.0, 10.0)] {
            let both = RateLimit::per_second(own).unwrap().and(Some(limit(shared)));
            assert_eq!(millis_of_turns(&both, 11).await, 2_000);
        }
        // What others take of the shared limit is missing here.
        let shared = limit(10.0);
        let both = RateLimit::per_second(1_000.0).unwrap().and(Some(Arc::clone(&shared)));
        let mut others = Vec::new();
        for _ in 0..10 {
            let shared = Arc::clone(&shared);
            others.push(tokio::spawn(async move { shared.turn().await }));
        }
        tokio::task::yield_now().await;
        assert_eq!(millis_of_turns(&both, 1).await, 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_gives_up_takes_no_turn() {
        let limit = limit(1.0);
        limit.turn().await;
        let started = Instant::now();
        for _ in 0..10 {
            tokio::time::timeout(Duration::from_millis(50), limit.turn()).await.unwrap_err();
        }
        limit.turn().await;
        assert_eq!(started.elapsed().as_millis(), 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_was_waited_for_beforehand_is_counted_once() {
        let shared = limit(1.0);
        shared.turn().await;
        let started = Instant::now();
        let call = Arc::clone(&shared).first_turn().await;
        assert_eq!(started.elapsed().as_secs(), 1);
        assert_eq!(millis_of_turns(&call, 1).await, 0);
        assert_eq!(millis_of_turns(&call, 2).await, 2_000);
    }
}
