//! The faults that are injected, and which of them applies to a call.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::fault::{Fault, Selection};
use crate::error::InvalidFault;

/// Faults in the order in which they were injected.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    injected: Mutex<Vec<Injected>>,
}

#[derive(Debug)]
struct Injected {
    fault: Fault,
    struck: u64,
    draws: Draws,
}

/// A fault that is injected, and how often it has struck.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct InjectedFault {
    /// The fault as it was injected.
    #[serde(flatten)]
    pub fault: Fault,
    /// How many calls it has struck.
    pub struck: u64,
}

impl Faults {
    pub(crate) fn inject(&self, fault: Fault) -> Result<(), InvalidFault> {
        fault.validate()?;
        let seed = if let Selection::Probability { seed, .. } = fault.selection { seed } else { 0 };
        self.injected().push(Injected { fault, struck: 0, draws: Draws(seed) });
        Ok(())
    }

    pub(crate) fn clear(&self) {
        self.injected().clear();
    }

    pub(crate) fn list(&self) -> Vec<InjectedFault> {
        let injected = self.injected();
        injected.iter().map(|one| InjectedFault { fault: one.fault.clone(), struck: one.struck }).collect()
    }

    /// The fault that applies to a call of this operation: the first injected of those that select it.
    pub(crate) fn next_fault(&self, operation_id: &str) -> Option<Fault> {
        let mut injected = self.injected();
        // The usual case, and it should cost nothing.
        if injected.is_empty() {
            return None;
        }
        let mut candidates = injected.iter_mut().filter(|one| one.fault.is_for(operation_id));
        let struck = candidates.find_map(|one| one.selects().then_some(one))?;
        struck.struck += 1;
        let fault = struck.fault.clone();
        injected.retain(|one| !one.is_used_up());
        Some(fault)
    }

    /// A list is whole after every call, so a poisoned lock does not matter.
    fn injected(&self) -> MutexGuard<'_, Vec<Injected>> {
        self.injected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Injected {
    fn selects(&mut self) -> bool {
        match self.fault.selection {
            Selection::Next(calls) => self.struck < calls,
            Selection::Always => true,
            Selection::Probability { probability, .. } => self.draws.unit() < probability,
        }
    }

    fn is_used_up(&self) -> bool {
        matches!(self.fault.selection, Selection::Next(calls) if self.struck >= calls)
    }
}

/// `SplitMix64`: the same numbers for a seed on every machine and in every release, which no
/// generator of the `rand` crate promises.
#[derive(Debug)]
struct Draws(u64);

impl Draws {
    /// A number from 0 up to, and not including, 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // 32 bits are more than a test's probability needs, and a double holds them exactly.
        f64::from(u32::try_from(mixed >> 32).unwrap_or(u32::MAX)) / 4_294_967_296.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(faults: &Faults, operation_id: &str, calls: usize) -> Vec<Option<&'static str>> {
        (0..calls).map(|_| faults.next_fault(operation_id).map(|fault| fault.code())).collect()
    }

    #[test]
    fn the_first_injected_strikes_first_and_goes_when_it_is_used_up() {
        let faults = Faults::default();
        faults.inject(Fault::reset().times(2)).unwrap();
        faults.inject(Fault::cut_body().on("add_users")).unwrap();
        assert_eq!(codes(&faults, "delete_users", 1), [Some("reset")]);
        assert_eq!(faults.list()[0].struck, 1);
        assert_eq!(codes(&faults, "add_users", 3), [Some("reset"), Some("cut_body"), None]);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_fault_for_no_calls_strikes_none() {
        let faults = Faults::default();
        faults.inject(Fault::reset().times(0)).unwrap();
        assert_eq!(codes(&faults, "add_users", 2), [None, None]);
    }

    #[test]
    fn the_same_seed_strikes_the_same_calls_about_as_often_as_asked_for() {
        let struck = |probability, seed| {
            let faults = Faults::default();
            faults.inject(Fault::reset().with_probability(probability, seed)).unwrap();
            codes(&faults, "add_users", 10_000).iter().map(Option::is_some).collect::<Vec<_>>()
        };
        let count = |struck: &[bool]| struck.iter().filter(|struck| **struck).count();
        assert_eq!(struck(0.02, 7), struck(0.02, 7));
        assert_ne!(struck(0.02, 7), struck(0.02, 8));
        assert!((150..250).contains(&count(&struck(0.02, 7))), "{}", count(&struck(0.02, 7)));
        assert_eq!((count(&struck(0.0, 7)), count(&struck(1.0, 7))), (0, 10_000));
    }

    #[test]
    fn the_draws_are_splitmix64s() {
        // The first outputs of the reference implementation for the seed 0 are e220a8397b1dcdaf and
        // 6e789e6aa1b965f4.
        let mut draws = Draws(0);
        for expected in [0xe220_a839_u32, 0x6e78_9e6a] {
            assert!((draws.unit() - f64::from(expected) / 4_294_967_296.0).abs() < f64::EPSILON);
        }
    }
}
