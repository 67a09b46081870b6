//! The one reader of YAML.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use serde::de::DeserializeOwned;

/// Reads YAML 1.2, as `OpenAPI` has it: `y`, `no` and `on` are text, and a key given twice is an error.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| format!("not YAML: {}", message(&error)))
}

/// Reads a file; errors name it.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    parse(&text).map_err(|error| anyhow!("{}: {error}", path.display()))
}

/// The first line says what and where; what follows draws the place, or advises callers of the parser.
fn message(error: &serde_saphyr::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    [", set DuplicateKeyPolicy", "; use from_str_multiple"]
        .iter()
        .fold(line, |line, advice| line.split(advice).next().unwrap_or(line))
        .to_owned()
}
