//! The wheel of iampass-cli, as somebody without Rust uses it: installed with pip, below pytest, below the Python example.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::report::Report;
use super::tools::{self, Folders, command};
use crate::process;

/// The steps of `xtask/interop/wheel`, each with its name in the report.
const STEPS: [(&str, &str); 3] = [
    ("install", "wheel: installed without Rust"),
    ("pytest", "wheel: emulator exec -- pytest"),
    ("example", "wheel: calls and a sign-in"),
];

/// Builds the wheel.
pub(crate) fn built(report: &mut Report, folders: &Folders) -> Option<PathBuf> {
    report.step("wheel: built", || build(folders))
}

/// Goes through all steps with it.
pub(crate) fn run(report: &mut Report, wheel: Option<&Path>, folders: &Folders) {
    for (step, name) in STEPS {
        report.check(name, wheel, |wheel| used(step, wheel, folders));
    }
}

fn build(folders: &Folders) -> Result<PathBuf> {
    let maturin = tools::maturin(folders)?;
    let wheels = folders.work.join("wheels");
    let mut build = maturin.module("maturin");
    // The profile of the tests, whose dependencies are built already.
    build
        .args(["build", "--quiet", "--profile", "dev", "--locked"])
        .args(["--manifest-path", "crates/iampass-cli/Cargo.toml", "--out"])
        .arg(&wheels)
        .current_dir(&folders.root);
    process::run(&mut build, &folders.log("maturin"))?;
    let version = concat!("iampass_cli-", env!("CARGO_PKG_VERSION"), "-");
    let is_it = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(version) && name.ends_with(".whl")
    };
    let mut found = fs::read_dir(&wheels)?.filter_map(|entry| Some(entry.ok()?.path()));
    found.find(is_it).context("maturin has built no wheel")
}

fn used(step: &str, wheel: &Path, folders: &Folders) -> Result<String> {
    let mut bash = command("bash");
    bash.arg(folders.scripts.join("wheel")).arg(step).env("WHEEL", wheel).env("BUILD", &folders.work);
    folders.check(&format!("wheel-{step}"), bash.env("PATH", path_without_rust()?))
}

/// The caller's `PATH` without the folders that have Rust.
fn path_without_rust() -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let has_rust = |folder: &PathBuf| ["cargo", "rustc"].iter().any(|name| folder.join(name).exists());
    Ok(env::join_paths(env::split_paths(&path).filter(|folder| !has_rust(folder)))?)
}
