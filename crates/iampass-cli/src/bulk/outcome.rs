//! What can become of an id.

use std::rc::Rc;

use iampass_management::SkipReason;
use serde::{Deserialize, Serialize};

/// What became of an id that was to be sent, and why if it failed; `None` if it was not sent.
pub(super) type Sent = Option<(Outcome, Option<Rc<str>>)>;

/// The names are those of the report and of the JSON on standard output: they stay the same between
/// releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// The service did not have it, and has it now.
    Created,
    /// The service had it before.
    Existing,
    /// The service has it, and it may have been sent by an earlier run that did not get or keep the answer: it may have
    /// been created then, or have existed.
    SentAgain,
    /// The call succeeded, but the service named the id neither as created nor as existing.
    Unlisted,
    /// The service does not have it any more.
    Deleted,
    /// It cannot be the id of a user.
    Invalid,
    /// It stands in the input before.
    Duplicate,
    /// Its request failed.
    Failed,
    /// It could be sent.
    Valid,
}

impl Outcome {
    /// What became of an id that is not sent.
    pub(super) fn of_skipped(reason: SkipReason) -> Self {
        if reason == SkipReason::Duplicate { Self::Duplicate } else { Self::Invalid }
    }

    /// Whether an id with it need not be sent again.
    pub(super) fn is_done(self) -> bool {
        !matches!(self, Self::Failed | Self::Valid)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Existing => "existing",
            Self::SentAgain => "sent_again",
            Self::Unlisted => "unlisted",
            Self::Deleted => "deleted",
            Self::Invalid => "invalid",
            Self::Duplicate => "duplicate",
            Self::Failed => "failed",
            Self::Valid => "valid",
        }
    }
}
