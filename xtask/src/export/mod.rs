//! `cargo xtask export`: all that a team takes that works in another language, as files in `target/openapi/`.
//!
//! Everything follows from what is committed; neither clock nor machine leaves a trace, so the bytes are the same each
//! time.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use iampass_reference::{Contract, standalone};
use sha2::{Digest as _, Sha256};
use xshell::Shell;

use crate::contracts::CONTRACTS;
use crate::hex::hex;
use crate::{codegen, vectors};

/// Where the files go, relative to the repository.
pub(crate) const FOLDER: &str = "target/openapi";
/// What `sha256sum --check` reads.
const CHECKSUMS: &str = "SHA256SUMS";
/// What is exported as it is.
const AS_THEY_ARE: [&str; 4] = [vectors::FILE, vectors::SCHEMA_FILE, "LICENSE-APACHE", "LICENSE-MIT"];

/// Replaces the folder's content.
pub(crate) fn run(root: &Path) -> Result<()> {
    vectors::run(root, true)?;
    let mut files = files(root)?;
    files.insert(CHECKSUMS.to_owned(), checksums(&files));
    replace(&root.join(FOLDER), &files)?;
    for (name, text) in &files {
        println!("{FOLDER}/{name} ({} bytes)", text.len());
    }
    Ok(())
}

/// The text of each file, by name.
fn files(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for contract in CONTRACTS {
        let source = Path::new(contract.source);
        let yaml = read(root, source)?;
        // Finds all that a page would pass over without a word.
        codegen::generate(&yaml, contract).map_err(|error| error.in_file(contract.source))?;
        let parsed = Contract::parse(&yaml).context(contract.source)?;
        let mut add = |extension, text| files.insert(name(&source.with_extension(extension)), text);
        add("html", standalone(&parsed));
        // One file: the generator has seen that no reference leaves the contract.
        add("json", parsed.to_json().context(contract.source)? + "\n");
        add("yaml", yaml);
    }
    for path in AS_THEY_ARE.map(Path::new) {
        files.insert(name(path), read(root, path)?);
    }
    Ok(files)
}

fn read(root: &Path, path: &Path) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("{}: cannot be read", path.display()))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn checksums(files: &BTreeMap<String, String>) -> String {
    let lines: Vec<_> =
        files.iter().map(|(name, text)| hex(&Sha256::digest(text)) + "  " + name + "\n").collect();
    lines.concat()
}

/// Makes the folder anew beside the old one, so that an interrupted run leaves no mixture.
fn replace(folder: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    let shell = Shell::new()?;
    let unfinished = folder.with_extension("unfinished");
    shell.remove_path(&unfinished)?;
    for (name, text) in files {
        shell.write_file(unfinished.join(name), text)?;
    }
    shell.remove_path(folder)?;
    fs::rename(&unfinished, folder).with_context(|| folder.display().to_string())
}
