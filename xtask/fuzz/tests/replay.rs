//! The corpus, replayed: what fuzzing began with, what it found on its way, and whatever it broke.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a panic tells what is wrong, not with which file"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use iampass_fuzz::TARGETS;

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn every_target_stands_its_corpus() {
    for (name, target) in TARGETS {
        let mut files: Vec<_> =
            fs::read_dir(folder("corpus").join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(files.len() >= 5, "`{name}` has {} files to begin with", files.len());
        for file in files {
            println!("{}", file.display());
            target(&fs::read(&file).unwrap());
        }
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// What stands in no list is never run.
#[test]
fn every_target_has_a_program_and_every_corpus_a_target() {
    let targets = || TARGETS.iter().map(|(name, _)| *name);
    assert_eq!(names(&folder("corpus")), targets().map(str::to_owned).collect());
    let programs = folder("libfuzzer/fuzz_targets");
    assert_eq!(names(&programs), targets().map(|name| format!("{name}.rs")).collect());
    let manifest = fs::read_to_string(folder("libfuzzer/Cargo.toml")).unwrap();
    for name in targets() {
        let entry = format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"\n");
        assert!(manifest.contains(&entry), "`{name}` is missing in the manifest");
        let program = fs::read_to_string(programs.join(format!("{name}.rs"))).unwrap();
        assert!(program.contains(&format!("iampass_fuzz::{name}(data)")), "{program}");
    }
}
