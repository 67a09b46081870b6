//! `cargo xtask consumers`: client and emulator beside their usual neighbours, in programs outside the workspace.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A workspace of its own; each of its folders with a manifest is a program.
const CONSUMERS: &str = "xtask/consumers";

/// Why a consumer is not well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file cannot be read or copied, or a program cannot be started.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The program does not build, or does not find what it expects; it has said so itself.
    #[error("the program in {CONSUMERS}/{name} does not build or does not run")]
    Consumer {
        /// Its folder.
        name: String,
    },
}

/// Builds and runs one after the other: built together, they would have each other's features.
pub(crate) fn run(root: &Path) -> Result<(), Error> {
    let folder = root.join(CONSUMERS);
    // The same versions as everywhere; what the neighbours need comes on top.
    let (from, to) = (root.join("Cargo.lock"), folder.join("Cargo.lock"));
    fs::copy(&from, &to).map_err(file(&to))?;
    for name in names(&folder)? {
        let status = Command::new("cargo")
            .args(["run", "--quiet", "--package", &format!("beside-{name}")])
            .current_dir(&folder)
            .env("CARGO_TARGET_DIR", root.join("target/consumers"))
            .status()
            .map_err(file(Path::new("cargo")))?;
        if !status.success() {
            return Err(Error::Consumer { name });
        }
        println!("beside {name}: builds and runs");
    }
    Ok(())
}

fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(file(folder))? {
        let entry = entry.map_err(file(folder))?;
        if entry.path().join("Cargo.toml").exists() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn file(path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::File { path, source }
}
