//! Waits that grow, up to the moment at which to give up.

use std::time::Duration;

use tokio::time::Instant;

/// Waits that double, counted from the first failure.
pub(super) struct Backoff {
    pub(super) since: Instant,
    wait: Duration,
}

impl Backoff {
    pub(super) const FIRST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(30);

    pub(super) fn since(since: Instant) -> Self {
        Self { since, wait: Self::FIRST }
    }

    /// The moment after a wait of at least `asked`; `None` if it is time to give up by then.
    pub(super) fn not_before(
        &self,
        now: Instant,
        asked: Duration,
        give_up_after: Duration,
    ) -> Option<Instant> {
        // A moment that is too far away to be represented does not come.
        let end = self.since.checked_add(give_up_after);
        let earliest = now.checked_add(asked)?;
        end.is_none_or(|end| now < end && earliest <= end).then_some(earliest)
    }

    /// The moment of the next attempt; `None` if it is time to give up. The last attempt is when the time is over.
    pub(super) fn next(&mut self, now: Instant, asked: Duration, give_up_after: Duration) -> Option<Instant> {
        let earliest = self.not_before(now, asked, give_up_after)?;
        let at = earliest.max(now + self.wait);
        self.wait = (self.wait * 2).min(Self::LONGEST);
        let end = self.since.checked_add(give_up_after);
        Some(end.map_or(at, |end| at.min(end)))
    }
}
