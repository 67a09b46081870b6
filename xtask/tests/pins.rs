//! What is built is what was tested: cargo calls take the versions of `Cargo.lock`, workflows and image one toolchain.

#![allow(clippy::unwrap_used, reason = "in helpers as well as in tests, a panic is the failure report")]

use std::fs;
use std::path::{Path, PathBuf};

/// Those that read `Cargo.lock`.
const COMMANDS: [&str; 11] =
    ["bench", "build", "check", "clippy", "doc", "fetch", "metadata", "package", "run", "test", "tree"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let entries = entries.filter(|path| !path.ends_with("build") && !path.ends_with("target"));
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A call of cargo that may take other versions, unless the line before says `Not --locked` and why.
fn unlocked(text: &str) -> Vec<&str> {
    let lines: Vec<_> = text.lines().collect();
    let is_call = |line: &str| {
        COMMANDS.iter().any(|command| {
            line.match_indices(&format!("cargo {command}"))
                .any(|(at, call)| line[at + call.len()..].starts_with(' ') && !line[..at].ends_with('`'))
        })
    };
    let is_excused =
        |at: usize| at.checked_sub(1).is_some_and(|before| lines[before].contains("Not --locked"));
    let calls = (0..lines.len()).filter(|&at| is_call(lines[at]) && !is_excused(at)).map(|at| lines[at]);
    calls.filter(|line| !line.trim_start().starts_with(['#', '/']) && !line.contains("--locked")).collect()
}

#[test]
fn an_unlocked_call_is_found() {
    assert_eq!(unlocked("a && cargo test -p x\ncargo test --locked"), ["a && cargo test -p x"]);
    assert!(unlocked("# Not --locked: why\ncargo run --package x\n# cargo run it\n`cargo run `").is_empty());
}

#[test]
fn every_call_of_cargo_is_locked() {
    let root = root();
    let alias = fs::read_to_string(root.join(".cargo/config.toml")).unwrap();
    assert!(alias.lines().filter(|line| line.contains(" = \"")).all(|line| line.contains(" --locked ")));
    let folders = [".ci", ".github", "openapi/examples", "xtask/interop", "xtask/src"];
    let mut scripts: Vec<_> = folders.iter().flat_map(|folder| files(&root.join(folder))).collect();
    scripts.push(root.join("Containerfile"));
    assert!(scripts.len() > 40);
    for script in scripts {
        // What is no text calls nothing.
        let Ok(text) = fs::read_to_string(&script) else { continue };
        assert!(unlocked(&text).is_empty(), "{}: {:?}", script.display(), unlocked(&text));
    }
}

#[test]
fn workflows_and_image_have_one_toolchain() {
    let image = fs::read_to_string(root().join("Containerfile")).unwrap();
    let version = image.split_once("FROM rust:").unwrap().1.split_once('-').unwrap().0.to_owned();
    let workflows = files(&root().join(".github/workflows"));
    assert!(workflows.len() > 2);
    for workflow in workflows {
        let text = fs::read_to_string(&workflow).unwrap();
        let pinned = format!("TOOLCHAIN: \"{version}\"");
        assert!(!text.contains("cargo ") || text.contains(&pinned), "{}: {pinned}", workflow.display());
    }
}
