//! `cargo xtask pictures`: the README's pictures, made again by `xtask/pictures/run`.

use std::path::Path;

use anyhow::Result;
use xshell::{Shell, cmd};

/// Runs the script; it says itself what is wrong.
pub(crate) fn run(root: &Path) -> Result<()> {
    let shell = Shell::new()?;
    shell.change_dir(root);
    cmd!(shell, "bash xtask/pictures/run").quiet().run()?;
    Ok(())
}
