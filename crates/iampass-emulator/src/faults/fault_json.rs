//! A fault in JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::fault::{Fault, FaultKind, Selection};
use crate::error::InvalidFault;

/// One flat object, as a person types it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultJson {
    kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    delay_ms: u64,
    #[serde(default)]
    applied: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    always: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Status,
    #[default]
    Delay,
    Reset,
    CutBody,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        FaultJson::from(self.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        FaultJson::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}

impl TryFrom<FaultJson> for Fault {
    type Error = InvalidFault;

    fn try_from(json: FaultJson) -> Result<Self, InvalidFault> {
        let kind = match (json.kind, json.status) {
            (Kind::Status, Some(status)) => {
                let headers = json.headers.into_iter().collect();
                FaultKind::Status { status, headers, body: json.body }
            }
            (Kind::Status, None) => return Err(InvalidFault::Members { rule: "a status needs `status`" }),
            _ if json.status.is_some() || !json.headers.is_empty() || json.body.is_some() => {
                let rule = "`status`, `headers` and `body` are for the kind `status` alone";
                return Err(InvalidFault::Members { rule });
            }
            (Kind::Delay, _) => FaultKind::Delay,
            (Kind::Reset, _) => FaultKind::Reset,
            (Kind::CutBody, _) => FaultKind::CutBody,
        };
        let selection = match (json.times, json.always, json.probability, json.seed) {
            (times, false, None, None) => Selection::Next(times.unwrap_or(1)),
            (None, true, None, None) => Selection::Always,
            (None, false, Some(probability), seed) => {
                Selection::Probability { probability, seed: seed.unwrap_or(0) }
            }
            _ => {
                let rule = "give one of `times`, `always` and `probability`; `seed` goes with the last";
                return Err(InvalidFault::Members { rule });
            }
        };
        let delay = Duration::from_millis(json.delay_ms);
        let fault = Self { operation: json.operation, kind, delay, applied: json.applied, selection };
        fault.validate().map(|()| fault)
    }
}

impl From<Fault> for FaultJson {
    fn from(fault: Fault) -> Self {
        let mut json = Self {
            operation: fault.operation,
            delay_ms: u64::try_from(fault.delay.as_millis()).unwrap_or(u64::MAX),
            applied: fault.applied,
            ..Self::default()
        };
        json.kind = match fault.kind {
            FaultKind::Delay => Kind::Delay,
            FaultKind::Reset => Kind::Reset,
            FaultKind::CutBody => Kind::CutBody,
            FaultKind::Status { status, headers, body } => {
                json.status = Some(status);
                json.headers = headers.into_iter().collect();
                json.body = body;
                Kind::Status
            }
        };
        match fault.selection {
            Selection::Next(times) => json.times = Some(times),
            Selection::Always => json.always = true,
            Selection::Probability { probability, seed } => {
                json.probability = Some(probability);
                json.seed = Some(seed);
            }
        }
        json
    }
}
