//! `cargo xtask export`: all that a team takes that works in another language, as files in `target/openapi/`.
//!
//! Everything follows from what is committed; neither clock nor machine leaves a trace, so the bytes are the same each
//! time.

mod error;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use iampass_reference::{Contract, standalone};
use sha2::{Digest as _, Sha256};

pub(crate) use error::Error;

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
pub(crate) fn run(root: &Path) -> Result<(), Error> {
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
fn files(root: &Path) -> Result<BTreeMap<String, String>, Error> {
    let mut files = BTreeMap::new();
    for contract in CONTRACTS {
        let source = Path::new(contract.source);
        let yaml = read(root, source)?;
        // Finds all that a page would pass over without a word.
        codegen::generate(&yaml, contract)
            .map_err(|error| Error::Contract { path: source.to_owned(), source: error })?;
        let reference = |error| Error::Reference { path: source.to_owned(), source: error };
        let parsed = Contract::parse(&yaml).map_err(reference)?;
        let mut add = |extension, text| files.insert(name(&source.with_extension(extension)), text);
        add("html", standalone(&parsed));
        // One file: the generator has seen that no reference leaves the contract.
        add("json", parsed.to_json().map_err(reference)? + "\n");
        add("yaml", yaml);
    }
    for path in AS_THEY_ARE.map(Path::new) {
        files.insert(name(path), read(root, path)?);
    }
    Ok(files)
}

fn read(root: &Path, path: &Path) -> Result<String, Error> {
    fs::read_to_string(root.join(path)).map_err(|source| Error::Read { path: path.to_owned(), source })
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
fn replace(folder: &Path, files: &BTreeMap<String, String>) -> Result<(), Error> {
    let unfinished = folder.with_extension("unfinished");
    let failed = |path: &Path| {
        let path = PathBuf::from(path);
        move |source| Error::Write { path, source }
    };
    remove(&unfinished).map_err(failed(&unfinished))?;
    fs::create_dir_all(&unfinished).map_err(failed(&unfinished))?;
    for (name, text) in files {
        let path = unfinished.join(name);
        fs::write(&path, text).map_err(failed(&path))?;
    }
    remove(folder).map_err(failed(folder))?;
    fs::rename(&unfinished, folder).map_err(failed(folder))
}

fn remove(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
