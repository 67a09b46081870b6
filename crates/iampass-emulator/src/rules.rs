//! What the one who starts an emulator decides about its state.

use std::sync::Arc;
use std::time::Duration;

use iampass_auth::Clock as _;

use crate::movable_clock::MovableClock;

/// What registering a phone does when its user has one already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecondPhone {
    /// The new phone takes the place of the old one.
    #[default]
    Replace,
    /// The new phone is refused, and the link stays open: the old one has to be reported lost before.
    Refuse,
}

/// The rules, and the clock that the state grows old by.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) clock: Arc<MovableClock>,
    pub(crate) link_lifetime: Option<Duration>,
    pub(crate) second_phone: SecondPhone,
    /// How long a sign-in waits for the user.
    pub(crate) sign_in_timeout: Duration,
}

impl Rules {
    pub(crate) fn now(&self) -> i64 {
        i64::try_from(self.clock.unix_seconds()).unwrap_or(i64::MAX)
    }

    /// The rules for somebody who uses a link now.
    pub(crate) fn at_present(&self) -> PresentRules {
        let seconds =
            self.link_lifetime.map(|lifetime| i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX));
        let expired_until = seconds.map_or(i64::MIN, |seconds| self.now().saturating_sub(seconds));
        PresentRules { expired_until, second_phone: self.second_phone }
    }
}

/// The rules at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PresentRules {
    /// A link that was made then or earlier has expired.
    pub(crate) expired_until: i64,
    pub(crate) second_phone: SecondPhone,
}
