//! When the next request of a bulk may go out, and whether one may at all.

use std::sync::{Mutex, MutexGuard, PoisonError};

use iampass_client::{Error, ErrorKind};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::backoff::Backoff;
use super::event::{BulkEvent, StopReason};
use super::options::SendOptions;

/// After so many chunks that failed without a success in between, the service is taken to refuse everything.
const FAILURES_IN_A_ROW: u32 = 10;

/// Shared by the requests of a bulk. An outage pauses all of them; after it they go out one at a time, and one more
/// with each that gets through.
pub(super) struct Throttle {
    options: SendOptions,
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    in_flight: usize,
    /// So many requests may be in flight.
    allowed: usize,
    /// So many pauses were begun.
    pauses: u64,
    /// So many requests got through.
    through: u64,
    outage: Option<Outage>,
    failures_in_a_row: u32,
    stopped: bool,
}

struct Outage {
    backoff: Backoff,
    /// No request is begun before.
    until: Instant,
}

/// The failures of one list of ids.
pub(super) struct Failures {
    backoff: Backoff,
    /// So many requests had got through at the last one.
    through: u64,
}

impl Throttle {
    pub(super) fn new(options: SendOptions) -> Self {
        let state = State {
            in_flight: 0,
            allowed: options.concurrency,
            pauses: 0,
            through: 0,
            outage: None,
            failures_in_a_row: 0,
            stopped: false,
        };
        Self { options, state: Mutex::new(state), changed: Notify::new() }
    }

    /// Waits until a request may be begun, and at least until `earliest`; `None` when the bulk has stopped.
    pub(super) async fn acquire(&self, earliest: Option<Instant>) -> Option<Permit<'_>> {
        loop {
            let changed = self.changed.notified();
            let until = {
                let mut state = self.state();
                if state.stopped {
                    return None;
                }
                let until = earliest.max(state.outage.as_ref().map(|outage| outage.until));
                let until = until.filter(|until| *until > Instant::now());
                if until.is_none() && state.in_flight < state.allowed {
                    state.in_flight += 1;
                    let (begun, pauses, through) = (Instant::now(), state.pauses, state.through);
                    return Some(Permit { throttle: self, begun, pauses, through });
                }
                until
            };
            match until {
                // Whichever comes first, all is looked at anew.
                Some(until) => drop(timeout_at(until, changed).await),
                None => changed.await,
            }
        }
    }

    /// Waits until the bulk has stopped.
    pub(super) async fn stopped(&self) {
        loop {
            let changed = self.changed.notified();
            if self.state().stopped {
                return;
            }
            changed.await;
        }
    }

    /// Notes that a chunk was done, wholly or in part.
    pub(super) fn chunk_done(&self) {
        self.state().failures_in_a_row = 0;
    }

    /// Notes that a chunk failed.
    pub(super) fn chunk_failed(&self, error: &Error) {
        // A dry run's requests all end in an error.
        if matches!(error.kind(), ErrorKind::DryRun) {
            return;
        }
        let mut state = self.state();
        state.failures_in_a_row += 1;
        if state.failures_in_a_row >= FAILURES_IN_A_ROW {
            self.stop(state, StopReason::FailuresInARow, error);
        }
    }

    /// Notes a failure that all other chunks would share.
    pub(super) fn fails_for_all(&self, error: &Error) {
        self.stop(self.state(), StopReason::FailsForAll, error);
    }

    fn stop(&self, mut state: MutexGuard<'_, State>, reason: StopReason, error: &Error) {
        let is_first = !std::mem::replace(&mut state.stopped, true);
        drop(state);
        self.changed.notify_waiters();
        if is_first {
            self.emit(BulkEvent::Stopped { reason, error });
        }
    }

    fn emit(&self, event: BulkEvent<'_>) {
        if let Some(listener) = &self.options.listener {
            listener(event);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets one request out. Dropping it makes room for another.
pub(super) struct Permit<'a> {
    throttle: &'a Throttle,
    /// When the request was begun, and how many pauses and successes there had been.
    begun: Instant,
    pauses: u64,
    through: u64,
}

impl Permit<'_> {
    /// Whether the request may still be begun, after a wait for something else.
    pub(super) fn holds(&mut self) -> bool {
        let state = self.throttle.state();
        (self.begun, self.pauses, self.through) = (Instant::now(), state.pauses, state.through);
        let is_paused = state.outage.as_ref().is_some_and(|outage| outage.until > Instant::now());
        !state.stopped && !is_paused
    }

    /// Records a response that is no sign of an outage.
    pub(super) fn got_through(self) {
        let now = Instant::now();
        let mut state = self.throttle.state();
        state.through += 1;
        if self.pauses != state.pauses {
            // It was on its way when the last pause began, and does not end it.
            if let Some(outage) = &mut state.outage {
                outage.backoff = Backoff::since(now);
            }
            return;
        }
        state.allowed = state.allowed.saturating_add(1).min(self.throttle.options.concurrency);
        let over = state.outage.take();
        drop(state);
        if let Some(outage) = over {
            self.throttle.emit(BulkEvent::Resumed { outage: now - outage.backoff.since });
        }
    }

    /// Records a failure that is a sign of an outage; gives the moment of the next attempt, if there is to be one.
    pub(super) fn failed(self, error: &Error, earlier: &mut Option<Failures>) -> Option<Instant> {
        let (throttle, now) = (self.throttle, Instant::now());
        let give_up_after = throttle.options.give_up_after;
        let mut guard = throttle.state();
        let state = &mut *guard;
        if state.stopped {
            return None;
        }
        let own = earlier.get_or_insert(Failures { backoff: Backoff::since(now), through: self.through });
        let others_get_through = std::mem::replace(&mut own.through, state.through) != state.through;
        let asked = error.retry_after().unwrap_or_default();
        let asks = error.is_rate_limited() || !asked.is_zero();
        let was_paused_meanwhile = self.pauses != state.pauses;
        let at = match &mut state.outage {
            // That pause is for this request too.
            Some(outage) if was_paused_meanwhile => {
                outage.backoff.not_before(now, asked, give_up_after).map(|at| at.max(outage.until))
            }
            _ if others_get_through && !asks => return own.backoff.next(now, asked, give_up_after),
            outage => {
                // A request that got no response has been in the outage since it was sent.
                let since = if others_get_through { now } else { self.begun };
                let fresh = || Outage { backoff: Backoff::since(since), until: now };
                state.pauses += 1;
                state.allowed = 1;
                outage.get_or_insert_with(fresh).backoff.next(now, asked, give_up_after)
            }
        };
        let (Some(at), Some(outage)) = (at, &mut state.outage) else {
            throttle.stop(guard, StopReason::Outage, error);
            return None;
        };
        let is_longer = at >= outage.until + Backoff::FIRST;
        outage.until = at;
        drop(guard);
        if is_longer {
            throttle.emit(BulkEvent::Paused { wait: at - now, error });
        }
        Some(at)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.throttle.state().in_flight -= 1;
        self.throttle.changed.notify_waiters();
    }
}
