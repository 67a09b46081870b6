//! `cargo xtask contract`: no change of a contract may break the clients made from the last released one.
//!
//! `openapi/released/` holds each contract as it was last released, if it was. Whatever a client can rely on there is a
//! [fact](facts); all of them must still hold, unless `info.version` has a higher first number.
//!
//! Why not npm's openapi-diff: of the twenty mistakes in `breaking.yaml` it misses thirteen, among them everything about
//! parameters, headers, security and renamed operations, and it calls a rule that becomes easier a break.

mod constraints;
mod facts;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::Value;

use crate::contracts::CONTRACTS;
use crate::yaml;
use facts::{Facts, Kind};

/// Where the released contracts are, relative to the repository.
const RELEASED: &str = "openapi/released";

/// Compares every contract with its last release.
pub(crate) fn run(root: &Path) -> Result<()> {
    for contract in CONTRACTS {
        let source = contract.source;
        let name = Path::new(source).file_name().unwrap_or_default();
        let released = Path::new(RELEASED).join(name).display().to_string();
        let new = read(root, source)?;
        if !root.join(&released).exists() {
            // A contract that is new here has nothing to keep.
            println!("{source} is not released yet: there is no {released}");
            continue;
        }
        let broken = breaking(&read(root, &released)?, &new);
        if !broken.is_empty() {
            bail!(
                "{source} breaks the clients of {released}:\n  {}\n\
                 Take the change back, or raise the first number of info.version.",
                broken.join("\n  ")
            );
        }
        println!("{source} breaks no client of {released}");
    }
    Ok(())
}

/// What would be said of a contract's text beside an older one; nothing when no client breaks.
pub(crate) fn compare(old: &str, new: &str) -> String {
    match (yaml::parse(old), yaml::parse(new)) {
        (Ok(old), Ok(new)) => breaking(&old, &new).join("\n"),
        (Err(error), _) | (_, Err(error)) => error,
    }
}

fn read(root: &Path, file: &str) -> Result<Value> {
    let text =
        fs::read_to_string(root.join(file)).with_context(|| format!("{file}: cannot read the contract"))?;
    yaml::parse(&text).map_err(|error| anyhow!("{file}: {error}"))
}

/// What a client of `old` cannot do any more with `new`, a line each; nothing when the version says so.
fn breaking(old: &Value, new: &Value) -> Vec<String> {
    if major(new) > major(old) {
        return Vec::new();
    }
    let (old, new) = (Facts::of(old), Facts::of(new));
    let lost = old.of_kind(Kind::Promise).filter_map(|(name, was)| match new.get(Kind::Promise, name) {
        None if is_part_of_what_is_gone(&old, &new, name) => None,
        None => Some(format!("{name} is gone (was {was})")),
        Some(is) if is != was => Some(format!("{name} was {was} and is {is}")),
        Some(_) => None,
    });
    let demanded = new.of_kind(Kind::Demand).filter_map(|(name, is)| match old.get(Kind::Demand, name) {
        None if old.lacks_carrier_of(name) => None,
        None => Some(format!("{name} is new ({is})")),
        Some(was) if was != is && !constraints::is_easier(name, was, is) => {
            Some(format!("{name} was {was} and is {is}"))
        }
        Some(_) => None,
    });
    lost.chain(demanded).collect()
}

/// Whether what is around a fact is gone too: that is reported, and each part need not be.
fn is_part_of_what_is_gone(old: &Facts, new: &Facts, name: &str) -> bool {
    let own = |whole: &str| [": type", ": request"].iter().any(|fact| name.strip_suffix(fact) == Some(whole));
    Facts::around(name).any(|whole| !own(whole) && old.knows(whole) && !new.knows(whole))
}

/// The first number of `info.version`.
fn major(document: &Value) -> u64 {
    let version = document.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
    version.split('.').next().and_then(|first| first.parse().ok()).unwrap_or_default()
}
