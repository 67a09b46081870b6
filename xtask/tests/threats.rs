//! The table of threats in SECURITY.md: each row names a test, which is there.
#![allow(clippy::unwrap_used, reason = "helpers of tests; a panic is the failure report")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What is wrong with the last cell of a row, which reads `test` in a/file.rs.
fn problem(cell: &str) -> Option<String> {
    let Some((name, file)) = cell.split_once(" in ") else {
        return Some(format!("{cell}: names no file"));
    };
    let name = name.trim_matches('`');
    let Ok(text) = fs::read_to_string(root().join(file)) else {
        return Some(format!("{file}: cannot be read"));
    };
    let Some((before, _)) = text.split_once(&format!("fn {name}(")) else {
        return Some(format!("{file}: has no {name}"));
    };
    // The attribute stands close before it, perhaps with comments, `async` or others of its kind between.
    let is_test = before.lines().rev().take(6).any(|line| line.contains("test]") || line.contains("test("));
    (!is_test).then(|| format!("{file}: {name} is no test"))
}

#[test]
fn every_row_of_the_threat_table_names_a_test() {
    let text = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let (_, table) = text.split_once("|---|---|---|\n").unwrap();
    let cells: Vec<_> = table
        .lines()
        .map_while(|line| line.strip_prefix('|')?.strip_suffix('|')?.rsplit_once('|'))
        .map(|(_, cell)| cell.trim())
        .collect();
    assert!(cells.len() > 20);
    let problems: Vec<_> = cells.into_iter().filter_map(problem).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(problem("`no_such_test` in xtask/tests/threats.rs").is_some());
    assert!(problem("`root` in xtask/tests/threats.rs").is_some());
}

#[test]
fn the_gate_keeps_the_dependencies_in_order() {
    let gate = fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(gate.lines().any(|line| line.starts_with("step ") && line.ends_with(" cargo xtask tidy")));
    let deny = fs::read_to_string(root().join("deny.toml")).unwrap();
    for rule in ["multiple-versions = \"deny\"", "unknown-registry = \"deny\"", "unknown-git = \"deny\""] {
        assert!(deny.contains(rule), "{rule}");
    }
}
