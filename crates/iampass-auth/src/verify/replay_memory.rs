//! Remembers which nonces were used, in bounded memory.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;

use super::used_nonces::{NonceRejection, UsedNonces};
use crate::credentials::ApplicationId;

/// How many nonces a verifier remembers unless [`Verifier::with_replay_capacity`] says otherwise.
///
/// With a window of 300 s each way this is enough for 400 requests per second without end. A full memory
/// takes 10 to 20 MB, and some 600 bytes more for each application.
///
/// [`Verifier::with_replay_capacity`]: crate::Verifier::with_replay_capacity
pub const DEFAULT_REPLAY_CAPACITY: usize = 262_144;

/// The nonces of all applications that were used within the clock window.
///
/// There is a fixed number of places. Each nonce takes one, and an application without nonces takes one
/// as well, for the seconds of which its nonces were dropped. If all places are taken, nonces are
/// dropped in this order:
/// 1. of all applications, those that have left the window;
/// 2. of the application that holds most, those beyond the window in the future, or else those of the
///    oldest second.
///
/// So an application that holds less than its share, the places divided by the applications, loses no
/// nonce of the window to others. What was dropped of one application rejects no request of another.
pub(super) struct ReplayMemory {
    capacity: usize,
    applications: HashMap<ApplicationId, UsedNonces>,
    /// The same applications, by the number of their nonces.
    by_size: BTreeSet<(usize, ApplicationId)>,
    /// How many places they take.
    taken: usize,
    /// The start of the window when nonces that had left it were last dropped.
    swept_to: Option<u64>,
    /// The floor of every application that is not in `applications`: it may have been, until all of its
    /// nonces had left the window and its place was needed.
    floor_of_absent: Option<u64>,
}

impl ReplayMemory {
    /// Creates a memory for this many nonces, at least one.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            applications: HashMap::new(),
            by_size: BTreeSet::new(),
            taken: 0,
            swept_to: None,
            floor_of_absent: None,
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Records the nonce of a request whose timestamp is in the window, the range of acceptable seconds.
    pub(super) fn record(
        &mut self,
        application_id: &ApplicationId,
        nonce: u64,
        timestamp: u64,
        window: &RangeInclusive<u64>,
    ) -> Result<(), NonceRejection> {
        let known = self.take_out(application_id);
        let is_known = known.is_some();
        let mut own = known.unwrap_or_else(|| UsedNonces::with_floor(self.floor_of_absent));
        own.drop_before(*window.start());
        let recorded = own.check(nonce, timestamp).and_then(|()| self.make_room(&mut own, timestamp, window));
        if recorded.is_ok() {
            own.insert(nonce, timestamp);
        }
        if recorded.is_ok() || is_known {
            self.put_back(application_id.clone(), own);
        }
        recorded
    }

    /// Takes an application out, so that it and the others can be changed.
    fn take_out(&mut self, application_id: &ApplicationId) -> Option<UsedNonces> {
        let application = self.applications.remove(application_id)?;
        self.by_size.remove(&(application.len(), application_id.clone()));
        self.taken -= places(&application);
        Some(application)
    }

    fn put_back(&mut self, application_id: ApplicationId, application: UsedNonces) {
        self.taken += places(&application);
        self.by_size.insert((application.len(), application_id.clone()));
        self.applications.insert(application_id, application);
    }

    /// Makes room for one more nonce of an application that was taken out.
    fn make_room(
        &mut self,
        own: &mut UsedNonces,
        timestamp: u64,
        window: &RangeInclusive<u64>,
    ) -> Result<(), NonceRejection> {
        if self.has_room(own) {
            return Ok(());
        }
        self.sweep(*window.start());
        if self.has_room(own) {
            return Ok(());
        }
        if let Some(id) = self.larger_than(own)
            && let Some(mut largest) = self.take_out(&id)
        {
            largest.drop_some(*window.end());
            self.put_back(id, largest);
            return Ok(());
        }
        own.drop_after(*window.end());
        if self.has_room(own) {
            return Ok(());
        }
        // Newer nonces are not dropped for the sake of an older one.
        if own.oldest_second().is_none_or(|oldest| timestamp <= oldest) {
            return Err(NonceRejection::Forgotten);
        }
        own.drop_oldest();
        Ok(())
    }

    fn has_room(&self, own: &UsedNonces) -> bool {
        self.taken + own.len() < self.capacity
    }

    /// Finds the application that holds most, if it holds more than this one, and more than one nonce:
    /// dropping the only nonce of an application frees no place.
    fn larger_than(&self, own: &UsedNonces) -> Option<ApplicationId> {
        let (nonces, id) = self.by_size.last()?;
        (*nonces > own.len().max(1)).then(|| id.clone())
    }

    /// Drops what has left the window, once for each second that it moves. If there are as many
    /// applications as places, those without nonces in the window are dropped as well.
    fn sweep(&mut self, start: u64) {
        if self.swept_to == Some(start) {
            return;
        }
        self.swept_to = Some(start);
        let is_crowded = self.applications.len() >= self.capacity;
        let is_outdated = |application: &UsedNonces| match application.oldest_second() {
            Some(oldest) => oldest < start,
            None => is_crowded && application.last_dropped_second() < Some(start),
        };
        let outdated = self.applications.iter().filter(|(_, application)| is_outdated(application));
        for id in outdated.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            let Some(mut application) = self.take_out(&id) else { continue };
            application.drop_before(start);
            if is_outdated(&application) {
                self.floor_of_absent = self.floor_of_absent.max(application.last_dropped_second());
            } else {
                self.put_back(id, application);
            }
        }
    }
}

fn places(application: &UsedNonces) -> usize {
    application.len().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORGOTTEN: Result<(), NonceRejection> = Err(NonceRejection::Forgotten);
    const REPLAYED: Result<(), NonceRejection> = Err(NonceRejection::Replayed);

    /// A memory with so many places, and a function that records an application, a nonce and a timestamp in a window.
    fn memory(
        capacity: usize,
    ) -> impl FnMut(&str, u64, u64, RangeInclusive<u64>) -> Result<(), NonceRejection> {
        let mut memory = ReplayMemory::with_capacity(capacity);
        move |id, nonce, timestamp, window| {
            memory.record(&ApplicationId::new(id).unwrap(), nonce, timestamp, &window)
        }
    }

    #[test]
    fn the_first_second_of_the_window_is_kept_when_older_ones_are_dropped() {
        let mut record = memory(3);
        assert_eq!(record("a", 1, 100, 90..=110), Ok(()));
        assert_eq!(record("b", 2, 95, 90..=110), Ok(()));
        assert_eq!(record("c", 3, 100, 90..=110), Ok(()));
        // There is no place: `b` keeps one for what was dropped.
        assert_eq!(record("c", 4, 100, 100..=120), FORGOTTEN);
        assert_eq!(record("a", 1, 100, 100..=120), REPLAYED);
    }

    #[test]
    fn the_last_second_of_the_window_is_kept_when_newer_ones_are_dropped() {
        let mut record = memory(2);
        assert_eq!(record("a", 1, 110, 90..=110), Ok(()));
        assert_eq!(record("a", 2, 100, 90..=110), Ok(()));
        assert_eq!(record("a", 3, 109, 90..=110), Ok(()));
        assert_eq!(record("a", 1, 110, 90..=110), REPLAYED);
        assert_eq!(record("a", 2, 100, 90..=110), FORGOTTEN);
    }

    #[test]
    fn what_was_dropped_of_one_application_does_not_reject_another_while_there_are_places() {
        let mut record = memory(4);
        for (id, nonce, timestamp) in [("a", 1, 100), ("b", 2, 95), ("c", 3, 100), ("c", 4, 101)] {
            assert_eq!(record(id, nonce, timestamp, 90..=110), Ok(()));
        }
        assert_eq!(record("c", 5, 102, 100..=120), Ok(()), "the oldest of `c` is dropped for it");
        // The clock was set back.
        assert_eq!(record("b", 2, 95, 90..=110), FORGOTTEN);
        assert_eq!(record("d", 6, 93, 90..=110), Ok(()));
    }

    #[test]
    fn an_application_keeps_its_place_until_what_was_dropped_of_it_has_left_the_window() {
        let mut record = memory(2);
        assert_eq!(record("a", 1, 100, 90..=110), Ok(()));
        assert_eq!(record("a", 2, 100, 90..=110), Ok(()));
        assert_eq!(record("b", 3, 105, 90..=110), Ok(()), "both of `a` are dropped for it");
        assert_eq!(record("c", 4, 100, 100..=110), FORGOTTEN);
        assert_eq!(record("c", 4, 102, 101..=111), Ok(()));
    }

    #[test]
    fn an_application_that_lost_its_place_has_nothing_accepted_twice() {
        let mut record = memory(3);
        assert_eq!(record("a", 1, 100, 90..=110), Ok(()));
        assert_eq!(record("a", 2, 100, 90..=110), Ok(()));
        assert_eq!(record("b", 3, 105, 90..=110), Ok(()));
        assert_eq!(record("c", 4, 105, 90..=110), Ok(()), "both of `a` are dropped for it");
        assert_eq!(record("d", 5, 105, 101..=111), Ok(()), "`a` loses its place to it");
        assert_eq!(record("e", 6, 110, 106..=116), Ok(()));
        // The clock was set back.
        for (id, nonce, timestamp) in [("a", 1, 100), ("a", 2, 100), ("b", 3, 105), ("d", 5, 105)] {
            assert_eq!(record(id, nonce, timestamp, 90..=110), FORGOTTEN, "{id}");
        }
    }
}
