//! The contract against the `OpenAPI` specification, its examples against its schemas, and the signing vectors
//! against theirs.

use std::path::Path;
use std::time::Duration;

use super::error::Error;
use super::process::Job;
use super::tools::{Folders, Python};
use crate::contracts::CONTRACTS;
use crate::vectors;

const LIMIT: Duration = Duration::from_secs(120);

/// Every contract, and the vectors.
pub(crate) fn specification(python: &Python, folders: &Folders) -> Result<String, Error> {
    let mut last = String::new();
    for contract in CONTRACTS {
        let paths =
            [contract.source, vectors::FILE, vectors::SCHEMA_FILE].map(|path| folders.root.join(path));
        last = run(script(python).args(paths))?;
    }
    Ok(last)
}

/// One contract.
pub(crate) fn specification_of(python: &Python, contract: &Path) -> Result<String, Error> {
    run(script(python).args([contract]))
}

fn script(python: &Python) -> Job {
    python.script("contract_guards.py")
}

/// The script's last line counts its checks.
fn run(job: Job) -> Result<String, Error> {
    let output = job.run(LIMIT)?;
    Ok(output.stdout.trim_end().lines().last().unwrap_or_default().to_owned())
}
