//! `cargo xtask consumers`: client and emulator beside their usual neighbours, in programs outside the workspace.

mod readme;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use xshell::{Shell, cmd};

/// A workspace of its own; each of its folders with a manifest is a program.
const CONSUMERS: &str = "xtask/consumers";

/// Builds and runs one after the other: built together, they would have each other's features.
pub(crate) fn run(root: &Path) -> Result<()> {
    let shell = Shell::new()?;
    let folder = root.join(CONSUMERS);
    for path in shell.read_dir(&folder)?.iter().filter(|path| path.join("Cargo.toml").exists()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        cargo_run(&shell, root, &folder, &format!("beside-{name}"))?;
    }
    let text = shell.read_file(root.join("README.md"))?;
    let example = readme::example(&text, root)
        .context("README.md: the section `In a program` lacks its block of TOML or of Rust")?;
    let folder = root.join("target/consumers/readme");
    shell.write_file(folder.join("Cargo.toml"), example.manifest)?;
    shell.write_file(folder.join("src/main.rs"), example.main)?;
    cargo_run(&shell, root, &folder, readme::PACKAGE)
}

fn cargo_run(shell: &Shell, root: &Path, folder: &Path, package: &str) -> Result<()> {
    // The same versions as everywhere; what the neighbours need comes on top. xshell's copy would not replace it.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))
        .with_context(|| folder.display().to_string())?;
    let _folder = shell.push_dir(folder);
    // Not --locked: cargo leaves out of that copy what the program does not need.
    cmd!(shell, "cargo run --quiet --package {package}")
        .env("CARGO_TARGET_DIR", root.join("target"))
        .quiet()
        .run()
        .with_context(|| format!("the program `{package}` does not build or does not run"))?;
    println!("{package}: builds and runs");
    Ok(())
}
