//! What a program pays for the client: crates, and a clean release build.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

use super::error::{Error, file};
use super::figures::Row;
use super::process::{command, output};

/// The version that the workspace has.
const REQWEST: &str = "\nreqwest = \"0.13\"\n";

pub(crate) fn run(root: &Path) -> Result<Vec<Row>, Error> {
    let client = seconds(root, "client", "")?;
    let default = seconds(root, "reqwest-default", REQWEST)?;
    let arguments =
        ["tree", "--locked", "-e", "normal", "--prefix", "none", "--no-dedupe", "-p", "iampass-management"];
    let tree = output(&mut command(root, "cargo", &arguments))?;
    let crates: BTreeSet<_> = tree.lines().map(|line| line.replace(" (proc-macro)", "")).collect();
    #[expect(clippy::cast_precision_loss, reason = "a hundred or so")]
    let crates = crates.len() as f64;
    Ok(vec![
        Row::at_most(
            "clean release build ÷ the same with reqwest's default features",
            client / default,
            0.65,
            format!("{client:.0} s ÷ {default:.0} s"),
        ),
        Row::at_most(
            "crates below the client, itself included",
            crates,
            110.0,
            "`cargo tree -e normal`".to_owned(),
        ),
    ])
}

/// Builds the program of `cargo xtask consumers`, with a line more among its dependencies, from nothing.
fn seconds(root: &Path, name: &str, dependency: &str) -> Result<f64, Error> {
    let folder = root.join("target/bench/build").join(name);
    let consumer = root.join("xtask/consumers/default");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(file(&folder))?;
    }
    fs::create_dir_all(folder.join("src")).map_err(file(&folder))?;
    let copy = |from: &Path, to: &str, more: &str| -> Result<(), Error> {
        let text = fs::read_to_string(from).map_err(file(from))?;
        let text = text.replace("@ROOT@", &root.display().to_string()) + more;
        fs::write(folder.join(to), text).map_err(file(&folder.join(to)))
    };
    copy(&consumer.join("Cargo.toml"), "Cargo.toml", dependency)?;
    copy(&consumer.join("src/main.rs"), "src/main.rs", "")?;
    copy(&root.join("Cargo.lock"), "Cargo.lock", "")?;
    // Downloads are not what is measured.
    output(command(&folder, "cargo", &["fetch", "--quiet"]).env_remove("CARGO_TARGET_DIR"))?;
    let started = Instant::now();
    let mut build = command(&folder, "cargo", &["build", "--quiet", "--release", "--offline"]);
    output(build.env("CARGO_TARGET_DIR", folder.join("target")))?;
    Ok(started.elapsed().as_secs_f64())
}
