//! The secret of a session.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The secret of a session, which signs the calls about it.
///
/// It is wiped from memory when it is dropped. `Debug` does not show it; its serialised form does.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionSecret(Zeroizing<String>);

impl SessionSecret {
    /// The text of a secret. It is moved in, not copied.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    /// The text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionSecret([redacted])")
    }
}

/// The contract's own schema; a test compares the two.
#[cfg(feature = "schemars")]
impl schemars::JsonSchema for SessionSecret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SessionSecret".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "The secret of a session, which signs the calls about it. Whoever has it can end the session. \
                The service sends it once.",
        })
    }
}
