//! `cargo xtask consumers`: programs outside the workspace that depend on the client, built and run.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folders below `xtask/consumers`.
const CONSUMERS: &[&str] = &["default", "other-tls"];

/// Why a consumer is not well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file cannot be copied or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The program does not build, or does not find what it expects; it has said so itself.
    #[error("the consumer `{name}` does not build or does not run")]
    Consumer {
        /// Its folder.
        name: &'static str,
    },
}

/// Builds and runs each of them under `target/consumers`, with the versions of the workspace's lock file.
pub(crate) fn run(root: &Path) -> Result<(), Error> {
    let target = root.join("target/consumers");
    for name in CONSUMERS {
        let (from, to) = (root.join("xtask/consumers").join(name), target.join(name));
        let manifest = read(&from.join("Cargo.toml"))?.replace("@ROOT@", &root.display().to_string());
        write(&to.join("Cargo.toml"), &manifest)?;
        write(&to.join("Cargo.lock"), &read(&root.join("Cargo.lock"))?)?;
        write(&to.join("src/main.rs"), &read(&from.join("src/main.rs"))?)?;
        let program = Command::new("cargo")
            .args(["run", "--quiet"])
            .current_dir(&to)
            .env("CARGO_TARGET_DIR", target.join("target"))
            .status()
            .map_err(|source| Error::File { path: "cargo".into(), source })?;
        if !program.success() {
            return Err(Error::Consumer { name });
        }
        println!("consumer `{name}` builds and runs");
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::File { path: path.to_owned(), source })
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, text))
        .map_err(|source| Error::File { path: path.to_owned(), source })
}
