//! Spreads requests evenly over time.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// The longest interval. A longer one could not be added to every moment.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);

/// Lets requests through one by one, at least one interval apart, in the order in which they came.
#[derive(Debug)]
pub(crate) struct RateLimit {
    interval: Duration,
    /// When the next request may be sent. The lock is held while waiting; dropping the future releases the slot.
    next: Mutex<Option<Instant>>,
}

impl RateLimit {
    /// `None` for a rate that is no limit: not a number, or not above zero.
    pub(crate) fn per_second(rate: f64) -> Option<Self> {
        if rate.is_nan() || rate <= 0.0 {
            return None;
        }
        let interval =
            Duration::try_from_secs_f64(rate.recip()).map_or(CENTURY, |interval| interval.min(CENTURY));
        Some(Self { interval, next: Mutex::default() })
    }

    /// Waits until one request may be sent.
    pub(crate) async fn acquire(&self) {
        let mut next = self.next.lock().await;
        let now = Instant::now();
        let moment = next.map_or(now, |next| next.max(now));
        sleep_until(moment).await;
        *next = Some(moment + self.interval);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

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
}
