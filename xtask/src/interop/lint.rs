//! The contracts, read by linters that are not ours.

use std::path::Path;
use std::time::Duration;

use super::error::Error;
use super::process::Job;
use super::tools::Node;
use crate::contracts::CONTRACTS;

const LIMIT: Duration = Duration::from_secs(180);

/// Every rule that redocly recommends, as an error.
pub(crate) fn redocly(node: &Node) -> Result<String, Error> {
    // Its configuration turns warnings into errors.
    let job = node.linter("redocly").args(["lint", "--config", "openapi/redocly.yaml"]);
    job.args(CONTRACTS.iter().map(|contract| contract.source)).run(LIMIT)?;
    Ok("nothing found".to_owned())
}

/// As [`redocly`], for one file.
pub(crate) fn redocly_of(node: &Node, contract: &Path) -> Result<String, Error> {
    let job = node.linter("redocly").args(["lint", "--config", "openapi/redocly.yaml"]);
    job.args([contract]).run(LIMIT)?;
    Ok("nothing found".to_owned())
}

/// Spectral's rules for `OpenAPI`, down to hints.
pub(crate) fn spectral(node: &Node) -> Result<String, Error> {
    spectral_job(node).args(CONTRACTS.iter().map(|contract| contract.source)).run(LIMIT)?;
    Ok("nothing found".to_owned())
}

/// As [`spectral`], for one file.
pub(crate) fn spectral_of(node: &Node, contract: &Path) -> Result<String, Error> {
    spectral_job(node).args([contract]).run(LIMIT)?;
    Ok("nothing found".to_owned())
}

fn spectral_job(node: &Node) -> Job {
    let job = node.linter("spectral").args(["lint", "--ruleset", "openapi/.spectral.yaml"]);
    job.args(["--fail-severity", "hint", "--fail-on-unmatched-globs"])
}
