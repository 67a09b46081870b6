//! `cargo xtask vectors [--check]`: signatures with every value on the way, for signers in any language.
//!
//! They are made with the pure functions of `iampass-auth` from tables of cases: no clock, no randomness, the same
//! bytes each time. `cargo xtask interop` recomputes them with the vendor's own package.

mod error;
mod format;
mod negative;
mod positive;
mod sessions;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use similar::TextDiff;

pub(crate) use error::Error;

use format::Vectors;

/// The vectors, relative to the repository.
pub(crate) const FILE: &str = "openapi/signing-vectors.json";
/// Their JSON Schema, relative to the repository.
pub(crate) const SCHEMA_FILE: &str = "openapi/signing-vectors.schema.json";

/// Brings both files up to date or, with `check`, says which one is not.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), Error> {
    for (file, text) in [(FILE, text(&vectors()?)?), (SCHEMA_FILE, text(&schemars::schema_for!(Vectors))?)] {
        run_one(root, file, &text, check)?;
    }
    Ok(())
}

fn run_one(root: &Path, file: &str, text: &str, check: bool) -> Result<(), Error> {
    let path = root.join(file);
    // A file that is missing or unreadable differs from any that could be written.
    let present = fs::read_to_string(&path).unwrap_or_default();
    if present == text {
        println!("{file} is up to date");
        return Ok(());
    }
    if check {
        let diff = TextDiff::from_lines(present.as_str(), text)
            .unified_diff()
            .header(file, &format!("{file} (generated)"))
            .to_string();
        return Err(Error::OutOfDate { path: file.into(), diff });
    }
    fs::write(&path, text).map_err(|source| Error::Write { path: file.into(), source })?;
    println!("{file} written");
    Ok(())
}

fn vectors() -> Result<Vectors, Error> {
    Ok(Vectors {
        schema: "./signing-vectors.schema.json".to_owned(),
        protocol: "Authentication Protocol 1".to_owned(),
        positive: positive::positive()?.into_iter().chain(sessions::positive()?).collect(),
        negative: negative::negative()?.into_iter().chain(sessions::negative()?).collect(),
    })
}

fn text(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string_pretty(value).map(|text| text + "\n").map_err(Error::input)
}
