//! Automatic outcomes of sign-ins.

use std::time::Duration;

use iampass_authentication::SessionStatus;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::states::may_follow;

/// The automatic outcome of each sign-in of a user, for tests in which nobody plays the phone. In JSON:
/// `{"outcome": "active", "after_ms": 200}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInOutcome {
    status: SessionStatus,
    after: Duration,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeJson {
    outcome: SessionStatus,
    #[serde(default)]
    after_ms: u64,
}

impl SignInOutcome {
    /// So long after its start, by the machine's own clock, a sign-in gets this status: `active`, `failed`, `cancelled`
    /// or `timeout`. `None` for any other.
    #[must_use]
    pub fn new(status: SessionStatus, after: Duration) -> Option<Self> {
        may_follow(&SessionStatus::Identifying, &status).then_some(Self { status, after })
    }

    /// What becomes of the sign-in.
    #[must_use]
    pub fn status(&self) -> &SessionStatus {
        &self.status
    }

    /// How long after its start; parts of a millisecond are cut off.
    #[must_use]
    pub fn after(&self) -> Duration {
        self.after
    }

    pub(crate) fn after_ms(&self) -> u64 {
        u64::try_from(self.after.as_millis()).unwrap_or(u64::MAX)
    }
}

impl Serialize for SignInOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        OutcomeJson { outcome: self.status.clone(), after_ms: self.after_ms() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SignInOutcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = OutcomeJson::deserialize(deserializer)?;
        Self::new(json.outcome, Duration::from_millis(json.after_ms))
            .ok_or_else(|| D::Error::custom("`outcome` is `active`, `failed`, `cancelled` or `timeout`"))
    }
}
