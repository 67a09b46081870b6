//! `cargo xtask vectors [--check]`: signatures with every value on the way, for signers in any language.
//!
//! They are made with the pure functions of `iampass-auth` from tables of cases: no clock, no randomness, the same
//! bytes each time. `cargo xtask interop` recomputes them with the vendor's own package.

mod format;
mod negative;
mod positive;
mod sessions;
#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::Result;

use crate::generated;
use format::Vectors;

/// The vectors, relative to the repository.
pub(crate) const FILE: &str = "openapi/signing-vectors.json";
/// Their JSON Schema, relative to the repository.
pub(crate) const SCHEMA_FILE: &str = "openapi/signing-vectors.schema.json";

/// Brings both files up to date or, with `check`, says which one is not.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    for (file, text) in [(FILE, text(&vectors()?)?), (SCHEMA_FILE, text(&schemars::schema_for!(Vectors))?)] {
        generated::update(root, file, &text, check, "cargo xtask vectors")?;
    }
    Ok(())
}

fn vectors() -> Result<Vectors> {
    Ok(Vectors {
        schema: "./signing-vectors.schema.json".to_owned(),
        protocol: "Authentication Protocol 1".to_owned(),
        positive: positive::positive()?.into_iter().chain(sessions::positive()?).collect(),
        negative: negative::negative()?.into_iter().chain(sessions::negative()?).collect(),
    })
}

fn text(value: &impl serde::Serialize) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
