//! How often a call is attempted, and how long it may take.

use std::time::Duration;

/// How often a call is attempted, how long it may take, and how much of a response is read.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `max_attempts` | 4 | requests that one call may cost, the first included |
/// | `attempt_timeout` | 10 s | one attempt, from connecting to the last byte of the response |
/// | `deadline` | 30 s | the whole call, waits included; no attempt starts after it |
/// | `backoff_base` | 100 ms | the longest first wait; it doubles with each attempt |
/// | `backoff_limit` | 5 s | the longest wait |
/// | `retry_after_limit` | 20 s | a longer `Retry-After` is not obeyed: the call ends with the response that has it |
/// | `response_limit` | 1 MiB | a longer response is an error |
///
/// What is retried:
///
/// | what happened | retried |
/// |---|---|
/// | no connection came about | always: the service has not acted; never for a certificate that is not trusted or a proxy's 407 |
/// | 429, 503 | always: the service has not acted |
/// | time-out, broken connection (a success whose JSON ends too early with the connection is one), 500, 502, 504 | if the contract says that the operation is safe to repeat |
/// | 401 whose `Date` is more than 5 s off our clock | once, with the clock corrected |
/// | anything else | never |
///
/// The waits are random between nothing and the limit of that attempt ("full jitter"), unless the response
/// has a `Retry-After`. Each attempt is signed anew, after the wait.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallPolicy {
    /// Requests that one call may cost, the first included; 0 counts as 1.
    pub max_attempts: u32,
    /// How long one attempt may take, from connecting to the last byte of the response.
    pub attempt_timeout: Duration,
    /// How long the whole call may take, waits included.
    pub deadline: Duration,
    /// The longest wait before the second attempt; it doubles with each further one.
    pub backoff_base: Duration,
    /// The longest wait before any attempt.
    pub backoff_limit: Duration,
    /// The longest `Retry-After` that is obeyed.
    pub retry_after_limit: Duration,
    /// The most bytes of a response's body, beyond a list of what the request listed.
    pub response_limit: usize,
}

impl Default for CallPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            attempt_timeout: Duration::from_secs(10),
            deadline: Duration::from_secs(30),
            backoff_base: Duration::from_millis(100),
            backoff_limit: Duration::from_secs(5),
            retry_after_limit: Duration::from_secs(20),
            response_limit: 1024 * 1024,
        }
    }
}

impl CallPolicy {
    /// The defaults, but each call sends one request and no more.
    #[must_use]
    pub fn one_attempt() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// Changes [`max_attempts`](CallPolicy::max_attempts).
    #[must_use]
    pub fn with_max_attempts(self, max_attempts: u32) -> Self {
        Self { max_attempts, ..self }
    }

    /// Changes [`attempt_timeout`](CallPolicy::attempt_timeout).
    #[must_use]
    pub fn with_attempt_timeout(self, attempt_timeout: Duration) -> Self {
        Self { attempt_timeout, ..self }
    }

    /// Changes [`deadline`](CallPolicy::deadline).
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Changes [`backoff_base`](CallPolicy::backoff_base) and [`backoff_limit`](CallPolicy::backoff_limit).
    #[must_use]
    pub fn with_backoff(self, base: Duration, limit: Duration) -> Self {
        Self { backoff_base: base, backoff_limit: limit, ..self }
    }

    /// Changes [`retry_after_limit`](CallPolicy::retry_after_limit).
    #[must_use]
    pub fn with_retry_after_limit(self, retry_after_limit: Duration) -> Self {
        Self { retry_after_limit, ..self }
    }

    /// Changes [`response_limit`](CallPolicy::response_limit).
    #[must_use]
    pub fn with_response_limit(self, response_limit: usize) -> Self {
        Self { response_limit, ..self }
    }

    /// The longest wait after `attempt` (counted from 1) failed.
    pub(crate) fn longest_backoff(&self, attempt: u32) -> Duration {
        let doubled = 2u32
            .checked_pow(attempt.saturating_sub(1))
            .and_then(|factor| self.backoff_base.checked_mul(factor));
        doubled.map_or(self.backoff_limit, |wait| wait.min(self.backoff_limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backoff_doubles_up_to_its_limit_and_never_overflows() {
        let policy = CallPolicy::default();
        let waits: Vec<_> = (1..=8).map(|attempt| policy.longest_backoff(attempt).as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(policy.longest_backoff(u32::MAX), policy.backoff_limit);
        let slower = CallPolicy::default().with_backoff(Duration::from_secs(1), Duration::from_secs(3));
        let waits: Vec<_> = (1..=3).map(|attempt| slower.longest_backoff(attempt).as_secs()).collect();
        assert_eq!(waits, [1, 2, 3]);
        assert_eq!(policy.with_backoff(Duration::MAX, Duration::MAX).longest_backoff(40), Duration::MAX);
    }
}
