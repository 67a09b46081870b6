//! What `cargo xtask export` writes, as those see it who take it elsewhere.

use std::path::Path;
use std::time::Duration;

use super::error::Error;
use super::process::Job;
use super::tools::Folders;
use crate::contracts::CONTRACTS;
use crate::export;

const LIMIT: Duration = Duration::from_secs(300);

/// Exports, and opens each reference in a browser, offline and with and without JavaScript. Where there is no browser,
/// the note says so.
pub(crate) fn reference(folders: &Folders) -> Result<String, Error> {
    export::run(&folders.root)?;
    let mut last = String::new();
    for contract in CONTRACTS {
        let name = Path::new(contract.source).file_name().unwrap_or_default();
        let exported = folders.root.join(export::FOLDER).join(name);
        let output = Job::new("node", &folders.log("reference"), "install Node.js 20.19 or later")
            .args([folders.scripts.join("reference.mjs")])
            .args(["html", "json"].map(|extension| exported.with_extension(extension)))
            .env("NODE_PATH", folders.work.join("node/node_modules"))
            .without_env(&["NODE_OPTIONS"])
            .run(LIMIT)?;
        output.stdout.trim_end().lines().last().unwrap_or_default().clone_into(&mut last);
    }
    Ok(last)
}
