//! Programs of cargo's registry, pinned, built into `target/tools` where they are not yet.

use std::path::{Path, PathBuf};

use anyhow::Result;
use xshell::{Shell, cmd};

/// Gives the program's path.
pub(crate) fn install(root: &Path, name: &str, version: &str) -> Result<PathBuf> {
    let folder = root.join(format!("target/tools/{name}-{version}"));
    let program = folder.join("bin").join(name);
    if !program.exists() {
        let shell = Shell::new()?;
        cmd!(shell, "cargo install --quiet --locked {name} --version {version} --root {folder}").run()?;
    }
    Ok(program)
}
