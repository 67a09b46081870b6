//! The contracts, looked at by linters and validators that are not ours.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::tools::{Folders, Node, Python};
use crate::contracts::CONTRACTS;
use crate::{export, vectors};

pub(crate) fn all(folders: &Folders) -> Vec<PathBuf> {
    CONTRACTS.iter().map(|contract| folders.root.join(contract.source)).collect()
}

/// Every rule that redocly recommends, as an error.
pub(crate) fn redocly(node: &Node, folders: &Folders, contracts: &[PathBuf]) -> Result<String> {
    // Its configuration turns warnings into errors.
    let mut linter = node.linter("redocly");
    linter.args(["lint", "--config", "openapi/redocly.yaml"]).args(contracts);
    folders.check("redocly", &mut linter).map(|_| "nothing found".to_owned())
}

/// Spectral's rules for `OpenAPI`, down to hints.
pub(crate) fn spectral(node: &Node, folders: &Folders, contracts: &[PathBuf]) -> Result<String> {
    let mut linter = node.linter("spectral");
    linter.args(["lint", "--ruleset", "openapi/.spectral.yaml"]);
    linter.args(["--fail-severity", "hint", "--fail-on-unmatched-globs"]).args(contracts);
    folders.check("spectral", &mut linter).map(|_| "nothing found".to_owned())
}

/// The contracts against the `OpenAPI` specification, their examples against their schemas, and the signing vectors
/// against theirs.
pub(crate) fn specification(python: &Python, folders: &Folders) -> Result<String> {
    let vectors = [vectors::FILE, vectors::SCHEMA_FILE].map(|path| folders.root.join(path));
    let guards = |contract: &PathBuf| {
        let mut script = python.script("contract_guards.py");
        folders.check("contract_guards", script.arg(contract).args(&vectors))
    };
    Ok(all(folders).iter().map(guards).collect::<Result<Vec<_>>>()?.join("; "))
}

/// As [`specification`], for one contract alone.
pub(crate) fn specification_of(python: &Python, folders: &Folders, contract: &Path) -> Result<String> {
    folders.check("contract_guards", python.script("contract_guards.py").arg(contract))
}

/// Exports, and opens each reference in a browser, offline and with and without JavaScript.
pub(crate) fn reference(node: &Node, folders: &Folders) -> Result<String> {
    export::run(&folders.root)?;
    let mut last = String::new();
    for contract in all(folders) {
        let exported = folders.root.join(export::FOLDER).join(contract.file_name().unwrap_or_default());
        let mut script = node.script("reference.mjs");
        script.args(["html", "json"].map(|extension| exported.with_extension(extension)));
        last = folders.check("reference", &mut script)?;
    }
    Ok(last)
}
