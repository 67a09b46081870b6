//! Whether what was written or read before is still the same.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::hex::hex;

/// Of some bytes, as more of them come.
#[derive(Clone, Debug, Default)]
pub(super) struct Digest {
    bytes: u64,
    hash: Sha256,
}

/// Identifies the beginning of a file or of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Beginning {
    pub(super) bytes: u64,
    sha256: String,
}

impl Digest {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
    }

    pub(super) fn beginning(&self) -> Beginning {
        Beginning { bytes: self.bytes, sha256: hex(&self.hash.clone().finalize()) }
    }
}
