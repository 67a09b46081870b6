//! The operations of a bulk run.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Operation {
    Import,
    Remove,
}

impl Operation {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Remove => "remove",
        }
    }
}
