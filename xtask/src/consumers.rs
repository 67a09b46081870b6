//! `cargo xtask consumers`: client and emulator beside their usual neighbours, in programs outside the workspace.

mod readme;

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
    /// The README has no example where one is expected.
    #[error("README.md: the section `In a program` lacks its block of TOML or of Rust")]
    NoExample,
    /// The program does not build, or does not find what it expects; it has said so itself.
    #[error("the program `{package}` does not build or does not run")]
    Consumer {
        /// Its package.
        package: String,
    },
}

/// Builds and runs one after the other: built together, they would have each other's features.
pub(crate) fn run(root: &Path) -> Result<(), Error> {
    let folder = root.join(CONSUMERS);
    for name in names(&folder)? {
        cargo_run(root, &folder, &format!("beside-{name}"))?;
    }
    let readme = root.join("README.md");
    let readme = fs::read_to_string(&readme).map_err(file(&readme))?;
    let example = readme::example(&readme, root).ok_or(Error::NoExample)?;
    let folder = root.join("target/consumers/readme");
    let source = folder.join("src");
    fs::create_dir_all(&source).map_err(file(&source))?;
    for (path, text) in
        [(folder.join("Cargo.toml"), example.manifest), (source.join("main.rs"), example.main)]
    {
        fs::write(&path, text).map_err(file(&path))?;
    }
    cargo_run(root, &folder, readme::PACKAGE)
}

fn cargo_run(root: &Path, folder: &Path, package: &str) -> Result<(), Error> {
    // The same versions as everywhere; what the neighbours need comes on top.
    let (from, to) = (root.join("Cargo.lock"), folder.join("Cargo.lock"));
    fs::copy(&from, &to).map_err(file(&to))?;
    let status = Command::new("cargo")
        .args(["run", "--quiet", "--package", package])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .status()
        .map_err(file(Path::new("cargo")))?;
    if !status.success() {
        return Err(Error::Consumer { package: package.to_owned() });
    }
    println!("{package}: builds and runs");
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
