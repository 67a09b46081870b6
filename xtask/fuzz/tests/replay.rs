//! The corpus, replayed: what fuzzing began with, what it found on its way, and whatever it broke.

#![allow(clippy::print_stdout, reason = "a panic tells what is wrong, not with which file")]

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

#[test]
fn every_target_has_a_program() {
    let programs = fs::read_dir(folder("libfuzzer/fuzz_targets")).unwrap();
    let programs: BTreeSet<_> =
        programs.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(programs, TARGETS.iter().map(|(name, _)| format!("{name}.rs")).collect());
}
