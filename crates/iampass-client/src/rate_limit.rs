//! Spreads requests evenly over time.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The longest interval. A longer one could not be added to every moment.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);

/// A slot that is missed by more is taken to be missed because nobody polled, and not by a timer that was late.
const MISSED: Duration = Duration::from_secs(1);

/// Lets requests through one by one, one interval apart, in the order in which they came; only a slot that was
/// released goes to a newcomer.
#[derive(Debug)]
pub(crate) struct RateLimit {
    interval: Duration,
    slots: Mutex<Slots>,
}

/// The moments at which requests may be sent.
#[derive(Debug, Default)]
struct Slots {
    /// The first that nobody has reserved.
    next: Option<Instant>,
    /// Earlier ones whose waiters have given up.
    released: BTreeSet<Instant>,
}

impl RateLimit {
    /// `None` for a rate that is no limit: not a number, or not above zero.
    pub(crate) fn per_second(rate: f64) -> Option<Self> {
        if rate.is_nan() || rate <= 0.0 {
            return None;
        }
        let interval =
            Duration::try_from_secs_f64(rate.recip()).map_or(CENTURY, |interval| interval.min(CENTURY));
        Some(Self { interval, slots: Mutex::default() })
    }

    /// Waits until one request may be sent. Dropping the future releases its slot. A future that is not polled keeps
    /// nobody else waiting: it misses its slot, and takes another one when it is polled again.
    pub(crate) async fn acquire(&self) {
        loop {
            let slot = Reserved { limit: self, at: self.reserve(), is_over: false };
            // Even for a moment that has come, a timer waits for the next millisecond.
            if slot.at > Instant::now() {
                sleep_until(slot.at).await;
            }
            if slot.end() <= self.interval.max(MISSED) {
                return;
            }
        }
    }

    fn reserve(&self) -> Instant {
        let now = Instant::now();
        let mut slots = self.slots();
        slots.released = slots.released.split_off(&now);
        slots.released.pop_first().unwrap_or_else(|| {
            let at = slots.next.map_or(now, |next| next.max(now));
            slots.next = Some(at + self.interval);
            at
        })
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A slot that is waited for.
struct Reserved<'a> {
    limit: &'a RateLimit,
    at: Instant,
    is_over: bool,
}

impl Reserved<'_> {
    /// Ends it; gives the time since then.
    fn end(mut self) -> Duration {
        self.is_over = true;
        self.at.elapsed()
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.limit.slots().released.insert(self.at);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::Arc;
    use std::task::Poll;

    use super::*;

    fn limit(rate: f64) -> Arc<RateLimit> {
        Arc::new(RateLimit::per_second(rate).unwrap())
    }

    async fn millis_of(limit: &RateLimit, requests: u32) -> u128 {
        let started = Instant::now();
        for _ in 0..requests {
            limit.acquire().await;
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
    async fn requests_are_an_interval_apart() {
        assert_eq!(millis_of(&limit(10.0), 11).await, 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn the_slowest_rates_let_one_request_through_and_the_fastest_all() {
        for rate in [1e-30, f64::MIN_POSITIVE, f64::from_bits(1)] {
            let limit = limit(rate);
            limit.acquire().await;
            tokio::time::timeout(Duration::from_secs(86_400), limit.acquire()).await.unwrap_err();
        }
        for rate in [f64::MAX, f64::INFINITY] {
            assert_eq!(millis_of(&limit(rate), 1000).await, 0);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_gives_up_takes_no_slot() {
        let limit = limit(1.0);
        limit.acquire().await;
        let started = Instant::now();
        for _ in 0..10 {
            tokio::time::timeout(Duration::from_millis(50), limit.acquire()).await.unwrap_err();
        }
        limit.acquire().await;
        assert_eq!(started.elapsed().as_millis(), 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn the_slots_of_many_that_give_up_go_to_the_next() {
        let limit = limit(1.0);
        limit.acquire().await;
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let limit = Arc::clone(&limit);
            waiting.spawn(
                async move { tokio::time::timeout(Duration::from_millis(500), limit.acquire()).await },
            );
        }
        assert!(waiting.join_all().await.iter().all(Result::is_err));
        assert_eq!(millis_of(&limit, 1).await, 500);
        assert_eq!(millis_of(&limit, 10).await, 10_000);
    }

    /// As in a loop that makes a call between two reports of a bulk.
    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_not_polled_keeps_nobody_waiting() {
        let limit = limit(1.0);
        limit.acquire().await;
        let mut waiting = Box::pin(limit.acquire());
        let polled = poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context))).await;
        assert!(polled.is_pending());
        assert_eq!(millis_of(&limit, 3).await, 4_000);
        // Its slot was the first of the four, and is gone.
        assert_eq!(millis_of(&limit, 1).await, 1_000);
        let started = Instant::now();
        waiting.await;
        assert_eq!(started.elapsed().as_millis(), 1_000);
    }
}
