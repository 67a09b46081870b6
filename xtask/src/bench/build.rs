//! What a program pays for the client: crates, and a clean release build.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

use super::error::{Error, file};
use super::figures::Row;
use super::process::{command, output};

/// A program's manifest, but for its dependency.
const MANIFEST: &str = "\
[package]
name = \"dependant\"
edition = \"2024\"

[workspace]

[dependencies]
tokio = { version = \"1\", features = [\"macros\", \"rt\"] }
";

pub(crate) fn run(root: &Path) -> Result<Vec<Row>, Error> {
    let crates = root.join("crates").display().to_string();
    let client = format!("iampass-management = {{ path = {:?} }}\n", crates + "/iampass-management");
    let client = seconds(root, "client", &client)?;
    // The version that the workspace has.
    let reqwest = seconds(root, "reqwest", "reqwest = \"0.13\"\n")?;
    let arguments =
        ["tree", "--locked", "-e", "normal", "--prefix", "none", "--no-dedupe", "-p", "iampass-management"];
    let tree = output(&mut command(root, "cargo", &arguments))?;
    let crates: BTreeSet<_> = tree.lines().map(|line| line.replace(" (proc-macro)", "")).collect();
    #[expect(clippy::cast_precision_loss, reason = "a hundred or so")]
    let crates = crates.len() as f64;
    Ok(vec![
        Row::at_most(
            "clean release build of a program with the client ÷ with reqwest's default features",
            client / reqwest,
            1.0,
            format!("{client:.0} s ÷ {reqwest:.0} s"),
        ),
        Row::at_most(
            "crates below the client, itself included",
            crates,
            115.0,
            "`cargo tree -e normal`".to_owned(),
        ),
    ])
}

/// Builds a program of `xtask/bench/dependants` with this dependency, from nothing.
fn seconds(root: &Path, name: &str, dependency: &str) -> Result<f64, Error> {
    let folder = root.join("target/bench/build").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(file(&folder))?;
    }
    let main = folder.join("src/main.rs");
    fs::create_dir_all(folder.join("src")).map_err(file(&folder))?;
    fs::write(folder.join("Cargo.toml"), MANIFEST.to_owned() + dependency).map_err(file(&folder))?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).map_err(file(&folder))?;
    let program = root.join("xtask/bench/dependants").join(name).with_extension("rs");
    fs::copy(&program, &main).map_err(file(&program))?;
    // Downloads are not what is measured.
    output(command(&folder, "cargo", &["fetch", "--quiet"]).env_remove("CARGO_TARGET_DIR"))?;
    let started = Instant::now();
    let mut build = command(&folder, "cargo", &["build", "--quiet", "--release", "--offline"]);
    output(build.env("CARGO_TARGET_DIR", folder.join("target")))?;
    Ok(started.elapsed().as_secs_f64())
}
